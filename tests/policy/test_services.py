"""Protocols and ports as policies write them: what they mean, and what is wrong with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfreach.policy.services import rows, services_of
from tfreach.space.headers import (
    ALL_SERVICES,
    ICMP,
    ICMPV6,
    PORTS,
    TCP,
    UDP,
    Family,
    services,
)
from tfreach.space.intervals import EMPTY, IntervalSet


def ports(*spans: tuple[int, int]) -> IntervalSet:
    return IntervalSet.of(spans)


BOTH = ports((80, 80), (443, 443))


@pytest.mark.parametrize(
    ("protocol", "listed", "ipv4", "ipv6"),
    [
        pytest.param(None, None, ALL_SERVICES, ALL_SERVICES, id="nothing-said-is-everything"),
        pytest.param("any", "any", ALL_SERVICES, ALL_SERVICES, id="any"),
        pytest.param("TCP", 22, *[services(TCP, ports((22, 22)))] * 2, id="a-number"),
        pytest.param(6, "22", *[services(TCP, ports((22, 22)))] * 2, id="tcp-by-number"),
        pytest.param("udp", "80, 443", *[services(UDP, BOTH)] * 2, id="a-list"),
        pytest.param(
            "tcp",
            "0-21,23-65535",
            *[services(TCP) - services(TCP, ports((22, 22)))] * 2,
            id="all-but-one",
        ),
        pytest.param(
            None, "80,443", *[services(TCP, BOTH) | services(UDP, BOTH)] * 2, id="ports-of-both"
        ),
        pytest.param("icmp", "8/0", services(ICMP, ports((2048, 2048))), EMPTY, id="echo"),
        pytest.param("icmp", 3, services(ICMP, ports((768, 1023))), EMPTY, id="all-codes"),
        pytest.param("icmp", "3/all", services(ICMP, ports((768, 1023))), EMPTY, id="said-so"),
        pytest.param("icmp", "3-4/all", services(ICMP, ports((768, 1279))), EMPTY, id="types"),
        pytest.param("icmp", "8/0-3", services(ICMP, ports((2048, 2051))), EMPTY, id="codes"),
        pytest.param("icmpv6", None, EMPTY, services(ICMPV6), id="of-ipv6-only"),
        pytest.param(58, None, services(ICMPV6), services(ICMPV6), id="by-number-of-both"),
        pytest.param("1", "8/0", *[services(ICMP, ports((2048, 2048)))] * 2, id="types-by-number"),
        pytest.param("50", None, *[services(50)] * 2, id="a-protocol-by-number"),
        pytest.param("50,51", None, *[services(50) | services(51)] * 2, id="several"),
        pytest.param(
            "other",
            None,
            ALL_SERVICES - services(TCP) - services(UDP) - services(ICMP),
            ALL_SERVICES - services(TCP) - services(UDP) - services(ICMPV6),
            id="other",
        ),
    ],
)
def test_means(
    protocol: str | int | None, listed: str | int | None, ipv4: IntervalSet, ipv6: IntervalSet
) -> None:
    found = services_of(protocol, listed, None)
    assert (found.ipv4, found.ipv6) == (ipv4, ipv6)
    if ipv4:
        only = services_of(protocol, listed, "ipv4")
        assert (only.ipv4, only.ipv6) == (ipv4, EMPTY)


@pytest.mark.parametrize(
    ("protocol", "listed", "family", "says"),
    [
        ("tpc", None, None, "'tpc' is not a protocol"),
        (256, None, None, "'256' is not a protocol"),
        ("tcp", "ssh", None, "'ssh' is not a list of ports"),
        ("tcp", 65536, None, "65536 is more than 65535"),
        ("tcp", "30-20", None, "30-20 ends before it begins"),
        ("tcp", "22,", None, "'22,' is not a list of ports"),
        ("tcp", -1, None, "'-1' is not a list of ports"),
        (50, 22, None, "protocol 50 has no ports"),
        ("other", 22, None, "protocol other has no ports"),
        ("icmp", "echo", None, "is not a list of ICMP type/code"),
        ("icmp", "8/256", None, "8/256 is not an ICMP type/code"),
        ("icmp", "9-8/0", None, "9-8/0 is not an ICMP type/code"),
        ("icmpv6", None, "ipv4", "icmpv6 is not a protocol of ipv4"),
    ],
)
def test_says(protocol: str | int, listed: str | int | None, family: str | None, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        services_of(protocol, listed, family)


@given(
    st.lists(st.tuples(st.integers(0, 255 * PORTS), st.integers(0, 3 * PORTS)), max_size=4),
    st.sampled_from(Family),
)
def test_what_is_printed_is_read_again(spans: list[tuple[int, int]], family: Family) -> None:
    """The rows of a flow set, of protocols as a whole and ports, mean just that flow set."""
    wanted = IntervalSet.of((lo, min(lo + more, 256 * PORTS - 1)) for lo, more in spans)
    whole = IntervalSet.of(
        (lo // PORTS * PORTS, hi // PORTS * PORTS + PORTS - 1) for lo, hi in wanted.spans
    )
    usual = [TCP, UDP, ICMP if family is Family.IPV4 else ICMPV6]
    for protocol in usual:
        whole = (whole - services(protocol)) | (wanted & services(protocol))
    found = EMPTY
    for name, listed in rows(whole, family):
        found |= services_of(name, listed, family.value).of(family)
    assert found == whole
