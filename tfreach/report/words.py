"""Flow sets, names and counts in; the words and rows that every format says them with, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product

from tfreach.diff.changes import Cause, Undone
from tfreach.engine.blocks import Members
from tfreach.engine.verdicts import FlowSet, Pair, Trace, Verdict
from tfreach.space.headers import (
    ALL_OF,
    PUBLIC_ADDRESSES,
    Family,
    addresses_text,
    ports_text,
    services_text,
)
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import INTERNET, ON_PREMISES, Location, Unmodelled

MANY = 8
"""More than so many blocks or names are cut short in text."""

_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')


QUIET = frozenset(
    {
        "CANNOT_ROUTE",
        "ENI_ADDRESS_RESTRICTION",
        "NGW_DEST_ADDRESS_PRESERVATION",
        "VPC_LOCAL_ROUTE_CIDR_RESTRICTION",
    }
)
"""Explanation codes for machines: beside another code they tell a person nothing new."""


def codes_words(codes: Iterable[str]) -> str:
    return " ".join(code for code in codes if code not in QUIET)


def clean(text: str) -> str:
    """Names come from the plan and are not trusted: whatever a terminal might obey is escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def count(number: int, noun: str) -> str:
    """`1 pair`, `12,480 pairs`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def some(texts: Sequence[str], most: int = MANY) -> str:
    """A list cut short: `a, b and 3 more`."""
    more = len(texts) - most
    return ", ".join(texts[:most]) + (f" and {more:,} more" if more > 0 else "")


def place(location: Location | None) -> str:
    return f"{clean(location.file)}:{location.line}" if location else ""


def cause_place(cause: Cause) -> str:
    """`main.tf:12 → modules/app/main.tf:40`: where it stands, behind the calls."""
    places = [*(one.location for one in cause.calls), cause.location]
    return " → ".join(place(one) for one in places if one)


def alike_cause(cause: Cause) -> tuple[object, ...]:
    """What causes that are written as one have in common."""
    calls = tuple(one.location for one in cause.calls)
    said = base(cause.address), base(cause.what), cause.actions, cause.undone is Undone.NOTHING
    return (*said, cause.location, calls)


def cause_words(cause: Cause) -> str:
    """What it does; of one that nobody would miss alone, that it is so."""
    alone = " (undone alone, nothing changes)" if cause.undone is Undone.NOTHING else ""
    return clean(f"{cause.what}{alone}")


def services_of(flows: Iterable[FlowSet]) -> IntervalSet:
    found = EMPTY
    for flow in flows:
        found |= flow.services
    return found


def services_words(found: IntervalSet, family: Family = Family.IPV4) -> str:
    """`tcp/22,443 udp/53`; `all` for everything, `tcp` for all of one protocol."""
    rows = services_text(found, family)
    if rows == [("any", "all")]:
        return "all"
    return " ".join(
        _protocol_word(protocol) if ports == "all" else f"{protocol}/{ports}"
        for protocol, ports in rows
    )


def _protocol_word(protocol: str) -> str:
    if protocol == "other":
        return "other-protocols"
    return f"protocol-{protocol}" if protocol[0].isdigit() else protocol


_SAID = {
    Verdict.REACHABLE: "reachable",
    Verdict.PARTIAL: "partial",
    Verdict.ONE_WAY: "one-way: the request is delivered, no reply returns",
    Verdict.UNREACHABLE: "unreachable",
    Verdict.UNDETERMINED: "undetermined",
}


def flow_words(flows: Iterable[FlowSet]) -> str:
    """The services of flow sets, those of IPv6 behind the word: `tcp/443`, `tcp/443 ipv6 tcp/22`;
    where both families have the same: `tcp/443 ipv4+ipv6`."""
    items = list(flows)
    found = {family: services_of(one for one in items if one.family is family) for family in Family}
    four, six = found[Family.IPV4], found[Family.IPV6]
    if not six:
        return services_words(four)
    words = services_words(six, Family.IPV6)
    if four == six and services_words(four) == words:
        return f"{words} ipv4+ipv6"
    return f"{services_words(four)} ipv6 {words}" if four else f"ipv6 {words}"


def verdict_words(flow: FlowSet) -> str:
    limited = flow.addresses is not None or flow.client_ports is not None or flow.subnets
    if flow.verdict is Verdict.PARTIAL and not limited:
        return "partial: it works for some places, addresses or ports together, not for others"
    return _SAID[flow.verdict]


def limits(flow: FlowSet, pair: Pair) -> list[str]:
    """What holds a flow set back, one sentence each."""
    said: list[str] = []
    if flow.addresses is not None:
        end = "from" if pair[0] in (INTERNET, ON_PREMISES) else "to"
        world = EMPTY if ON_PREMISES in pair else PUBLIC_ADDRESSES & ALL_OF[flow.family]
        said.append(_addresses_words(flow.addresses, end, world))
        if flow.one_way is not None:
            listed = some(addresses_text(flow.one_way))
            others = "all others" if flow.one_way == world - flow.addresses else listed
            said.append(f"one-way {end} {others}: the request is delivered, no reply returns")
    if flow.client_ports is not None:
        said.append(f"replies pass only to client ports {ports_text(flow.client_ports)}")
    if flow.subnets is not None:
        said.append(f"only in {some([clean(name) for name in flow.subnets])}")
    return said


def _addresses_words(found: IntervalSet, end: str, world: IntervalSet) -> str:
    """What takes part, or what does not of the world, whichever is the shorter list."""
    taking, rest = addresses_text(found), world - found
    if rest and len(rest.spans) < len(taking):  # a span takes one block at least
        missing = addresses_text(rest)
        if len(missing) < len(taking):
            return f"not {end} {some(missing)}"
    return f"only {end} {some(taking)}"


def way(trace: Trace) -> list[str]:
    """The components of the request's way, its two ends included, as far as it gets."""
    names = [trace.source]
    for hop in trace.forward.hops:
        names.append(hop.component)
        if hop.action in ("deny", "drop"):
            break
    else:
        names.append(trace.destination)
    return [name for at, name in enumerate(names) if name and (at == 0 or names[at - 1] != name)]


