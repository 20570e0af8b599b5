"""Packet headers as numbers: addresses, services (protocol and port in one integer), Flow, text."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
    summarize_address_range,
)

from tfreach.records import dataclass
from tfreach.space.intervals import EMPTY, IntervalSet

PORTS = 1 << 16
PROTOCOLS = 256
ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
NAMES = {ICMP: "icmp", TCP: "tcp", UDP: "udp", ICMPV6: "icmpv6"}
NUMBERS = {name: number for number, name in NAMES.items()}

ALL_PORTS = IntervalSet.span(0, PORTS - 1)
ALL_SERVICES = IntervalSet.span(0, PROTOCOLS * PORTS - 1)
EPHEMERAL = IntervalSet.span(1024, PORTS - 1)


class Family(Enum):
    """IPv4 and IPv6 are judged apart (F16, F23, F36): no packet belongs to both."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"

    __hash__ = object.__hash__  # Enum's own is written in Python, and asked for millions of times


IPV6_BASE = 1 << 32
"""All addresses lie on one number line: those of IPv4 as they are, and behind them IPv6's: address
a of IPv6 is IPV6_BASE + a. So one set holds addresses of both families, and `0.0.0.0/0` has none of
IPv6."""

ALL_IPV4 = IntervalSet.span(0, IPV6_BASE - 1)
ALL_IPV6 = IntervalSet.span(IPV6_BASE, IPV6_BASE + (1 << 128) - 1)
ALL_ADDRESSES = ALL_IPV4 | ALL_IPV6
ALL_OF = {Family.IPV4: ALL_IPV4, Family.IPV6: ALL_IPV6}


def family_of(address: int) -> Family:
    """The family of one address."""
    return Family.IPV4 if address < IPV6_BASE else Family.IPV6


@lru_cache(maxsize=1 << 16)
def prefix(text: str) -> IntervalSet:
    """All addresses of a block such as `10.0.0.0/8` or `2001:db8::/32`, or one address. Raises
    ValueError."""
    network = ip_network(text, strict=False)
    base = 0 if network.version == 4 else IPV6_BASE
    first, last = int(network.network_address), int(network.broadcast_address)
    return IntervalSet.span(base + first, base + last)


RFC1918 = prefix("10.0.0.0/8") | prefix("172.16.0.0/12") | prefix("192.168.0.0/16")
RFC6598 = prefix("100.64.0.0/10")
UNIQUE_LOCAL = prefix("fc00::/7")
NEVER_ROUTED = (
    prefix("0.0.0.0/8") | prefix("127.0.0.0/8") | prefix("169.254.0.0/16") | prefix("224.0.0.0/3")
)
PUBLIC_IPV4 = ALL_IPV4 - RFC1918 - RFC6598 - NEVER_ROUTED
"""What an internet gateway may exchange packets with (F52: it drops RFC 1918 and RFC 6598 only)."""
PUBLIC_IPV6 = prefix("2000::/3")
"""Global unicast addresses (RFC 4291), which need no translation (F58)."""
PUBLIC_ADDRESSES = PUBLIC_IPV4 | PUBLIC_IPV6
NAT64 = prefix("64:ff9b::/96")


SHOWN_HOSTS = (prefix("198.51.100.1").first, prefix("2001:db8::1").first)


def example(found: IntervalSet) -> int:
    """One member of a set, for a person: where it can be, a host of a block kept for examples
    (TEST-NET-2, RFC 3849). Raises IndexError when empty."""
    for host in SHOWN_HOSTS:
        if host in found:
            return host
    return found.first


@dataclass(frozen=True, slots=True, order=True)
class Flow:
    """The first packet of a connection, as its sender emits it.

    src, dst   hosts of one family, as integers of the number line (see IPV6_BASE)
    service    protocol and destination port in one integer, see `service`
    src_port   0..65535; 0 when the protocol has no ports
    """

    src: int
    dst: int
    service: int
    src_port: int = 0

    @property
    def family(self) -> Family:
        return family_of(self.dst)


def service(protocol: int, port: int = 0) -> int:
    """Protocol (0..255) and port (0..65535; ICMP: type * 256 + code) in one integer."""
    return protocol * PORTS + port


def services(protocol: int | None, ports: IntervalSet = ALL_PORTS) -> IntervalSet:
    """The services of `protocol` (None: every protocol) on `ports`."""
    if protocol is None:
        return ALL_SERVICES
    base = protocol * PORTS
    return IntervalSet(tuple((base + lo, base + hi) for lo, hi in ports.spans))


def ports_of(found: IntervalSet, protocol: int) -> IntervalSet:
    """The ports of `protocol` in a set of services."""
    base = protocol * PORTS
    inside = found & IntervalSet.span(base, base + PORTS - 1)
    return IntervalSet(tuple((lo - base, hi - base) for lo, hi in inside.spans))


def protocol_of(number: int) -> int:
    """The protocol of one service."""
    return number // PORTS


def port_of(number: int) -> int:
    """The port of one service."""
    return number % PORTS


