"""A scope of Network Access Analyzer in; deny rules that find the same, or what cannot be, out.

Each entry of MatchPaths is a rule, and what ExcludePaths has is excepted from all of them. A
finding there is a path that exists, here a flow that is delivered. What cannot be said in a policy
is refused by line: a scope that is read in part would forbid less, or allow more, than it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

from tfreach.errors import UsageError
from tfreach.policy.mistakes import Mistake
from tfreach.policy.rules import Deny, End, Flows, Policy
from tfreach.policy.selectors import parse
from tfreach.policy.services import Services, services_of
from tfreach.policy.written import Path, Written
from tfreach.records import dataclass

CONTENT: Final = "NetworkInsightsAccessScopeContent"
_PACKETS: Final = "PacketHeaderStatement"
MATCH, EXCLUDE, THROUGH = "MatchPaths", "ExcludePaths", "ThroughResources"
SOURCE, DESTINATION = "Source", "Destination"
_TYPES: Final = {
    "AWS::EC2::InternetGateway": "internet",
    "AWS::EC2::VPNGateway": "on-premises",
    "AWS::EC2::VPCEndpoint": "kind:vpc_endpoint",
}
_BALANCERS: Final = frozenset(
    {
        "AWS::ElasticLoadBalancing::LoadBalancer",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
    }
)
_IDS: Final = {
    "i": "",
    "eni": "",
    "vpce": "",
    "sg": "sg:",
    "subnet": "subnet:",
    "vpc": "vpc:",
}
_ID: Final = re.compile(r"(?:arn:[^/]*[:/](?:[\w-]+/)?)?(?P<id>(?P<kind>[a-z]+)-[0-9a-f]+)")
_APART: Final = {
    SOURCE: ("SourcePrefixLists", "SourcePorts", "DestinationAddresses", "DestinationPrefixLists"),
    DESTINATION: ("DestinationPrefixLists", "SourcePorts", "SourceAddresses", "SourcePrefixLists"),
}
"""Of the packets at each end, what no rule can say."""


def is_scope(value: Any) -> bool:
    """Whether a file is meant as a scope, right or wrong."""
    return isinstance(value, dict) and not {MATCH, EXCLUDE, CONTENT}.isdisjoint(value)


def root_of(value: Mapping[str, Any]) -> tuple[Path, Any]:
    """Where in a file the scope is, and the scope: as AWS gives it back it is in an envelope."""
    return ((CONTENT,), value[CONTENT]) if CONTENT in value else ((), value)


def read_scope(file: Written, *, lenient: bool) -> tuple[Policy, list[Mistake]]:
    """The rules of a scope that fits its schema, and all that cannot be said in a policy."""
    reader = _Reader(file, lenient)
    return Policy(denies=tuple(reader.rules())), reader.mistakes


@dataclass(frozen=True, slots=True)
class _Excluded:
    """What one entry of ExcludePaths leaves out. balanced: all that goes through load balancers"""

    flows: Flows | None
    balanced: bool = False


class _Reader:
    def __init__(self, file: Written, lenient: bool) -> None:
        self.mistakes: list[Mistake] = []
        self._file = file
        self._lenient = lenient
        self._root, self._value = root_of(file.value)

    def rules(self) -> Iterator[Deny]:
        excluded = [
            self._excluded(item, (*self._root, EXCLUDE, at))
            for at, item in enumerate(self._value.get(EXCLUDE, ()))
        ]
        name = PurePath(self._file.file).name
        for at, item in enumerate(self._value[MATCH]):
            path = (*self._root, MATCH, at)
            if THROUGH in item:
                self._wrong(
                    (*path, THROUGH), "what is matched by its way cannot be said in a policy"
                )
            yield Deny(
                f"{name} {MATCH}[{at}]",
                self._file.at(*path),
                self._flows(item, path),
                tuple(one.flows for one in excluded if one.flows),
                through=not any(one.balanced for one in excluded),
                lenient=self._lenient,
            )

    def _excluded(self, item: Mapping[str, Any], path: Path) -> _Excluded:
        if THROUGH not in item:
            return _Excluded(self._flows(item, path))
        where = (*path, THROUGH)
        statement = item[THROUGH][0]["ResourceStatement"]
        if SOURCE in item or DESTINATION in item:
            self._wrong(
                where, "what is excluded by its way and its ends cannot be said in a policy"
            )
        elif set(statement.get("ResourceTypes", ())) != _BALANCERS:
            hint = f"{' together with '.join(sorted(_BALANCERS))} would be `via: ignore`"
            self._wrong(where, "what is excluded by this way cannot be said in a policy", hint)
        return _Excluded(None, balanced=True)

    def _flows(self, item: Mapping[str, Any], path: Path) -> Flows:
        ends = [self._end(item.get(side), side, (*path, side)) for side in (SOURCE, DESTINATION)]
        services = _TCP_UDP
        for side in (SOURCE, DESTINATION):
            if packets := item.get(side, {}).get(_PACKETS):
                services = self._services(packets, (*path, side, _PACKETS)) & services
        if not services:
            self._wrong(path, "no packet can be of both protocols and ports that are asked for")
        return Flows(ends[0], ends[1], services)

    def _end(self, item: Mapping[str, Any] | None, side: str, path: Path) -> End | None:
        """A selector of the resources, within the addresses; None for whatever there is."""
        if item is None:
            return None
        packets = item.get(_PACKETS, {})
        where = (*path, _PACKETS)
        for key in _APART[side]:
            if key in packets:
                self._wrong((*where, key), f"{key} at the {side} cannot be said in a policy")
        statement = item.get("ResourceStatement", {})
        resources = list(self._resources(statement, side, (*path, "ResourceStatement")))
        addresses: Sequence[str] = packets.get(f"{side}Addresses", ())
        parts = [" | ".join(some) for some in (resources, addresses) if some]
        if not parts:
            return None
        text = parts[0] if len(parts) == 1 else " & ".join(f"({part})" for part in parts)
        at = self._file.at(*path)
        try:
            return End(text, parse(text), at)
        except UsageError as error:
            self.mistakes.append(Mistake(at, error.message, error.hint))
            return None

    def _resources(self, item: Mapping[str, Any], side: str, path: Path) -> Iterator[str]:
        for at, kind in enumerate(item.get("ResourceTypes", ())):
            where = (*path, "ResourceTypes", at)
            if kind not in _TYPES or (kind == "AWS::EC2::VPCEndpoint" and side == SOURCE):
                hint = f"there are {', '.join(_TYPES)}"
                self._wrong(where, f"{kind} as {side} cannot be said in a policy", hint)
            else:
                yield _TYPES[kind]
        for at, name in enumerate(item.get("Resources", ())):
            found = _ID.fullmatch(name)
            endpoint = found is not None and found["kind"] == "vpce"
            if not found or found["kind"] not in _IDS or (endpoint and side == SOURCE):
                where = (*path, "Resources", at)
                hint = f"there are {', '.join(f'{kind}-…' for kind in _IDS)}"
                self._wrong(where, f"{name} as {side} cannot be said in a policy", hint)
            else:
                yield f"{_IDS[found['kind']]}{found['id']}"

    def _services(self, packets: Mapping[str, Any], path: Path) -> Services:
        protocols = packets.get("Protocols", ["tcp", "udp"])
        ports = ",".join(packets.get("DestinationPorts", ["0-65535"]))
        found = [services_of(one, None, None) for one in protocols]
        try:
            found = [services_of(one, ports, None) for one in protocols]
        except ValueError as error:
            self._wrong((*path, "DestinationPorts"), str(error))
        text = " ".join(one.text.removesuffix("/0-65535") for one in found)
        four, six = found[0].ipv4, found[0].ipv6
        for one in found[1:]:
            four, six = four | one.ipv4, six | one.ipv6
        return Services(text, four, six)

    def _wrong(self, path: Path, message: str, hint: str = "") -> None:
        self.mistakes.append(Mistake(self._file.at(*path), message, hint))


_TCP_UDP: Final = Services(
    "tcp udp",
    services_of("tcp", None, None).ipv4 | services_of("udp", None, None).ipv4,
    services_of("tcp", None, None).ipv6 | services_of("udp", None, None).ipv6,
)
