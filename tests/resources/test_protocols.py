"""Every spelling of a protocol and its ports, and the services that a rule with it names."""

from __future__ import annotations

import pytest

from tfreach.plan.raw import UNKNOWN, Unknown
from tfreach.resources.protocols import Port, read_services
from tfreach.space.headers import (
    ALL_SERVICES,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    services,
)
from tfreach.space.intervals import IntervalSet


def ports(protocol: int, lo: int, hi: int) -> IntervalSet:
    return services(protocol, IntervalSet.span(lo, hi))


Row = tuple[str | Unknown | None, Port, Port]


@pytest.mark.parametrize(
    ("row", "found", "text"),
    [
        pytest.param(("tcp", 22, 22), ports(TCP, 22, 22), "tcp/22", id="one-port"),
        pytest.param(("udp", 53, 53), ports(UDP, 53, 53), "udp/53", id="udp"),
        pytest.param(("TCP", 80, 443), ports(TCP, 80, 443), "tcp/80-443", id="capitals"),
        pytest.param(("6", 22, 22), ports(TCP, 22, 22), "tcp/22", id="tcp-by-number"),
        pytest.param(("17", 53, 53), ports(UDP, 53, 53), "udp/53", id="udp-by-number"),
        pytest.param(("tcp", 0, 0), ports(TCP, 0, 0), "tcp/0", id="port-zero-of-tcp-is-a-port"),
        pytest.param(("tcp", 0, 65535), services(TCP), "tcp/all", id="the-whole-range"),
        pytest.param(("tcp", -1, -1), services(TCP), "tcp/all", id="minus-one-for-all-ports"),
        pytest.param(("tcp", None, None), services(TCP), "tcp/all", id="no-ports-given"),
        pytest.param(("tcp", 1024, 70000), ports(TCP, 1024, 65535), "tcp/1024-65535",
                     id="no-port-lies-above-65535"),
    ],
)  # fmt: skip
def test_a_protocol_with_ports(row: Row, found: IntervalSet, text: str) -> None:
    said = read_services(*row)
    assert (said.found, said.text, said.unknown) == (found, text, "")


@pytest.mark.parametrize("protocol", ["-1", "all", "any", "ALL", None, ""])
@pytest.mark.parametrize(
    "range_", [(0, 0), (0, 65535), (-1, -1), (None, None), (22, 22), (UNKNOWN, UNKNOWN)]
)
def test_every_protocol_means_every_port_whatever_is_written(
    protocol: str | None, range_: tuple[Port, Port]
) -> None:
    """F15, F24: Terraform even demands 0/0 with "-1"."""
    said = read_services(protocol, *range_)
    assert (said.found, said.text, said.unknown) == (ALL_SERVICES, "all", "")


@pytest.mark.parametrize(
    ("protocol", "number"),
    [("50", 50), ("esp", 50), ("51", 51), ("ah", 51), ("47", 47), ("gre", 47), ("0", 0),
     ("255", 255), ("132", 132)],
)  # fmt: skip
@pytest.mark.parametrize("range_", [(0, 0), (22, 22), (None, None), (UNKNOWN, UNKNOWN)])
def test_a_protocol_without_ports_has_all_of_them(
    protocol: str, number: int, range_: tuple[Port, Port]
) -> None:
    """F15, F24."""
    said = read_services(protocol, *range_)
    assert (said.found, said.unknown) == (services(number), "")
    assert said.text == f"protocol {number}"


@pytest.mark.parametrize(
    ("row", "found", "text"),
    [
        pytest.param(("icmp", 8, 0), ports(ICMP, 8 << 8, 8 << 8), "icmp/8/0", id="type-and-code"),
        pytest.param(("1", 3, 4), ports(ICMP, 772, 772), "icmp/3/4", id="by-number"),
        pytest.param(("icmp", 0, 0), ports(ICMP, 0, 0), "icmp/0/0", id="an-echo-reply-is-no-all"),
        pytest.param(("icmp", 8, -1), ports(ICMP, 2048, 2303), "icmp/8/all", id="every-code"),
        pytest.param(("icmp", 8, None), ports(ICMP, 2048, 2303), "icmp/8/all", id="no-code-given"),
        pytest.param(("icmp", -1, -1), services(ICMP), "icmp/all", id="every-type"),
        pytest.param(("icmp", -1, 0), services(ICMP), "icmp/all", id="every-type-beats-a-code"),
        pytest.param(("icmp", None, None), services(ICMP), "icmp/all", id="no-type-given"),
        pytest.param(("icmpv6", -1, -1), services(ICMPV6), "icmpv6/all", id="icmpv6"),
        pytest.param(("icmp6", 128, 0), ports(ICMPV6, 128 << 8, 128 << 8), "icmpv6/128/0",
                     id="icmp6"),
        pytest.param(("58", 128, -1), ports(ICMPV6, 32768, 33023), "icmpv6/128/all", id="58"),
    ],
)  # fmt: skip
def test_icmp_has_a_type_and_a_code_for_ports(row: Row, found: IntervalSet, text: str) -> None:
    """F15: from/to are type/code, -1 is all."""
    said = read_services(*row)
    assert (said.found, said.text, said.unknown) == (found, text, "")


@pytest.mark.parametrize(
    ("row", "bound"),
    [
        pytest.param((UNKNOWN, 22, 22), ALL_SERVICES, id="the-protocol"),
        pytest.param(("tcp", UNKNOWN, 22), services(TCP), id="the-first-port"),
        pytest.param(("tcp", 22, UNKNOWN), services(TCP), id="the-last-port"),
        pytest.param(("udp", UNKNOWN, UNKNOWN), services(UDP), id="both-ports"),
        pytest.param(("icmp", UNKNOWN, 0), services(ICMP), id="the-type"),
        pytest.param(("icmp", 8, UNKNOWN), services(ICMP), id="the-code"),
    ],
)
def test_what_is_not_known_is_an_upper_bound_and_says_so(row: Row, bound: IntervalSet) -> None:
    said = read_services(*row)
    assert said.found == bound
    assert said.unknown


@pytest.mark.parametrize("protocol", ["256", "-2", "tpc", "6.0", "1000000"])
def test_a_protocol_that_does_not_exist_is_an_error(protocol: str) -> None:
    with pytest.raises(ValueError, match=r"protocol|invalid literal"):
        read_services(protocol, 22, 22)
