"""Packet headers as numbers: addresses, services (protocol and port in one integer), Flow, text."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, ip_network, summarize_address_range

from tfreach.space.intervals import EMPTY, IntervalSet

PORTS = 1 << 16
PROTOCOLS = 256
ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
NAMES = {ICMP: "icmp", TCP: "tcp", UDP: "udp"}
NUMBERS = {name: number for number, name in NAMES.items()} | {"icmpv6": ICMPV6}

ALL_PORTS = IntervalSet.span(0, PORTS - 1)
ALL_SERVICES = IntervalSet.span(0, PROTOCOLS * PORTS - 1)
ALL_ADDRESSES = IntervalSet.span(0, (1 << 32) - 1)
EPHEMERAL = IntervalSet.span(1024, PORTS - 1)


def prefix(text: str) -> IntervalSet:
    """All addresses of an IPv4 block such as `10.0.0.0/8` or one address. Raises ValueError."""
    network = ip_network(text, strict=False)
    if network.version != 4:
        raise ValueError(f"{text} is not an IPv4 block")
    return IntervalSet.span(int(network.network_address), int(network.broadcast_address))


RFC1918 = prefix("10.0.0.0/8") | prefix("172.16.0.0/12") | prefix("192.168.0.0/16")
RFC6598 = prefix("100.64.0.0/10")
NEVER_ROUTED = (
    prefix("0.0.0.0/8") | prefix("127.0.0.0/8") | prefix("169.254.0.0/16") | prefix("224.0.0.0/3")
)
PUBLIC_ADDRESSES = ALL_ADDRESSES - RFC1918 - RFC6598 - NEVER_ROUTED
"""What an internet gateway may exchange packets with (F52: it drops RFC 1918 and RFC 6598 only)."""


SHOWN_HOST = int(IPv4Address("198.51.100.1"))


def example(found: IntervalSet) -> int:
    """One member of a set, for a person: where it can be, a host of the block kept for examples
    (TEST-NET-2). Raises IndexError when empty."""
    return SHOWN_HOST if SHOWN_HOST in found else found.first


@dataclass(frozen=True, slots=True, order=True)
class Flow:
    """The first packet of a connection, as its sender emits it.

    src, dst   IPv4 hosts as integers, 0..2**32-1
    service    protocol and destination port in one integer, see `service`
    src_port   0..65535; 0 when the protocol has no ports
    """

    src: int
    dst: int
    service: int
    src_port: int = 0


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


ICMP_REPLIES = {8: 0, 10: 9, 13: 14, 15: 16, 17: 18}
"""ICMP request type -> type of its reply (RFC 792, 950, 1256); other types have no reply."""


def replies_to(number: int, client_port: int) -> int | None:
    """The service of the reply to a request for service `number`; None where none is due (ICMP).

    tcp, udp: the client's port. icmp: the reply's type, code 0. Others: the protocol, port 0.
    """
    protocol = protocol_of(number)
    if protocol in (TCP, UDP):
        return service(protocol, client_port)
    if protocol == ICMP:
        answer = ICMP_REPLIES.get(port_of(number) >> 8)
        return None if answer is None else service(ICMP, answer << 8)
    return service(protocol)


def has_client_port(number: int) -> bool:
    """Whether a request for service `number` carries a client port."""
    return protocol_of(number) in (TCP, UDP)


def address_text(number: int) -> str:
    return str(IPv4Address(number))


def addresses_text(found: IntervalSet) -> list[str]:
    """CIDR blocks, fewest first to last; one address stands without `/32`."""
    texts: list[str] = []
    for lo, hi in found.spans:
        texts += [
            str(block.network_address) if block.prefixlen == 32 else str(block)
            for block in summarize_address_range(IPv4Address(lo), IPv4Address(hi))
        ]
    return texts


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


def services_text(found: IntervalSet) -> list[tuple[str, str]]:
    """(protocol, ports) rows that together are exactly `found`, in a fixed order.

    `("any", "all")` alone for every service; `other` is every protocol but tcp, udp and icmp.
    """
    if found == ALL_SERVICES:
        return [("any", "all")]
    rows: list[tuple[str, str]] = []
    for protocol in (TCP, UDP, ICMP):
        if ports := ports_of(found, protocol):
            text = icmp_text(ports) if protocol == ICMP else ports_text(ports)
            rows.append((NAMES[protocol], text))
    rest = found - services(TCP) - services(UDP) - services(ICMP)
    if rest:
        numbers = IntervalSet.of((lo // PORTS, hi // PORTS) for lo, hi in rest.spans)
        others = IntervalSet.span(0, PROTOCOLS - 1) - IntervalSet.of((n, n) for n in NAMES)
        rows.append(("other" if numbers == others else ports_text(numbers), "all"))
    return rows


NO_ADDRESSES = EMPTY
NO_SERVICES = EMPTY