ICMP_OF = {Family.IPV4: ICMP, Family.IPV6: ICMPV6}
"""The protocol of each family's own control messages; to the other family it is one like any."""
ICMP_REPLIES = {
    Family.IPV4: {8: 0, 10: 9, 13: 14, 15: 16, 17: 18},
    Family.IPV6: {128: 129},
}
"""ICMP request type -> type of its reply (RFC 792, 950, 1256, 4443); other types have no reply.
What stays on one link (neighbour discovery) crosses no router, so it is no reply here."""


def replies_to(number: int, client_port: int, family: Family = Family.IPV4) -> int | None:
    """The service of the reply to a request for service `number`; None where none is due (ICMP).

    tcp, udp: the client's port. icmp: the reply's type, code 0. Others: the protocol, port 0.
    """
    protocol = protocol_of(number)
    if protocol in (TCP, UDP):
        return service(protocol, client_port)
    if protocol == ICMP_OF[family]:
        answer = ICMP_REPLIES[family].get(port_of(number) >> 8)
        return None if answer is None else service(protocol, answer << 8)
    return service(protocol)


def has_client_port(number: int) -> bool:
    """Whether a request for service `number` carries a client port."""
    return protocol_of(number) in (TCP, UDP)


def address_text(number: int) -> str:
    """`10.0.0.5`, `2001:db8::5`."""
    if number < IPV6_BASE:
        return str(IPv4Address(number))
    return str(IPv6Address(number - IPV6_BASE))


def blocks(found: IntervalSet) -> Iterator[IPv4Network | IPv6Network]:
    """The fewest CIDR blocks that together are `found`, first to last."""
    for lo, hi in (found & ALL_IPV4).spans:
        yield from summarize_address_range(IPv4Address(lo), IPv4Address(hi))
    for lo, hi in (found & ALL_IPV6).spans:
        first, last = IPv6Address(lo - IPV6_BASE), IPv6Address(hi - IPV6_BASE)
        yield from summarize_address_range(first, last)


def addresses_text(found: IntervalSet) -> list[str]:
    """CIDR blocks, fewest first to last; one address stands without `/32` or `/128`."""
    parts = (*(found & ALL_IPV4).spans, *(found & ALL_IPV6).spans)
    return [text for lo, hi in parts for text in _blocks_text(lo, hi)]


@lru_cache(maxsize=1 << 16)
def _blocks_text(lo: int, hi: int) -> tuple[str, ...]:
    """Of addresses of one family: one rule's block is written for each of many services."""
    return tuple(
        str(block.network_address) if block.prefixlen == block.max_prefixlen else str(block)
        for block in blocks(IntervalSet.span(lo, hi))
    )


def ports_text(ports: IntervalSet) -> str:
    """A canonical list such as `22,80-443`; `all` for every port."""
    if ports == ALL_PORTS:
        return "all"
    return ",".join(str(lo) if lo == hi else f"{lo}-{hi}" for lo, hi in ports.spans)


def icmp_text(ports: IntervalSet) -> str:
    """A canonical list of `type/code` (`8/0`, `3/all`, `8/0-3`); `all` for every type."""
    if ports == ALL_PORTS:
        return "all"
    parts: list[str] = []
    for lo, hi in ports.spans:
        parts += _icmp_span(lo, hi)
    return ",".join(parts)


def _icmp_span(lo: int, hi: int) -> list[str]:
    parts: list[str] = []
    while lo <= hi:
        kind, code = divmod(lo, 256)
        whole = (hi + 1) // 256
        if code == 0 and whole > kind:
            parts.append(f"{kind}/all" if whole == kind + 1 else f"{kind}-{whole - 1}/all")
            lo = whole * 256
            continue
        last = min(hi, kind * 256 + 255)
        end = last % 256
        parts.append(f"{kind}/{code}" if end == code else f"{kind}/{code}-{end}")
        lo = last + 1
    return parts


def services_text(found: IntervalSet, family: Family = Family.IPV4) -> list[tuple[str, str]]:
    """(protocol, ports) rows that together are exactly `found`, in a fixed order.

    `("any", "all")` alone for every service; `other` is every protocol but tcp, udp and the
    family's own icmp. That of the other family has a row of its own where it is there in part.
    """
    if found == ALL_SERVICES:
        return [("any", "all")]
    rows: list[tuple[str, str]] = []
    usual = (TCP, UDP, ICMP_OF[family])
    rest = found
    for protocol in (TCP, UDP, ICMP, ICMPV6):
        ports = ports_of(found, protocol)
        if not ports or (ports == ALL_PORTS and protocol not in usual):
            continue
        text = ports_text(ports) if protocol in (TCP, UDP) else icmp_text(ports)
        rows.append((NAMES[protocol], text))
        rest -= services(protocol)
    if rest:
        numbers = IntervalSet.of((lo // PORTS, hi // PORTS) for lo, hi in rest.spans)
        named = IntervalSet.of((n, n) for n in usual)
        others = IntervalSet.span(0, PROTOCOLS - 1) - named
        rows.append(("other" if numbers == others else ports_text(numbers), "all"))
    return rows


NO_ADDRESSES = EMPTY
NO_SERVICES = EMPTY
