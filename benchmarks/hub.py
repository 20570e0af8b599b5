"""A number of interfaces in; the plan of a hub with many VPCs, of which 1 % changes, out.

Each VPC has public and private subnets, an internet and a NAT gateway, network ACLs, groups with
rules for blocks and for each other, and hangs on one transit gateway. Resources are as the states
of the fixtures have them, with other names; the same bytes each time. A function counts as one
interface in each of its three subnets. As a program: FILE [INTERFACES].
"""

import sys
from ipaddress import IPv4Network
from pathlib import Path
from typing import Final

from standing import HOST, NO_PEER, Json, Standing, to, write

Place = tuple[Json, IPv4Network, str]
"""A subnet, its block, and whether it is `public` or `private`."""

INTERFACES_A_VPC: Final = 250
GROUPS_A_VPC: Final = 30
RULES_A_GROUP: Final = 8
CHANGED: Final = 0.01
ZONES: Final = ("us-east-1a", "us-east-1b", "us-east-1c")
PORTS: Final = (22, 80, 443, 3306, 5432, 6379, 8080, 8443, 9092, 9200)
PEERS: Final = ("10.0.0.0/8", "203.0.113.0/24", "198.51.100.0/24", "0.0.0.0/0", "172.16.0.0/12")
FUNCTION: Final = "aws_lambda_function"


class Hub(Standing):
    """VPCs on one transit gateway."""

    def __init__(self, interfaces: int) -> None:
        super().__init__()
        self._transit = self._add("aws_ec2_transit_gateway", "hub")
        self._table = self._add(
            "aws_ec2_transit_gateway_route_table", "hub", transit_gateway_id=self._transit["id"]
        )
        vpcs = max(1, interfaces // INTERFACES_A_VPC)
        for number in range(vpcs):
            self._vpc(number, interfaces // vpcs)
        self._change()

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
            routes = [to("10.0.0.0/8", transit_gateway_id=self._transit["id"])]
            if kind == "public":
                routes.append(to("0.0.0.0/0", gateway_id=doors["id"]))
            else:
                routes.append(to("0.0.0.0/0", nat_gateway_id=nat["id"]))
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


def main() -> None:
    write(Path(sys.argv[1]), Hub(int((*sys.argv[2:], "10000")[0])))


if __name__ == "__main__":
    main()
