"""Services and addresses as numbers, and as the text that users read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfreach.space.headers import (
    ALL_ADDRESSES,
    ALL_PORTS,
    ALL_SERVICES,
    ICMP,
    NAMES,
    NUMBERS,
    PORTS,
    PROTOCOLS,
    PUBLIC_ADDRESSES,
    RFC1918,
    TCP,
    UDP,
    Family,
    address_text,
    addresses_text,
    has_client_port,
    icmp_text,
    port_of,
    ports_of,
    ports_text,
    prefix,
    protocol_of,
    replies_to,
    service,
    services,
    services_text,
)
from tfreach.space.intervals import EMPTY, IntervalSet

port_sets = st.lists(
    st.tuples(st.integers(0, PORTS - 1), st.integers(0, PORTS - 1)), max_size=4
).map(IntervalSet.of)


def ports(*spans: tuple[int, int]) -> IntervalSet:
    return IntervalSet.of(spans)


def icmp(kind: int, code: int = 0) -> int:
    return kind * 256 + code


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(EMPTY, [], id="nothing"),
        pytest.param(ALL_SERVICES, [("any", "all")], id="everything-is-one-row"),
        pytest.param(services(TCP), [("tcp", "all")], id="a-whole-protocol"),
        pytest.param(
            services(TCP, ports((22, 22), (80, 443))), [("tcp", "22,80-443")], id="ports-of-tcp"
        ),
        pytest.param(
            services(UDP, ports((53, 53))) | services(TCP, ports((53, 53))),
            [("tcp", "53"), ("udp", "53")],
            id="tcp-before-udp",
        ),
        pytest.param(
            services(ICMP, ports((icmp(8), icmp(8)))), [("icmp", "8/0")], id="icmp-by-type-and-code"
        ),
        pytest.param(services(50), [("50", "all")], id="another-protocol-by-number"),
        pytest.param(services(50) | services(51), [("50-51", "all")], id="two-more"),
        pytest.param(
            ALL_SERVICES - services(TCP),
            [("udp", "all"), ("icmp", "all"), ("other", "all")],
            id="all-but-tcp",
        ),
        pytest.param(
            ALL_SERVICES - services(TCP, ports((22, 22))),
            [("tcp", "0-21,23-65535"), ("udp", "all"), ("icmp", "all"), ("other", "all")],
            id="all-but-one-port",
        ),
    ],
)
def test_services_text(found: IntervalSet, expected: list[tuple[str, str]]) -> None:
    assert services_text(found) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(EMPTY, "", id="nothing"),
        pytest.param(ALL_PORTS, "all", id="every-type"),
        pytest.param(ports((icmp(8), icmp(8))), "8/0", id="echo"),
        pytest.param(ports((icmp(3), icmp(3, 255))), "3/all", id="a-whole-type"),
        pytest.param(ports((icmp(3), icmp(5, 255))), "3-5/all", id="whole-types"),
        pytest.param(ports((icmp(8), icmp(8, 3))), "8/0-3", id="codes-of-one-type"),
        pytest.param(ports((icmp(8, 2), icmp(9, 0))), "8/2-255,9/0", id="across-two-types"),
        pytest.param(
            ports((icmp(0), icmp(0)), (icmp(11), icmp(12, 4))), "0/0,11/all,12/0-4", id="several"
        ),
    ],
)
def test_icmp_text(found: IntervalSet, expected: str) -> None:
    assert icmp_text(found) == expected


def parsed_icmp(text: str) -> IntervalSet:
    """The other way round, written without a look at how the text is made."""
    if text == "all":
        return ALL_PORTS
    found = []
    for part in text.split(",") if text else []:
        kinds, codes = part.split("/")
        first, _, last = kinds.partition("-")
        low, _, high = ("0", "-", "255") if codes == "all" else codes.partition("-")
        found += [
            (icmp(kind, int(low)), icmp(kind, int(high or low)))
            for kind in range(int(first), int(last or first) + 1)
        ]
    return IntervalSet.of(found)


@given(port_sets)
def test_icmp_text_says_exactly_the_set(found: IntervalSet) -> None:
    assert parsed_icmp(icmp_text(found)) == found


def parsed_ports(text: str) -> IntervalSet:
    if text == "all":
        return ALL_PORTS
    spans = [part.partition("-") for part in text.split(",") if part]
    return IntervalSet.of((int(lo), int(hi or lo)) for lo, _, hi in spans)


def parsed_services(rows: list[tuple[str, str]]) -> IntervalSet:
    found = EMPTY
    for protocol, text in rows:
        if protocol == "any":
            found = found | ALL_SERVICES
        elif protocol == "other":
            found = found | ALL_SERVICES - services(TCP) - services(UDP) - services(ICMP)
        elif protocol in NUMBERS:
            read = parsed_icmp if protocol.startswith("icmp") else parsed_ports
            found = found | services(NUMBERS[protocol], read(text))
        else:
            for number in parsed_ports(protocol).members():
                found = found | services(number)
    return found


@given(st.dictionaries(st.sampled_from(sorted(NAMES)), port_sets), st.sets(st.integers(0, 255)))
def test_services_text_says_exactly_the_set(
    of_names: dict[int, IntervalSet], numbers: set[int]
) -> None:
    found = EMPTY
    for protocol, some in of_names.items():
        found = found | services(protocol, some)
    for number in numbers - NAMES.keys():
        found = found | services(number)
    for family in Family:
        assert parsed_services(services_text(found, family)) == found


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(EMPTY, [], id="nothing"),
        pytest.param(ALL_ADDRESSES, ["0.0.0.0/0", "::/0"], id="everything"),
        pytest.param(prefix("2001:db8::1"), ["2001:db8::1"], id="one-ipv6-host"),
        pytest.param(prefix("10.0.0.9"), ["10.0.0.9"], id="one-host-without-its-length"),
        pytest.param(prefix("10.0.0.0/24"), ["10.0.0.0/24"], id="one-block"),
        pytest.param(
            prefix("10.0.0.0/30") - prefix("10.0.0.0"),
            ["10.0.0.1", "10.0.0.2/31"],
            id="a-block-without-its-first",
        ),
        pytest.param(RFC1918, ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"], id="several"),
    ],
)
def test_addresses_text(found: IntervalSet, expected: list[str]) -> None:
    assert addresses_text(found) == expected


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 999)), max_size=4))
def test_addresses_text_says_exactly_the_set(given_spans: list[tuple[int, int]]) -> None:
    found = IntervalSet.of((lo, min(lo + more, 2**32 - 1)) for lo, more in given_spans)
    read = EMPTY
    for text in addresses_text(found):
        read = read | prefix(text)
    assert read == found


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param(service(TCP, 443), service(TCP, 40000), id="tcp-goes-to-the-client-port"),
        pytest.param(service(UDP, 53), service(UDP, 40000), id="udp-too"),
        pytest.param(service(ICMP, icmp(8)), service(ICMP, icmp(0)), id="echo-reply"),
        pytest.param(service(ICMP, icmp(8, 7)), service(ICMP, icmp(0)), id="whatever-the-code"),
        pytest.param(service(ICMP, icmp(13)), service(ICMP, icmp(14)), id="timestamp-reply"),
        pytest.param(service(ICMP, icmp(3, 4)), None, id="unreachable-gets-no-reply"),
        pytest.param(service(ICMP, icmp(0)), None, id="an-echo-reply-gets-no-reply"),
        pytest.param(service(50, 0), service(50, 0), id="other-protocols-answer-alike"),
        pytest.param(service(50, 7), service(50, 0), id="other-protocols-have-no-ports"),
    ],
)
def test_replies_to(request_: int, expected: int | None) -> None:
    assert replies_to(request_, 40000) == expected


@given(st.integers(0, PROTOCOLS - 1), st.integers(0, PORTS - 1))
def test_a_service_is_its_protocol_and_port(protocol: int, port: int) -> None:
    number = service(protocol, port)
    assert (protocol_of(number), port_of(number)) == (protocol, port)
    assert number in ALL_SERVICES
    assert has_client_port(number) == (protocol in (TCP, UDP))


@given(st.integers(0, PROTOCOLS - 1), port_sets)
def test_ports_of_undoes_services(protocol: int, some: IntervalSet) -> None:
    assert ports_of(services(protocol, some), protocol) == some
    assert ports_of(ALL_SERVICES, protocol) == ALL_PORTS
    assert not ports_of(services(protocol, some), (protocol + 1) % PROTOCOLS)


def test_every_protocol_is_all_services() -> None:
    assert services(None) == ALL_SERVICES
    assert ALL_SERVICES.count == PROTOCOLS * PORTS


@pytest.mark.parametrize("text", ["", "10.0.0.0/33", "10.0.0", "2001:db8::/129", "example.com"])
def test_prefix_refuses_what_is_not_a_block(text: str) -> None:
    with pytest.raises(ValueError, match="IPv4"):
        prefix(text)


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("8.8.8.8", True),
        ("203.0.113.9", True),
        ("10.1.2.3", False),
        ("172.31.255.255", False),
        ("172.32.0.0", True),
        ("192.168.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
    ],
)
def test_what_an_internet_gateway_serves_is_public(text: str, public: bool) -> None:
    assert (prefix(text) <= PUBLIC_ADDRESSES) == public
    assert address_text(prefix(text).first) == text


def test_ports_text() -> None:
    assert ports_text(ports((22, 22), (80, 443))) == "22,80-443"
    assert ports_text(ALL_PORTS) == "all"
