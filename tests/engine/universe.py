"""The small universe of the random networks: their names, addresses, services, rules, links."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from tfreach.engine.verdicts import NAT_PORTS
from tfreach.space.headers import ALL_SERVICES, ICMP, PORTS, TCP, UDP, prefix, services
from tfreach.space.intervals import IntervalSet
from tfreach.topology.between import ToAttachment, TransitTarget
from tfreach.topology.network import (
    Action,
    Blackhole,
    Elsewhere,
    Local,
    OneOf,
    Rule,
    Site,
    Target,
    ToInterface,
    ToInternet,
    ToNat,
    ToPeering,
    ToService,
    ToTransit,
    ToVpn,
)

VPCS = {"vpc-1": prefix("10.1.0.0/16"), "vpc-2": prefix("10.2.0.0/16")}
SUBNETS = {
    "subnet-a": ("vpc-1", prefix("10.1.0.0/30"), "rtb-1"),
    "subnet-b": ("vpc-1", prefix("10.1.0.4/30"), "rtb-2"),
    "subnet-c": ("vpc-1", prefix("10.1.0.8/30"), "rtb-2"),
    "subnet-d": ("vpc-2", prefix("10.2.0.0/30"), "rtb-3"),
    "subnet-e": ("vpc-2", prefix("10.2.0.4/30"), "rtb-3"),
}
INTERNETS = (
    prefix("203.0.113.0/31") | prefix("198.51.100.1/32"),
    prefix("203.0.113.1/32") | prefix("198.51.100.0/31"),
    prefix("203.0.113.1/32") | prefix("203.0.113.2/32"),
)
GROUPS = ("sg-1", "sg-2", "sg-3")
ACLS = ("acl-1", "acl-2", "acl-3")
TABLES = ("rtb-1", "rtb-2", "rtb-3")
NATS = ("nat-1", "nat-2")
VPN_GATEWAYS = {"vgw-1": "vpc-1", "vgw-2": "vpc-2"}
GATEWAYS = {"igw-1": "vpc-1", "igw-2": "vpc-2"}
VPC_1_SUBNETS = ("subnet-a", "subnet-b", "subnet-c")
TRANSIT_TABLES = ("tgw-rtb-1", "tgw-rtb-2", "tgw-rtb-3")
ATTACHMENTS = ("att-1", "att-2", "att-3", "peer-1", "peer-2", "vpn-1")
TRANSIT_TARGETS: tuple[TransitTarget, ...] = (
    *(ToAttachment(id_) for id_ in ATTACHMENTS),
    *([Blackhole("a blackhole")] * 2),
    *([Elsewhere("a VPN")] * 3),
    ToAttachment("not-there"),
)
ON_PREMISES_ADDRESSES = prefix("192.168.0.0/31") | prefix("172.16.0.1/32")
HOSTS = ("host-1", "host-2")
BOX, EDGE = "box", "rtb-edge"
"""A host that forwards, where one is drawn."""
SERVICE, OTHER_SERVICE = "service:s3", "service:other"
SERVICE_ADDRESSES = prefix("192.0.2.0/31") | prefix("198.51.100.8/32")
"""What the service has, or may have; the networks do not treat the other service apart."""
NOT_THERE = "not-there"

CLIENT_PORTS = IntervalSet.span(1024, 1026)
SERVICES = (
    ALL_SERVICES,
    services(TCP),
    services(TCP, IntervalSet.span(22, 22)),
    services(TCP, IntervalSet.span(22, 443)),
    services(TCP, NAT_PORTS),
    services(TCP, IntervalSet.span(1024, 1024)),
    services(TCP, IntervalSet.span(1025, 1026)),
    services(TCP, IntervalSet.span(1025, PORTS - 1)),
    services(TCP, IntervalSet.span(1024, 1026)),
    services(TCP, IntervalSet.span(40000, PORTS - 1)),
    services(UDP),
    services(UDP, NAT_PORTS),
    services(UDP, IntervalSet.span(1026, 40000)),
    services(ICMP),
    services(ICMP, IntervalSet.span(8 * 256, 8 * 256)),
    services(ICMP, IntervalSet.span(0, 255)),
    services(50),
    services(TCP) | services(UDP) | services(ICMP),
)
REPLY_PORTS = (
    NAT_PORTS,
    CLIENT_PORTS,
    IntervalSet.span(1024, 1024),
    IntervalSet.span(1025, PORTS - 1),
    IntervalSet.span(1025, 1026),
    IntervalSet.span(40000, PORTS - 1),
)
ICMP_TYPES = (8, 13)
"""Those that are answered: by a type that SERVICES divides, and by one that it does not."""
ICMP6_TYPES = (128, 129, 1)
"""Of IPv6: a request, its reply, and what is never answered."""
PEERS = (
    *(["0.0.0.0/0"] * 4),
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.0.0/30",
    "10.1.0.4/30",
    "10.1.0.0/31",
    "10.1.0.2/31",
    "10.1.0.4/31",
    "10.1.0.5/32",
    "10.1.0.8/31",
    "10.2.0.0/31",
    "10.2.0.5/32",
    "10.2.0.0/16",
    "203.0.113.0/24",
    "203.0.113.1/32",
    "203.0.113.0/31",
    "198.51.100.0/24",
    "198.51.100.1/32",
    "192.0.2.0/24",
    "192.0.2.1/32",
    "192.168.0.0/31",
    "192.168.0.1/32",
    "172.16.0.0/12",
)
DESTINATIONS = (
    *(["0.0.0.0/0"] * 5),
    *PEERS[4:],
    "10.2.0.0/16",
    "10.1.0.6/31",
    "203.0.113.2/31",
    "192.0.0.0/8",
)
TARGETS: tuple[Target, ...] = (
    *(ToInternet(id_) for id_ in GATEWAYS),
    *(ToNat(id_) for id_ in NATS),
    Local(),
    *([Blackhole("the instance is gone")] * 3),
    *([Elsewhere("a transit gateway")] * 3),
    ToInternet(NOT_THERE),
    ToNat(NOT_THERE),
    ToPeering("pcx-1"),
    ToPeering("pcx-1"),
    ToPeering(NOT_THERE),
    ToService("vpce", SERVICE),
    ToService("vpce-2", OTHER_SERVICE),
    *([ToTransit("tgw-1")] * 3),
    ToTransit("tgw-2"),
    ToVpn("vgw-1"),
    ToVpn("vgw-1"),
    ToVpn("vgw-2"),
    ToVpn(NOT_THERE),
    ToTransit(NOT_THERE),
    *(ToInterface(id_) for id_ in (*HOSTS, BOX)),
    ToInterface(NOT_THERE),
)
PERMIT_ALL = Rule(Action.PERMIT, ALL_SERVICES, prefix("0.0.0.0/0"), number=10)


def one_in(draw: st.DrawFn, chances: int) -> bool:
    """True in one of `chances` draws; shrinks to False."""
    return draw(st.integers(0, chances - 1)) == chances - 1


def text(draw: st.DrawFn, chances: int, why: str) -> str:
    """`why` in one of `chances` draws, else ""."""
    return why if one_in(draw, chances) else ""


@st.composite
def links(draw: st.DrawFn, ids: Sequence[str]) -> OneOf:
    """To one of `ids`, to several, to any filter or table there is, or to one that is not there."""
    found = tuple(sorted(draw(st.sets(st.sampled_from(ids), min_size=1, max_size=2))))
    if not one_in(draw, 3):
        return OneOf(found, reason="one of several" if len(found) > 1 else "")
    open_ = OneOf(found if draw(st.booleans()) else (), open=True, reason="known after apply")
    return draw(st.sampled_from((open_, open_, OneOf((NOT_THERE,)))))


@st.composite
def rules(draw: st.DrawFn, *, acl: bool) -> Rule:
    """One rule. A network ACL denies too; a security group also names groups and services."""
    return Rule(
        draw(st.sampled_from((Action.DENY, Action.PERMIT))) if acl else Action.PERMIT,
        draw(st.sampled_from(SERVICES)),
        prefix(draw(st.sampled_from(PEERS))),
        group=None if acl else draw(st.sampled_from((None, None, *GROUPS))),
        number=draw(st.integers(1, 11)) if acl else 0,
        unknown=text(draw, 4, "a part is known after apply"),
        aws_service="" if acl else draw(st.sampled_from(("", "", SERVICE, OTHER_SERVICE))),
    )


def place(draw: st.DrawFn, subnet: str) -> Site:
    """One or two addresses of a subnet."""
    some = st.sets(st.sampled_from(list(SUBNETS[subnet][1].members())), min_size=1, max_size=2)
    addresses = IntervalSet.of((address, address) for address in draw(some))
    return Site(subnet, addresses, text(draw, 12, "the block is known after apply"))
