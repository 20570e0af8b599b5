"""A protocol, ports and a family as a policy writes them in; the services of each family, out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tfreach.engine.verdicts import FlowSet
from tfreach.records import dataclass
from tfreach.space.headers import (
    ALL_PORTS,
    ALL_SERVICES,
    ICMP_OF,
    NAMES,
    NUMBERS,
    PORTS,
    PROTOCOLS,
    TCP,
    UDP,
    Family,
    services,
    services_text,
)
from tfreach.space.intervals import EMPTY, IntervalSet

ANY, OTHER = "any", "other"
WHOLE = (None, ANY, "all")
WORDS = ("tcp", "udp", "icmp", "icmpv6", ANY, OTHER)

_SPAN = re.compile(r"\s*(\d+)(?:\s*-\s*(\d+))?\s*")
_ICMP = re.compile(r"\s*(\d+)(?:-(\d+))?(?:/(?:(all|any)|(\d+)(?:-(\d+))?))?\s*")


@dataclass(frozen=True, slots=True)
class Services:
    """What a rule speaks of, by family; EMPTY where it does not speak of that family.

    text   as a person would write it: `tcp/443`, `icmp/8/0`, `all`
    """

    text: str
    ipv4: IntervalSet
    ipv6: IntervalSet

    def of(self, family: Family) -> IntervalSet:
        return self.ipv4 if family is Family.IPV4 else self.ipv6

    def __bool__(self) -> bool:
        return bool(self.ipv4 or self.ipv6)

    def __and__(self, other: Services) -> Services:
        return Services(self.text, self.ipv4 & other.ipv4, self.ipv6 & other.ipv6)

    def __sub__(self, other: Services) -> Services:
        return Services(self.text, self.ipv4 - other.ipv4, self.ipv6 - other.ipv6)

    def __le__(self, other: Services) -> bool:
        """Subset."""
        return not self - other

    def cut(self, flows: Iterable[FlowSet]) -> tuple[FlowSet, ...]:
        """Flow sets of both families, only the services that are spoken of."""
        both = ((flow, flow.services & self.of(flow.family)) for flow in flows)
        return tuple(replace(flow, services=common) for flow, common in both if common)


EVERYTHING = Services("all", ALL_SERVICES, ALL_SERVICES)


def services_of(
    protocol: str | int | None, ports: str | int | None, family: str | None
) -> Services:
    """Raises ValueError that says what is wrong."""
    name = ANY if protocol is None else str(protocol).strip().lower()
    listed = None if ports is None else str(ports).strip().lower()
    found = _services(name, None if listed in WHOLE else listed)
    wanted = None if family is None else Family(family)
    four, six = (
        of if wanted in (None, one) else EMPTY
        for one, of in zip((Family.IPV4, Family.IPV6), found, strict=True)
    )
    if not four and not six:
        raise ValueError(f"{name} is not a protocol of {family}")
    text = "all" if found == (ALL_SERVICES, ALL_SERVICES) else _text(name, listed)
    return Services(f"{family} {text}" if family else text, four, six)


def rows(found: IntervalSet, family: Family) -> list[tuple[str, str]]:
    """Protocols and ports that `services_of` reads, with this family, as just these services."""
    other = {Family.IPV4: "icmpv6", Family.IPV6: "icmp"}[family]
    return [
        (str(NUMBERS[protocol]) if protocol == other else protocol, ports)
        for protocol, ports in services_text(found, family)
    ]


def _text(name: str, ports: str | None) -> str:
    return name if ports in WHOLE else f"{name}/{ports}"


def _services(name: str, ports: str | None) -> tuple[IntervalSet, IntervalSet]:
    """Of IPv4 and of IPv6. Ports without a protocol are those of tcp and udp, which have some."""
    if name == ANY:
        if ports is None:
            return ALL_SERVICES, ALL_SERVICES
        numbers = _ports(ports)
        return (services(TCP, numbers) | services(UDP, numbers),) * 2
    if name == OTHER:
        _no_ports(name, ports)
        four, six = (_others(family) for family in (Family.IPV4, Family.IPV6))
        return four, six
    number = NUMBERS.get(name)
    protocols = IntervalSet.span(number, number) if number is not None else _numbers(name)
    if protocols.count == 1:
        return _of_one(protocols.first, ports, by_name=number is not None)
    _no_ports(name, ports)
    spans = ((lo * PORTS, hi * PORTS + PORTS - 1) for lo, hi in protocols.spans)
    return (IntervalSet.of(spans),) * 2


def _of_one(number: int, ports: str | None, *, by_name: bool) -> tuple[IntervalSet, IntervalSet]:
    """By its name ICMP is that of its own family; by its number it is a protocol of both."""
    for family, icmp in ICMP_OF.items():
        if number == icmp:
            found = services(number, ALL_PORTS if ports is None else _types(ports))
            own = (found, EMPTY) if family is Family.IPV4 else (EMPTY, found)
            return own if by_name else (found, found)
    if number not in (TCP, UDP):
        _no_ports(str(number), ports)
    return (services(number, ALL_PORTS if ports is None else _ports(ports)),) * 2


def _others(family: Family) -> IntervalSet:
    found = ALL_SERVICES
    for number in (TCP, UDP, ICMP_OF[family]):
        found -= services(number)
    return found


def _no_ports(name: str, ports: str | None) -> None:
    if ports is not None:
        raise ValueError(f"protocol {name} has no ports; {', '.join(NAMES.values())} have")


def _numbers(name: str) -> IntervalSet:
    try:
        return IntervalSet.of(_spans(name, PROTOCOLS - 1))
    except ValueError:
        known = f"{', '.join(WORDS)} or a number up to {PROTOCOLS - 1}"
        raise ValueError(f"{name!r} is not a protocol: there are {known}") from None


def _ports(text: str) -> IntervalSet:
    return IntervalSet.of(_spans(text, PORTS - 1))


def _spans(text: str, most: int) -> Iterator[tuple[int, int]]:
    for part in text.split(","):
        found = _SPAN.fullmatch(part)
        if not found:
            raise ValueError(f'{text!r} is not a list of ports such as 22 or "80,8000-8080"')
        lo, hi = int(found[1]), int(found[2] or found[1])
        if lo > hi or hi > most:
            what = f"ends before it begins in {text!r}" if lo > hi else f"is more than {most}"
            raise ValueError(f"{part.strip()} {what}")
        yield lo, hi


def _types(text: str) -> IntervalSet:
    """ICMP: `8/0`, `3/all`, `3-4/all`, `8/0-3`, `8` for all of its codes."""
    spans: list[tuple[int, int]] = []
    for part in text.split(","):
        found = _ICMP.fullmatch(part)
        if not found:
            raise ValueError(f"{text!r} is not a list of ICMP type/code such as 8/0")
        first, last = int(found[1]), int(found[2] or found[1])
        low = int(found[4] or 0)
        high = int(found[5] or found[4]) if found[4] else 255
        if first > last or low > high or max(last, high) > 255:
            raise ValueError(f"{part.strip()} is not an ICMP type/code: each goes from 0 to 255")
        spans += [(kind * 256 + low, kind * 256 + high) for kind in range(first, last + 1)]
    return IntervalSet.of(spans)
