"""The shape of a network in; its module, and what its expressions come to, out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from estate_blocks import Key, Locals, Module, Nested, Output, Part, Resource, Values, Variable
from estate_common import (
    AMI,
    ANYWHERE,
    BARE,
    OUT,
    OUT_VALUES,
    Shape,
    counted,
    disk,
    machine,
    named,
    names,
)

KINDS: Final = {"public": 0, "private": 10, "database": 20}
"""Kinds of subnets, and the number of the first block of each."""


@dataclass(frozen=True, kw_only=True)
class Network(Shape):
    """What tells one network from the others."""

    zones: Sequence[str]
    single_nat: bool
    bastion: bool

    @property
    def cidr(self) -> str:
        return f"10.{self.number}.0.0/16"

    @property
    def nats(self) -> int:
        return 1 if self.single_nat else len(self.zones)

    def blocks(self, kind: str) -> list[str]:
        every = list(IPv4Network(self.cidr).subnets(new_prefix=24))
        return [str(every[KINDS[kind] + at]) for at in range(len(self.zones))]


def network_module(shape: Network) -> Module:
    return Module(
        {
            "variables.tf": variables(shape),
            "main.tf": network(shape),
            "routes.tf": routes(shape),
            "walls.tf": walls(shape),
            "bastion.tf": [bastion_group(shape), bastion(shape)],
            "outputs.tf": outputs(shape),
        }
    )


def variables(shape: Network) -> list[Part]:
    return [
        Variable("name", "string", f"Name of this network; {shape.name} in this estate."),
        Variable("environment", "string", "What it is for: part of every name.", '"production"'),
        Variable("cidr", "string", "The addresses of the VPC."),
        Variable("zones", "list(string)", "Availability zones: one subnet of a kind in each."),
        Variable("max_zones", "number", "Zones beyond this number are not used.", "3"),
        Variable("newbits", "number", "By how much a subnet is smaller than the VPC.", "8"),
        Variable("single_nat_gateway", "bool", "One NAT gateway instead of one a zone.", "false"),
        Variable("create_bastion", "bool", "Whether a bastion stands in a public subnet.", "false"),
        Variable("trusted", "map(string)", "Networks that may reach the bastion.", "{}"),
        Variable("ami", "string", "Image of the bastion.", json.dumps(AMI)),
        Variable("volume_size", "number", "Size of its root disk, in GiB.", str(8 + shape.number)),
        Variable("tags", "map(string)", "Tags of every resource.", "{}"),
    ]


def blocks_of(kind: str) -> str:
    first = KINDS[kind]
    at = f"at + {first}" if first else "at"
    return f"[for at in range(local.zone_count) : cidrsubnet(var.cidr, var.newbits, {at})]"


def network(shape: Network) -> list[Part]:
    text = {
        **names(),
        "zone_count": "min(length(var.zones), var.max_zones)",
        "nat_count": "var.single_nat_gateway ? 1 : local.zone_count",
        **{f"{kind}_cidrs": blocks_of(kind) for kind in KINDS},
    }
    vpc = {
        "cidr_block": "var.cidr",
        "enable_dns_support": "true",
        "enable_dns_hostnames": "true",
        "tags": named("vpc"),
    }
    gateway = {"vpc_id": "aws_vpc.this.id", "tags": named("igw")}
    return [
        Locals(text),
        Resource("aws_vpc", "this", vpc, {None: {"cidr_block": shape.cidr, **shape.tags("vpc")}}),
        Resource("aws_internet_gateway", "this", gateway, {None: shape.tags("igw")}),
        *(subnet(shape, kind) for kind in KINDS),
    ]


def subnet(shape: Network, kind: str) -> Resource:
    tags = (
        "merge(local.tags, {\n"
        f'  Name = format("%s-{kind}-%s", local.prefix, element(var.zones, count.index))\n'
        f'  Tier = "{kind}"\n}})'
    )
    text = {
        "count": "local.zone_count",
        "vpc_id": "aws_vpc.this.id",
        "cidr_block": f"local.{kind}_cidrs[count.index]",
        "availability_zone": "element(var.zones, count.index)",
        **({"map_public_ip_on_launch": "true"} if kind == "public" else {}),
        "tags": tags,
    }
    instances: dict[Key, Values] = {
        at: {
            "cidr_block": block,
            "availability_zone": zone,
            **shape.tags(f"{kind}-{zone}", Tier=kind),
        }
        for at, (block, zone) in enumerate(zip(shape.blocks(kind), shape.zones, strict=True))
    }
    return Resource("aws_subnet", kind, text, instances)


def routes(shape: Network) -> list[Part]:
    nats = shape.nats
    gateway = {
        "count": "local.nat_count",
        "allocation_id": "element(aws_eip.nat[*].id, count.index)",
        "subnet_id": "element(aws_subnet.public[*].id, count.index)",
        "tags": "local.tags",
    }
    address = {"count": "local.nat_count", "domain": '"vpc"', "tags": "local.tags"}
    public = {"vpc_id": "aws_vpc.this.id", "tags": named("public")}
    private = {"count": "local.nat_count", "vpc_id": "aws_vpc.this.id", "tags": named("private")}
    internet = {
        "route_table_id": "aws_route_table.public.id",
        "destination_cidr_block": json.dumps(ANYWHERE),
        "gateway_id": "aws_internet_gateway.this.id",
    }
    outward = {
        "count": "local.nat_count",
        "route_table_id": "element(aws_route_table.private[*].id, count.index)",
        "destination_cidr_block": json.dumps(ANYWHERE),
        "nat_gateway_id": "element(aws_nat_gateway.this[*].id, count.index)",
    }
    comment = "One in each zone, or one for all of them."
    chosen = (
        "element(\n  aws_route_table.private[*].id,\n  var.single_nat_gateway ? 0 : count.index,\n)"
    )
    return [
        Resource("aws_eip", "nat", address, counted(nats, shape.tags())),
        Resource("aws_nat_gateway", "this", gateway, counted(nats, shape.tags()), (), comment),
        Resource("aws_route_table", "public", public, {None: shape.tags("public")}),
        Resource("aws_route", "public_internet", internet),
        Resource("aws_route_table", "private", private, counted(nats, shape.tags("private"))),
        Resource("aws_route", "private_nat", outward, counted(nats)),
        association(shape, "public", "aws_route_table.public.id"),
        association(shape, "private", chosen),
        association(shape, "database", chosen),
    ]


def association(shape: Network, kind: str, table: str) -> Resource:
    text = {
        "count": "local.zone_count",
        "subnet_id": f"aws_subnet.{kind}[count.index].id",
        "route_table_id": table,
    }
    return Resource("aws_route_table_association", kind, text, counted(len(shape.zones)))


def walls(shape: Network) -> list[Part]:
    """The network ACL of the databases' subnets, its rules numbered by where they stand."""
    sorted_ones = "[for name in sort(keys(var.trusted)) : var.trusted[name]]"
    allowed = {"database_sources": f"concat([var.cidr], {sorted_ones})"}
    acl = {
        "vpc_id": "aws_vpc.this.id",
        "subnet_ids": "aws_subnet.database[*].id",
        "tags": named("database"),
    }
    inward = {
        "count": "length(local.database_sources)",
        "network_acl_id": "aws_network_acl.database.id",
        "rule_number": "100 + 10 * count.index",
        "rule_action": '"allow"',
        "protocol": '"tcp"',
        "from_port": "5432",
        "to_port": "5432",
        "cidr_block": "local.database_sources[count.index]",
    }
    outward = {
        "network_acl_id": "aws_network_acl.database.id",
        "egress": "true",
        "rule_number": "100",
        "rule_action": '"allow"',
        "protocol": '"tcp"',
        "from_port": "1024",
        "to_port": "65535",
        "cidr_block": "var.cidr",
    }
    sources = [shape.cidr, *(shape.trusted[name] for name in sorted(shape.trusted))]
    made: dict[Key, Values] = {
        at: {"rule_number": 100 + 10 * at, "cidr_block": cidr} for at, cidr in enumerate(sources)
    }
    only: dict[Key, Values] = {None: {"cidr_block": shape.cidr}}
    return [
        Locals(allowed),
        Resource("aws_network_acl", "database", acl, {None: shape.tags("database")}),
        Resource("aws_network_acl_rule", "database_in", inward, made),
        Resource("aws_network_acl_rule", "database_out", outward, only),
    ]


