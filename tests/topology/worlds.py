"""One small network, with what is blanked in it, in; the same as a plan that creates it, out.

`WORLD` holds everything a create plan would know after its apply. `build` makes the plan: a blank
takes a value away and says what the configuration would still mention.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from tests.topology.plans import Item, echo, ident, new, plan, ref
from tfreach.topology.network import Network


@dataclass(frozen=True)
class To:
    """A link: the resources it really leads to. `many`: a list attribute. `attribute`: which of
    theirs it takes."""

    targets: tuple[str, ...]
    many: bool = False
    attribute: str = "id"

    def known(self) -> list[str]:
        own = self.attribute != "id"
        return [f"{self.attribute} of {t}" if own else ident(t) for t in self.targets]


def to(target: str, attribute: str = "id") -> To:
    return To((target,), attribute=attribute)


def all_of(*targets: str) -> To:
    return To(targets, many=True)


class Blank(Enum):
    """What the configuration of a blanked link still says.

    SEVERAL   the names of the true targets and of all others of their kind
    PAIR      the same with one other
    LOCAL     a local value
    NOTHING   an expression that mentions nothing
    FOREIGN   a resource that gives no such object
    EITHER    the true targets or a foreign resource
    ASTRAY    another of their kind, or a foreign resource that gives the true targets
    FLAG      the same as SEVERAL, of which a known attribute of some resource chooses
    """

    SEVERAL = "several"
    PAIR = "pair"
    LOCAL = "local"
    NOTHING = "nothing"
    FOREIGN = "foreign"
    EITHER = "either"
    ASTRAY = "astray"
    FLAG = "flag"


STACK: Final = "aws_cloudformation_stack.s"
ELSE: Final = f"{STACK}.outputs"
ANY: Final = {"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}


def _tcp(port: int, **more: object) -> dict[str, object]:
    return {"from_port": port, "to_port": port, "protocol": "tcp", **more}


def _entry(acl: str, number: int, action: str, **more: object) -> dict[str, object]:
    rule = {"rule_number": number, "rule_action": action, "cidr_block": "0.0.0.0/0"}
    return {"network_acl_id": to(acl), **rule, "egress": False, "protocol": "-1", **more}


def _transit(attachment: str, **more: object) -> dict[str, object]:
    return {
        "transit_gateway_attachment_id": to(f"aws_ec2_transit_gateway_vpc_attachment.{attachment}"),
        "transit_gateway_route_table_id": to("aws_ec2_transit_gateway_route_table.t"), **more,
    }  # fmt: skip


BETWEEN: Final[Mapping[str, Mapping[str, object]]] = {
    "aws_vpc_peering_connection.p": {
        "vpc_id": to("aws_vpc.v"), "peer_vpc_id": to("aws_vpc.w"),
    },
    "aws_vpc_peering_connection_accepter.p": {
        "vpc_peering_connection_id": to("aws_vpc_peering_connection.p"), "auto_accept": True,
    },
    "aws_route_table.joined": {
        "vpc_id": to("aws_vpc.v"),
        "route": [{"cidr_block": "0.0.0.0/0", "gateway_id": to("aws_internet_gateway.g")}],
    },
    "aws_route.peer": {
        "route_table_id": to("aws_route_table.joined"), "destination_cidr_block": "10.2.0.0/16",
        "vpc_peering_connection_id": to("aws_vpc_peering_connection.p"),
    },
    "aws_vpc.x": {"cidr_block": "10.3.0.0/16"},
    "aws_subnet.x": {
        "vpc_id": to("aws_vpc.x"), "cidr_block": "10.3.0.0/24", "map_public_ip_on_launch": False,
        "availability_zone": "us-east-1a",
    },
    "aws_ec2_transit_gateway.g": {
        "default_route_table_association": "disable", "default_route_table_propagation": "enable",
        "security_group_referencing_support": "enable",
    },
    "aws_ec2_transit_gateway_vpc_attachment.v": {
        "transit_gateway_id": to("aws_ec2_transit_gateway.g"), "vpc_id": to("aws_vpc.v"),
        "subnet_ids": all_of("aws_subnet.public", "aws_subnet.third"),
        "transit_gateway_default_route_table_association": False,
    },
    "aws_ec2_transit_gateway_vpc_attachment.x": {
        "transit_gateway_id": to("aws_ec2_transit_gateway.g"), "vpc_id": to("aws_vpc.x"),
        "subnet_ids": all_of("aws_subnet.x"),
    },
    "aws_ec2_transit_gateway_route_table.t": {
        "transit_gateway_id": to("aws_ec2_transit_gateway.g"),
    },
    "aws_ec2_transit_gateway_route_table_association.v": _transit("v"),
    "aws_ec2_transit_gateway_route_table_association.x": _transit("x"),
    "aws_ec2_transit_gateway_route_table_propagation.v": _transit("v"),
    "aws_ec2_transit_gateway_route.x": _transit("x", destination_cidr_block="10.3.0.0/16"),
    "aws_route.transit": {
        "route_table_id": to("aws_route_table.joined"), "destination_cidr_block": "10.3.0.0/16",
        "transit_gateway_id": to("aws_ec2_transit_gateway.g"),
    },
    "aws_route_table.x": {
        "vpc_id": to("aws_vpc.x"),
        "route": [{"cidr_block": "10.0.0.0/8",
                   "transit_gateway_id": to("aws_ec2_transit_gateway.g")}],
    },
    "aws_route_table_association.x": {
        "subnet_id": to("aws_subnet.x"), "route_table_id": to("aws_route_table.x"),
    },
    "aws_security_group.x": {
        "vpc_id": to("aws_vpc.x"),
        "ingress": [_tcp(23, security_groups=all_of("aws_security_group.db"))],
        "egress": [ANY],
    },
    "aws_instance.x": {
        "subnet_id": to("aws_subnet.x"),
        "vpc_security_group_ids": all_of("aws_security_group.x"),
        "associate_public_ip_address": False,
    },
}  # fmt: skip

WORLD: Final[Mapping[str, Mapping[str, object]]] = {
    "aws_vpc.v": {"cidr_block": "10.0.0.0/16"},
    "aws_vpc.w": {"cidr_block": "10.2.0.0/16"},
    "aws_vpc_ipv4_cidr_block_association.more": {
        "vpc_id": to("aws_vpc.v"), "cidr_block": "10.1.0.0/16",
    },
    "aws_subnet.public": {
        "vpc_id": to("aws_vpc.v"), "cidr_block": "10.0.0.0/24", "map_public_ip_on_launch": True,
        "availability_zone": "us-east-1a",
    },
    "aws_subnet.private": {
        "vpc_id": to("aws_vpc.v"), "cidr_block": "10.1.0.0/24", "map_public_ip_on_launch": False,
        "availability_zone": "us-east-1a",
    },
    "aws_subnet.third": {
        "vpc_id": to("aws_vpc.v"), "cidr_block": "10.0.3.0/24", "map_public_ip_on_launch": False,
        "availability_zone": "us-east-1b",
    },
    "aws_internet_gateway.g": {"vpc_id": to("aws_vpc.v")},
    "aws_internet_gateway.loose": {},
    "aws_internet_gateway_attachment.w": {
        "internet_gateway_id": to("aws_internet_gateway.loose"), "vpc_id": to("aws_vpc.w"),
    },
    "aws_eip.nat": {},
    "aws_eip.db": {},
    "aws_eip_association.db": {
        "allocation_id": to("aws_eip.db"), "instance_id": to("aws_instance.db"),
    },
    "aws_nat_gateway.n": {
        "subnet_id": to("aws_subnet.public"), "allocation_id": to("aws_eip.nat"),
        "connectivity_type": "public",
    },
    "aws_route_table.out": {"vpc_id": to("aws_vpc.v")},
    "aws_route.out": {
        "route_table_id": to("aws_route_table.out"), "destination_cidr_block": "0.0.0.0/0",
        "gateway_id": to("aws_internet_gateway.g"),
    },
    "aws_route_table.in": {
        "vpc_id": to("aws_vpc.v"),
        "route": [{"cidr_block": "0.0.0.0/0", "nat_gateway_id": to("aws_nat_gateway.n")}],
    },
    "aws_route_table_association.out": {
        "subnet_id": to("aws_subnet.public"), "route_table_id": to("aws_route_table.out"),
    },
    "aws_route_table_association.third": {
        "subnet_id": to("aws_subnet.third"), "route_table_id": to("aws_route_table.joined"),
    },
    "aws_main_route_table_association.m": {
        "vpc_id": to("aws_vpc.v"), "route_table_id": to("aws_route_table.in"),
    },
    "aws_network_acl.a": {"vpc_id": to("aws_vpc.v"), "subnet_ids": all_of("aws_subnet.private")},
    "aws_network_acl.b": {"vpc_id": to("aws_vpc.v")},
    "aws_network_acl_association.b": {
        "network_acl_id": to("aws_network_acl.b"), "subnet_id": to("aws_subnet.third"),
    },
    "aws_network_acl_rule.no_telnet": _entry(
        "aws_network_acl.a", 50, "deny", protocol="tcp", from_port=23, to_port=23
    ),
    "aws_network_acl_rule.in": _entry("aws_network_acl.a", 100, "allow"),
    "aws_network_acl_rule.out": _entry("aws_network_acl.a", 100, "allow", egress=True),
    "aws_network_acl_rule.no_replies": _entry(
        "aws_network_acl.a", 60, "deny", egress=True, protocol="tcp", from_port=1024,
        to_port=65535, cidr_block="10.0.0.0/24",
    ),
    "aws_network_acl_rule.b_in": _entry("aws_network_acl.b", 100, "allow"),
    "aws_network_acl_rule.b_out": _entry("aws_network_acl.b", 100, "allow", egress=True),
    "aws_security_group.web": {
        "vpc_id": to("aws_vpc.v"),
        "ingress": [_tcp(443, cidr_blocks=["0.0.0.0/0"], self=False)],
        "egress": [ANY],
    },
    "aws_security_group.db": {
        "vpc_id": to("aws_vpc.v"),
        "ingress": [_tcp(1433, security_groups=all_of("aws_security_group.web"))],
    },
    "aws_security_group_rule.ssh": {
        "security_group_id": to("aws_security_group.web"),
        "source_security_group_id": to("aws_security_group.db"), "type": "ingress", **_tcp(22),
    },
    "aws_security_group_rule.calls": {
        "security_group_id": to("aws_security_group.db"), "type": "egress",
        **_tcp(23, cidr_blocks=["0.0.0.0/0"]),
    },
    "aws_security_group_rule.ping": {
        "security_group_id": to("aws_security_group.db"), "type": "ingress", "protocol": "icmp",
        "from_port": 8, "to_port": -1, "cidr_blocks": ["0.0.0.0/0"],
    },
    "aws_security_group_rule.own": {
        "security_group_id": to("aws_security_group.web"), "type": "ingress",
        **_tcp(7000, self=True),
    },
    "aws_vpc_security_group_ingress_rule.sql": {
        "security_group_id": to("aws_security_group.db"), "ip_protocol": "tcp",
        "from_port": 5432, "to_port": 5432, "referenced_security_group_id":
        to("aws_security_group.web"),
    },
    "aws_vpc_security_group_ingress_rule.block": {
        "security_group_id": to("aws_security_group.db"), "ip_protocol": "tcp",
        "from_port": 23, "to_port": 23, "cidr_ipv4": "10.0.0.0/24",
    },
    "aws_instance.web": {
        "subnet_id": to("aws_subnet.public"),
        "vpc_security_group_ids": all_of("aws_security_group.web"),
    },
    "aws_instance.db": {
        "subnet_id": to("aws_subnet.third"),
        "vpc_security_group_ids": all_of("aws_security_group.db"),
        "associate_public_ip_address": False,
    },
    "aws_network_interface.extra": {
        "subnet_id": to("aws_subnet.private"),
        "security_groups": all_of("aws_security_group.db"),
    },
    "aws_network_interface.first": {
        "subnet_id": to("aws_subnet.private"),
        "security_groups": all_of("aws_security_group.web"),
    },
    "aws_network_interface_attachment.x": {
        "instance_id": to("aws_instance.db"),
        "network_interface_id": to("aws_network_interface.extra"),
    },
    "aws_network_interface_sg_attachment.x": {
        "security_group_id": to("aws_security_group.web"),
        "network_interface_id": to("aws_network_interface.extra"),
    },
    "aws_instance.made": {
        "network_interface": [{"network_interface_id": to("aws_network_interface.first")}],
    },
    "aws_lambda_function.f": {
        "vpc_config": [{
            "subnet_ids": all_of("aws_subnet.private"),
            "security_group_ids": all_of("aws_security_group.web"),
        }],
    },
    "aws_db_subnet_group.s": {"subnet_ids": all_of("aws_subnet.private", "aws_subnet.third")},
    "aws_db_instance.d": {
        "db_subnet_group_name": to("aws_db_subnet_group.s"),
        "vpc_security_group_ids": all_of("aws_security_group.db"),
        "publicly_accessible": True,
    },
    "aws_subnet.w": {
        "vpc_id": to("aws_vpc.w"), "cidr_block": "10.2.0.0/24", "map_public_ip_on_launch": True,
        "availability_zone": "us-east-1a",
    },
    "aws_default_route_table.w": {
        "default_route_table_id": to("aws_vpc.w", "default_route_table_id"),
        "route": [
            {"cidr_block": "0.0.0.0/0", "gateway_id": to("aws_internet_gateway.loose")},
            {"cidr_block": "10.0.0.0/8",
             "vpc_peering_connection_id": to("aws_vpc_peering_connection.p")},
        ],
    },
    "aws_default_network_acl.w": {
        "default_network_acl_id": to("aws_vpc.w", "default_network_acl_id"),
        "ingress": [{"rule_no": 1, "action": "allow", **ANY, "cidr_block": "0.0.0.0/0"}],
        "egress": [{"rule_no": 1, "action": "allow", **ANY, "cidr_block": "10.0.0.0/8"}],
    },
    "aws_default_security_group.w": {
        "vpc_id": to("aws_vpc.w"), "ingress": [
            _tcp(22, cidr_blocks=["0.0.0.0/0"]),
            _tcp(23, security_groups=all_of("aws_security_group.db")),
        ],
    },
    "aws_instance.plain": {"subnet_id": to("aws_subnet.w")},
    "aws_ec2_managed_prefix_list.own": {
        "name": "own", "address_family": "IPv4", "entry": [{"cidr": "10.0.0.0/24"}],
    },
    "aws_ec2_managed_prefix_list.far": {"name": "far", "address_family": "IPv4"},
    "aws_ec2_managed_prefix_list_entry.far": {
        "prefix_list_id": to("aws_ec2_managed_prefix_list.far"), "cidr": "198.51.100.0/24",
    },
    "aws_security_group_rule.listed": {
        "security_group_id": to("aws_security_group.db"), "type": "ingress",
        **_tcp(8443, prefix_list_ids=all_of("aws_ec2_managed_prefix_list.own")),
    },
    "aws_vpc_security_group_ingress_rule.listed": {
        "security_group_id": to("aws_security_group.web"), "ip_protocol": "tcp",
        "from_port": 2222, "to_port": 2222,
        "prefix_list_id": to("aws_ec2_managed_prefix_list.far"),
    },
    "aws_route.listed": {
        "route_table_id": to("aws_route_table.out"), "gateway_id": to("aws_internet_gateway.g"),
        "destination_prefix_list_id": to("aws_ec2_managed_prefix_list.far"),
    },
    "aws_vpc_endpoint.s3": {
        "vpc_id": to("aws_vpc.v"), "service_name": "com.amazonaws.us-east-1.s3",
        "vpc_endpoint_type": "Gateway", "route_table_ids": all_of("aws_route_table.in"),
    },
    "aws_vpc_endpoint.dynamodb": {
        "vpc_id": to("aws_vpc.v"), "service_name": "com.amazonaws.us-east-1.dynamodb",
        "vpc_endpoint_type": "Gateway",
    },
    "aws_vpc_endpoint_route_table_association.in": {
        "vpc_endpoint_id": to("aws_vpc_endpoint.dynamodb"),
        "route_table_id": to("aws_route_table.in"),
    },
    "aws_security_group_rule.uploads": {
        "security_group_id": to("aws_security_group.db"), "type": "egress",
        **_tcp(443, prefix_list_ids=To(("aws_vpc_endpoint.s3",), True, "prefix_list_id")),
    },
    **BETWEEN,
    STACK: {},
}  # fmt: skip

DEFAULTS: Final = (
    "default_route_table_id", "main_route_table_id", "default_network_acl_id",
    "default_security_group_id",
)  # fmt: skip

Place = tuple[str, str]
"""Resource and attribute; one in a block is `route.nat_gateway_id`."""

PLAIN: Final = {
    "cidr_block", "cidr_blocks", "cidr_ipv4", "destination_cidr_block", "protocol", "ip_protocol",
    "from_port", "to_port", "type", "egress", "self", "rule_number", "rule_action", "ingress",
    "route", "connectivity_type", "map_public_ip_on_launch", "associate_public_ip_address",
    "publicly_accessible", "cidr", "address_family", "vpc_endpoint_type",
    "availability_zone", "auto_accept", "default_route_table_association",
    "default_route_table_propagation", "security_group_referencing_support",
    "transit_gateway_default_route_table_association",
}  # fmt: skip
"""Attributes that are no links and may be unknown too; each alone says less, never more."""


def _places() -> Iterator[tuple[Place, object]]:
    for address, values in WORLD.items():
        for name, value in values.items():
            yield (address, name), value
            for block in value if isinstance(value, list) else ():
                if isinstance(block, dict):
                    yield from (((address, f"{name}.{k}"), v) for k, v in block.items())


LINKS: Final[Mapping[Place, To]] = {
    place: value for place, value in _places() if isinstance(value, To)
}
OTHERS: Final[tuple[Place, ...]] = tuple(
    place
    for place, value in _places()
    if not isinstance(value, To) and place[1].rpartition(".")[2] in PLAIN
)


@dataclass(frozen=True)
class Blanks:
    """What is known after apply only.

    links    links that are written in another way than by the names of their targets
    values   attributes that are no links
    named    resources that have their identifier already, so that a link to them is known
    """

    links: Mapping[Place, Blank] = field(default_factory=dict)
    values: Collection[Place] = ()
    named: Collection[str] = ()

    def seen(self, place: Place, value: object) -> object:
        """What a plan says of an attribute."""
        address, name = place
        if place in self.values:
            return ref(ELSE)
        if isinstance(value, To):
            if set(value.targets) <= set(self.named):
                return value.known() if value.many else value.known()[0]
            return _expression(value, self.links.get(place))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [
                {key: self.seen((address, f"{name}.{key}"), inner) for key, inner in block.items()}
                for block in value
            ]
        return value

    def identifiers(self, address: str) -> dict[str, object]:
        if address == STACK:
            return {"outputs": ref()}
        if address not in self.named:
            return {}
        own: tuple[str, ...] = DEFAULTS if address.startswith("aws_vpc.") else ()
        own = ("prefix_list_id",) if address.startswith("aws_vpc_endpoint.") else own
        mine = {name: echo(f"{name} of {address}") for name in own}
        if "default_route_table_id" in mine:  # the table that a VPC is made with is its main one
            mine["main_route_table_id"] = mine["default_route_table_id"]
        return {"id": echo(ident(address)), **mine}


def build(blanks: Blanks, *, reverse: bool = False) -> Network:
    """The network of a plan that creates the world. `reverse`: the file is turned round."""
    items: list[Item] = []
    for address, values in WORLD.items():
        seen = {name: blanks.seen((address, name), value) for name, value in values.items()}
        items.append(new(address, **seen, **blanks.identifiers(address)))
    return plan(*(reversed(items) if reverse else items)).after


def truth() -> Network:
    """The network with everything known."""
    return build(Blanks(named=WORLD.keys()))


def _expression(link: To, blank: Blank | None) -> ref:
    """What is written; a list that is blanked passes through something that may choose."""
    mine = [f"{target}.{link.attribute}" for target in link.targets]
    kind = link.targets[0].partition(".")[0]
    others = [a for a in WORLD if a.partition(".")[0] == kind and a not in link.targets]
    rest = [f"{address}.{link.attribute}" for address in others]
    through = ["var.choice"] if link.many else []
    names = {
        None: mine,
        Blank.SEVERAL: [*rest, *mine, *through],
        Blank.PAIR: [*mine, *rest[:1], *through],
        Blank.LOCAL: ["local.chosen"],
        Blank.NOTHING: [],
        Blank.FOREIGN: [ELSE],
        Blank.EITHER: [*mine, ELSE],
        Blank.ASTRAY: [*rest[:1], ELSE],
        Blank.FLAG: [*rest, *mine, "aws_db_instance.d.engine"],
    }
    return ref(*names[blank])
