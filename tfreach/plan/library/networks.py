"""Address ranges in CIDR notation and numbers in, addresses and ranges within them out."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from tfreach.plan.library.common import TooLarge, whole
from tfreach.plan.values import STRING, Invalid, List, Value

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_ZEROS: Final = re.compile(r"(^|\.)0+(?=\d)", re.ASCII)
_LONGEST: Final = 64
_WORD: Final = 64
"""Bits that Terraform's library compares a subnet's number in."""


def _network(prefix: str) -> Network:
    """Raises Invalid. Addresses may have zeros in front, and bits set behind the prefix."""
    address, slash, length = prefix.partition("/")
    if (
        "%" in address
        or not slash
        or not (length.isascii() and length.isdecimal())
        or len(prefix) > _LONGEST
    ):
        raise Invalid("invalid CIDR expression")
    if ":" not in address:
        address = _ZEROS.sub(r"\1", address)
    elif "." in address:
        raise TooLarge
    try:
        return ipaddress.ip_network((address, int(length)), strict=False)
    except ValueError:
        raise Invalid("invalid CIDR expression") from None


def cidrhost(prefix: str, number: Value) -> Value:
    network = _network(prefix)
    place = _integer(number)
    if not -network.num_addresses <= place < network.num_addresses:
        raise Invalid("prefix does not accommodate a host with that number")
    return str(network[place])


def _integer(number: Value) -> int:
    if not isinstance(number, int):
        raise Invalid("a whole number is required")
    return number


def cidrnetmask(prefix: str) -> Value:
    network = _network(prefix)
    if network.version == 6:
        raise Invalid("IPv6 addresses cannot have a netmask")
    return str(network.netmask)


def cidrsubnet(prefix: str, bits: Value, number: Value) -> Value:
    network, more, place = _network(prefix), whole(bits, "newbits"), _integer(number)
    length = network.prefixlen + more
    if not 0 <= length <= network.max_prefixlen:
        raise Invalid("insufficient address space to extend the prefix")
    most = 2**more - 1 if 0 <= more < _WORD else 2**_WORD - 1
    if abs(place) % 2**_WORD > most:
        raise Invalid("prefix extension does not accommodate a subnet with that number")
    address = abs(int(network[0]) | (place << (network.max_prefixlen - length)))
    if address >= 1 << network.max_prefixlen:
        raise Invalid("prefix extension does not accommodate a subnet with that number")
    return f"{ipaddress.ip_address(_packed(network, address))}/{length}"


def _packed(network: Network, address: int) -> bytes:
    return address.to_bytes(network.max_prefixlen // 8)


def _at(network: Network, length: int, address: int) -> Network:
    kind = ipaddress.IPv4Network if network.version == 4 else ipaddress.IPv6Network
    return kind((address, length))


def cidrsubnets(prefix: str, *bits: Value) -> Value:
    network = _network(prefix)
    following = int(network[0])
    end = following + network.num_addresses
    found: list[Value] = []
    for one in bits:
        more = whole(one, "newbits")
        length = network.prefixlen + more
        if more < 1:
            raise Invalid("must extend prefix by at least one bit")
        if length > network.max_prefixlen:
            raise Invalid("not enough remaining address space")
        size = 1 << (network.max_prefixlen - length)
        following = -(-following // size) * size
        if following + size > end:
            raise Invalid("not enough remaining address space")
        found.append(str(_at(network, length, following)))
        following += size
    return List(tuple(found), STRING)
