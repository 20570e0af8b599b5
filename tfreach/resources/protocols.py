"""Protocol and port attributes, however spelled, in; a set of services and its text out."""

from __future__ import annotations

from functools import lru_cache

from tfreach.plan.raw import Unknown
from tfreach.records import dataclass
from tfreach.space.headers import (
    ALL_PORTS,
    ALL_SERVICES,
    ICMP,
    ICMPV6,
    NUMBERS,
    TCP,
    UDP,
    services,
)
from tfreach.space.intervals import IntervalSet

Port = int | Unknown | None

PROTOCOL_NAMES = NUMBERS | {"esp": 50, "ah": 51, "gre": 47, "icmp6": ICMPV6}


@dataclass(frozen=True, slots=True)
class Services:
    """Which services a rule names.

    unknown   "" or which attribute is not known; `found` is then an upper bound
    text      `tcp/22`, `udp/all`, `icmp/8/0`, `all`
    """

    found: IntervalSet
    text: str
    unknown: str = ""


@lru_cache(maxsize=1 << 12)
def read_services(protocol: str | Unknown | None, lo: Port, hi: Port) -> Services:
    """The services of a security group or network ACL rule (F15, F24).

    Protocol -1 or one without ports means every port whatever range is written; for ICMP the range
    is type and code, -1 meaning all. Raises ValueError for a protocol that does not exist.
    """
    if isinstance(protocol, Unknown):
        return Services(ALL_SERVICES, "an unknown protocol", "its protocol is not known")
    number = _number(protocol)
    if number is None:
        return Services(ALL_SERVICES, "all")
    name = _name(number)
    if number in (ICMP, ICMPV6):
        return _icmp(number, name, lo, hi)
    if number not in (TCP, UDP):
        return Services(services(number), f"protocol {name}")
    if isinstance(lo, Unknown) or isinstance(hi, Unknown):
        return Services(services(number), f"{name}/unknown ports", "its ports are not known")
    if lo is None or lo < 0 or hi is None or hi < 0:
        return Services(services(number), f"{name}/all")
    hi = min(hi, ALL_PORTS.spans[0][1])
    ports = IntervalSet.span(lo, hi)
    text = "all" if ports == ALL_PORTS else str(lo) if lo == hi else f"{lo}-{hi}"
    return Services(services(number, ports), f"{name}/{text}")


def _number(protocol: str | None) -> int | None:
    """IANA number; None for every protocol. Raises ValueError."""
    text = (protocol or "-1").lower()
    if text in ("-1", "all", "any"):
        return None
    number = PROTOCOL_NAMES.get(text)
    number = int(text) if number is None else number
    if not 0 <= number <= 255:
        raise ValueError(f"there is no protocol {protocol}")
    return number


def _name(number: int) -> str:
    return next((name for name, known in NUMBERS.items() if known == number), str(number))


def _icmp(number: int, name: str, kind: Port, code: Port) -> Services:
    if isinstance(kind, Unknown) or isinstance(code, Unknown):
        return Services(services(number), f"{name}/unknown type", "its ICMP type is not known")
    if kind is None or kind < 0:
        return Services(services(number), f"{name}/all")
    if code is None or code < 0:
        ports = IntervalSet.span(kind << 8, (kind << 8) + 255)
        return Services(services(number, ports), f"{name}/{kind}/all")
    one = (kind << 8) + code
    return Services(services(number, IntervalSet.span(one, one)), f"{name}/{kind}/{code}")
