"""A number of interfaces in; the plan of a hub with many VPCs, of which 1 % changes, out.

Each VPC has public and private subnets, an internet and a NAT gateway, network ACLs, groups with
rules for blocks and for each other, and hangs on one transit gateway. Resources are as the states
of the fixtures have them, with other names; the same bytes each time. A function counts as one
interface in each of its three subnets. As a program: FILE [INTERFACES].
"""

import copy
import json
import random
import sys
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]
Place = tuple[Json, IPv4Network, str]
"""A subnet, its block, and whether it is `public` or `private`."""

FIXTURES: Final = Path(__file__).resolve().parent.parent / "fixtures"
PROVIDER: Final = "registry.terraform.io/hashicorp/aws"
INTERFACES_A_VPC: Final = 250
GROUPS_A_VPC: Final = 30
RULES_A_GROUP: Final = 8
CHANGED: Final = 0.01
ZONES: Final = ("us-east-1a", "us-east-1b", "us-east-1c")
PORTS: Final = (22, 80, 443, 3306, 5432, 6379, 8080, 8443, 9092, 9200)
PEERS: Final = ("10.0.0.0/8", "203.0.113.0/24", "198.51.100.0/24", "0.0.0.0/0", "172.16.0.0/12")
NO_PEER: Final[Json] = dict.fromkeys(
    ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")
)
HOST, FUNCTION = "aws_instance", "aws_lambda_function"


def templates() -> dict[str, Json]:
    """A resource of each type as AWS (here: moto) leaves it, from the states of the fixtures."""
    found: dict[str, Json] = {}
    for path in sorted(FIXTURES.glob("*/change/state.json")):
        for one in _resources(json.loads(path.read_text())["values"]["root_module"]):
            found.setdefault(one["type"], one)
    return found