def bastion_group(shape: Network) -> Resource:
    text = {
        "count": "var.create_bastion ? 1 : 0",
        "name": '"${local.prefix}-bastion"',
        "description": '"Administrators"',
        "vpc_id": "aws_vpc.this.id",
        "tags": named("bastion"),
    }
    ingress = {
        "description": "ingress.key",
        "protocol": '"tcp"',
        "from_port": "22",
        "to_port": "22",
        "cidr_blocks": "[ingress.value]",
    }
    rules = [
        {
            **BARE,
            "description": name,
            "protocol": "tcp",
            "from_port": 22,
            "to_port": 22,
            "cidr_blocks": [cidr],
        }
        for name, cidr in shape.trusted.items()
    ]
    values = {
        "name": f"{shape.prefix}-bastion",
        "ingress": sorted(rules, key=lambda one: str(one["cidr_blocks"])),
        **OUT_VALUES,
        **shape.tags("bastion"),
    }
    nested = (Nested("ingress", ingress, "var.trusted"), Nested("egress", OUT))
    made = counted(int(shape.bastion), values)
    return Resource("aws_security_group", "bastion", text, made, nested)


def bastion(shape: Network) -> Resource:
    text = {
        "count": "var.create_bastion ? 1 : 0",
        "ami": "var.ami",
        "instance_type": '"t3.micro"',
        "subnet_id": "aws_subnet.public[0].id",
        "associate_public_ip_address": "true",
        "vpc_security_group_ids": "aws_security_group.bastion[*].id",
        "tags": named("bastion"),
    }
    values = {**machine(shape), **shape.tags("bastion")}
    return Resource("aws_instance", "bastion", text, counted(int(shape.bastion), values), (disk(),))


def outputs(shape: Network) -> list[Part]:
    seen = (
        "{\n  vpc_id           = aws_vpc.this.id\n  cidr             = aws_vpc.this.cidr_block\n"
        "  subnet_ids       = aws_subnet.private[*].id\n"
        "  database_subnets = aws_subnet.database[*].id\n}"
    )
    return [
        Output("cidr", "aws_vpc.this.cidr_block", "The addresses of the VPC."),
        Output("network", seen, f"What others need to stand in the network of {shape.name}."),
        Output("nat_addresses", "aws_eip.nat[*].public_ip", "Where its traffic comes from."),
    ]