def sign(actions: Sequence[str]) -> str:
    """Terraform's own sign for what happens to a resource."""
    if "create" in actions and "delete" in actions:
        return "-/+"
    return {"create": "+", "delete": "-", "forget": "-"}.get(actions[0] if actions else "", "~")


def base(name: str) -> str:
    """An address with every index left open: `aws_instance.web[*]`."""
    return _INDEX.sub("[*]", name)


def label(names: Iterable[str]) -> str:
    """One name for alike endpoints, itself a selector: `aws_instance.web[*] (2)`."""
    members = sorted(set(names))
    if len(members) == 1:
        return clean(members[0])
    places = zip(*map(_INDEX.findall, members), strict=True)
    same = iter([place[0] if len(set(place)) == 1 else "[*]" for place in places])
    return f"{clean(_INDEX.sub(lambda _: next(same), members[0]))} ({len(members)})"


def alike(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """Pairs cut into groups that two labels say exactly: every source with every destination."""
    groups: dict[Pair, list[Pair]] = {}
    for pair in sorted(set(pairs)):
        groups.setdefault((base(pair[0]), base(pair[1])), []).append(pair)
    found: list[list[Pair]] = []
    for members in groups.values():
        found += [members] if _is_product(members) else [[pair] for pair in members]
    return sorted(found)


def _is_product(pairs: list[Pair]) -> bool:
    """Whether these are all pairs of their sources and destinations, but none with itself."""
    all_pairs = product({source for source, _ in pairs}, {destination for _, destination in pairs})
    return set(pairs) == {
        (source, destination) for source, destination in all_pairs if source != destination
    }


def pair_words(pairs: Sequence[Pair], via: Sequence[str] = ()) -> str:
    """`internet → aws_instance.web[*] (2) via aws_lb.api`."""
    through = f" via {', '.join(map(clean, via))}" if via else ""
    return f"{label(pair[0] for pair in pairs)} → {label(pair[1] for pair in pairs)}{through}"


def members_words(found: Members) -> str:
    """`internet, vpc:aws_vpc.a and 3 more (47 endpoints)`: the Internet is never among the more."""
    there = sorted(found.names, key=lambda name: name not in (INTERNET, ON_PREMISES))
    names = clean(some(there, most=3))
    return names if found.count == 1 else f"{names} ({count(found.count, 'endpoint')})"


def unmodelled_words(unmodelled: Iterable[Unmodelled]) -> str:
    """`3 aws_lb, 1 aws_vpc_peering_connection`."""
    return some([f"{len(one.addresses)} {clean(one.type)}" for one in unmodelled])