def _resources(module: Json) -> Iterator[Json]:
    yield from (one for one in module.get("resources", []) if one["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from _resources(child)


class Hub:
    """Every resource as it stands, and what the plan makes of some.

    stands    address -> resource with its values
    planned   address -> values after; None: it is deleted
    """

    def __init__(self, interfaces: int) -> None:
        self._dice = random.Random(11)
        self._templates = templates()
        self._numbers = 0
        self.stands: dict[str, Json] = {}
        self.planned: dict[str, Json | None] = {}
        self._transit = self._add("aws_ec2_transit_gateway", "hub")
        self._table = self._add(
            "aws_ec2_transit_gateway_route_table", "hub", transit_gateway_id=self._transit["id"]
        )
        vpcs = max(1, interfaces // INTERFACES_A_VPC)
        for number in range(vpcs):
            self._vpc(number, interfaces // vpcs)
        self._change()

    def _add(self, kind: str, key: str, **values: Any) -> Json:
        made = copy.deepcopy(self._templates[kind])
        self._numbers += 1
        own: Json = made["values"]
        prefix = str(own["id"]).partition("-")[0] if "-" in str(own["id"]) else kind[4:]
        own |= {"id": f"{prefix}-{self._numbers:017x}", **values}
        if own.get("arn"):
            own["arn"] = own["arn"].rpartition("/")[0] + "/" + own["id"]
        address = f'{kind}.this["{key}"]'
        self.stands[address] = {
            **made,
            "address": address,
            "index": key,
            "name": "this",
            "provider_name": PROVIDER,
            "values": own,
        }
        self.stands[address].pop("depends_on", None)
        return own

    def _vpc(self, number: int, interfaces: int) -> None:
        block = IPv4Network((10 << 24 | number << 16, 16))
        name = f"n{number:03}"
        vpc = self._add("aws_vpc", name, cidr_block=str(block))
        inside = {"vpc_id": vpc["id"]}
        doors = self._add("aws_internet_gateway", name, **inside)
        acl = self._add("aws_network_acl", name, **inside, subnet_ids=[], **self._entries())
        subnets = list(block.subnets(new_prefix=20))[:6]
        public, private = subnets[:3], subnets[3:]
        placed: list[Place] = []
        nat: Json = {}
        for kind, blocks in (("public", public), ("private", private)):
            routes = [_to("10.0.0.0/8", transit_gateway_id=self._transit["id"])]
            if kind == "public":
                routes.append(_to("0.0.0.0/0", gateway_id=doors["id"]))
            else:
                routes.append(_to("0.0.0.0/0", nat_gateway_id=nat["id"]))
            table = self._add("aws_route_table", f"{name}-{kind}", **inside, route=routes)
            for at, cidr in enumerate(blocks):
                key = f"{name}-{kind}-{at}"
                subnet = self._add("aws_subnet", key, **inside, cidr_block=str(cidr),
                                   availability_zone=ZONES[at], map_public_ip_on_launch=False,
                                   ipv6_cidr_block="")  # fmt: skip
                self._add("aws_route_table_association", key, subnet_id=subnet["id"],
                          route_table_id=table["id"])  # fmt: skip
                placed.append((subnet, cidr, kind))
                if kind == "private":
                    acl["subnet_ids"].append(subnet["id"])
            if kind == "public":
                shown = f"198.18.0.{number % 250}"
                nat = self._add("aws_nat_gateway", name, subnet_id=placed[0][0]["id"],
                                private_ip=str(blocks[0][5]), public_ip=shown)  # fmt: skip
        within = [one["id"] for one, _, kind in placed if kind == "private"]
        hung = self._add(
            "aws_ec2_transit_gateway_vpc_attachment", name, **inside, subnet_ids=within,
            transit_gateway_id=self._transit["id"],
            transit_gateway_default_route_table_association=False,
            transit_gateway_default_route_table_propagation=False,
        )  # fmt: skip
        for kind in ("association", "propagation"):
            self._add(f"aws_ec2_transit_gateway_route_table_{kind}", name,
                      transit_gateway_attachment_id=hung["id"],
                      transit_gateway_route_table_id=self._table["id"])  # fmt: skip
        groups = self._groups(name, inside)
        for at in range(interfaces // 5):
            self._host(f"{name}-{2 * at:04}", 2 * at, placed, groups)
            self._host(f"{name}-{2 * at + 1:04}", 2 * at + 1, placed, groups)
            self._function(f"{name}-{at:04}", placed, groups)

    def _entries(self) -> Json:
        def entry(number: int, action: str, ports: tuple[int, int], block: str) -> Json:
            return {"action": action, "cidr_block": block, "from_port": ports[0],
                    "to_port": ports[1], "icmp_code": 0, "icmp_type": 0, "ipv6_cidr_block": "",
                    "protocol": "6", "rule_no": number}  # fmt: skip

        refused = self._dice.choice(PORTS)
        return {
            "ingress": [
                entry(90, "deny", (refused, refused), "203.0.113.0/24"),
                entry(100, "allow", (0, 65535), "0.0.0.0/0"),
            ],
            "egress": [entry(100, "allow", (0, 65535), "0.0.0.0/0")],
        }

    def _groups(self, name: str, inside: Json) -> list[Json]:
        groups = [
            self._add("aws_security_group", f"{name}-{at:02}", **inside, ingress=[], egress=[],
                      name=f"{name}-{at:02}")
            for at in range(GROUPS_A_VPC)
        ]  # fmt: skip
        for at, group in enumerate(groups):
            key = f"{name}-{at:02}"
            everywhere = {**NO_PEER, "cidr_ipv4": "0.0.0.0/0", "ip_protocol": "-1",
                          "from_port": None, "to_port": None}  # fmt: skip
            self._add("aws_vpc_security_group_egress_rule", key, security_group_id=group["id"],
                      **everywhere)  # fmt: skip
            for rule in range(RULES_A_GROUP):
                port = self._dice.choice(PORTS)
                named = self._dice.random() < 0.5
                peer = dict(NO_PEER)
                if named:
                    peer["referenced_security_group_id"] = self._dice.choice(groups)["id"]
                else:
                    peer["cidr_ipv4"] = self._dice.choice(PEERS[:3] + PEERS[4:])
                self._add("aws_vpc_security_group_ingress_rule", f"{key}-{rule}",
                          security_group_id=group["id"], from_port=port, to_port=port,
                          ip_protocol="tcp", **peer)  # fmt: skip
        return groups

    def _carried(self, groups: list[Json]) -> list[str]:
        return [one["id"] for one in self._dice.sample(groups, self._dice.choice((1, 2, 3)))]

    def _function(self, key: str, placed: list[Place], groups: list[Json]) -> None:
        """An interface in each private subnet."""
        private = [subnet["id"] for subnet, _, kind in placed if kind == "private"]
        given = {"subnet_ids": private, "security_group_ids": self._carried(groups)}
        config = [{**self._templates[FUNCTION]["values"]["vpc_config"][0], **given}]
        self._add(FUNCTION, key, function_name=key, vpc_config=config)

    def _host(self, key: str, at: int, placed: list[Place], groups: list[Json]) -> None:
        subnet, cidr, kind = placed[at % len(placed)]
        public = kind == "public"
        self._add(HOST, key, subnet_id=subnet["id"], vpc_security_group_ids=self._carried(groups),
                  private_ip=str(cidr[10 + at]), availability_zone=subnet["availability_zone"],
                  associate_public_ip_address=public, security_groups=[],
                  public_ip=f"198.19.{at // 250}.{at % 250}" if public else "",
                  primary_network_interface_id=f"eni-{self._numbers:017x}")  # fmt: skip

    def _change(self) -> None:
        """1 % of the rules, of the tables and of the hosts: widened, rerouted, gone."""
        for kind, change in (
            ("aws_vpc_security_group_ingress_rule", self._widened),
            ("aws_route_table", self._cut_off),
            (HOST, lambda _: None),
        ):
            every = [address for address, one in self.stands.items() if one["type"] == kind]
            for address in self._dice.sample(every, max(1, int(len(every) * CHANGED))):
                self.planned[address] = change(self.stands[address]["values"])

    def _widened(self, values: Json) -> Json:
        return {**values, "cidr_ipv4": "0.0.0.0/0", "referenced_security_group_id": None}

    def _cut_off(self, values: Json) -> Json:
        return {**values, "route": values["route"][:1]}


def _to(block: str, **target: str) -> Json:
    every = (
        "carrier_gateway_id core_network_arn destination_prefix_list_id egress_only_gateway_id"
        " gateway_id ipv6_cidr_block local_gateway_id nat_gateway_id network_interface_id"
        " transit_gateway_id vpc_endpoint_id vpc_peering_connection_id"
    )
    return {**dict.fromkeys(every.split(), ""), "cidr_block": block, **target}


def document(hub: Hub) -> Json:
    """As `terraform show -json` has it."""
    after = {
        address: one if address not in hub.planned else {**one, "values": hub.planned[address]}
        for address, one in hub.stands.items()
        if hub.planned.get(address, one) is not None
    }
    kinds = dict.fromkeys(one["type"] for one in hub.stands.values())
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": list(after.values())}},
        "resource_changes": [_entry(hub, address, one) for address, one in hub.stands.items()],
        "prior_state": {
            "format_version": "1.0",
            "terraform_version": "1.11.4",
            "values": {"root_module": {"resources": list(hub.stands.values())}},
        },
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": PROVIDER}},
            "root_module": {"resources": [_written(hub, kind) for kind in kinds]},
        },
        "timestamp": "2025-01-01T00:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def _entry(hub: Hub, address: str, one: Json) -> Json:
    values = one["values"]
    after = hub.planned.get(address, values)
    actions = ["no-op"] if after is values else ["update"] if after else ["delete"]
    change = {"actions": actions, "before": values, "after": after, "after_unknown": {},
              "before_sensitive": one["sensitive_values"], "after_sensitive": {}}  # fmt: skip
    named = {name: one[name] for name in ("address", "mode", "type", "name", "index")}
    return {**named, "provider_name": PROVIDER, "change": change}


def _written(hub: Hub, kind: str) -> Json:
    """Its one block: for_each over a variable, every argument taken from each.value."""
    sample = next(one["values"] for one in hub.stands.values() if one["type"] == kind)
    arguments = {
        name: {"references": [f"each.value.{name}", "each.value"]}
        for name, value in sample.items()
        if name not in ("id", "arn", "tags_all") and value not in (None, "", [], {})
    }
    return {
        "address": f"{kind}.this",
        "mode": "managed",
        "type": kind,
        "name": "this",
        "provider_config_key": "aws",
        "expressions": arguments,
        "schema_version": 0,
        "for_each_expression": {"references": ["var.these"]},
    }


def main() -> None:
    file, interfaces = Path(sys.argv[1]), int((*sys.argv[2:], "10000")[0])
    with file.open("w") as out:
        json.dump(document(Hub(interfaces)), out, separators=(",", ":"))


if __name__ == "__main__":
    main()
