"""Much of one thing in a small network; what the commands take to say what comes of it, out.

One VPC with two subnets, an internet gateway and four hosts, of which two carry a group of many
rules (or of one rule for a long prefix list), and 1 % of these change. As a program: [COUNT] rules,
10,000 unless said, or SHAPE COUNT FILE to write one plan.
"""

import json
import random
import sys
import tempfile
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Final

from run import TFREACH, medians
from standing import HOST, NO_PEER, Json, Standing, document, to

BLOCK, BLOCK_IPV6 = IPv4Network("10.0.0.0/16"), IPv6Network("2600:1f18:abcd:ef00::/56")
CHANGED: Final = 0.01
MOST_BLOCKS: Final = 5_000
MOST_ENTRIES: Final = 40
DEEPEST: Final = 60
INGRESS, GROUP, LIST, ACL = (
    "aws_vpc_security_group_ingress_rule",
    "aws_security_group",
    "aws_ec2_managed_prefix_list",
    "aws_network_acl",
)
USUAL: Final = (22, 80, 443, 3306, 5432, 8080)
ENDS: Final = ("--from", "internet", "--to", f'{HOST}.this["host-a"]')
COMMANDS: Final = {
    "diff": (),
    "reach": (),
    "trace": (*ENDS, "--protocol", "tcp", "--port", "443"),
    "check": ("--policy", "builtin:baseline", "--exit-zero"),
}
JSON: Final = "import gc, json, sys; gc.disable(); json.load(open(sys.argv[1]))"
Said = tuple[str, str, int, int]
"""A rule: block, protocol, first and last port."""


class Dice(random.Random):
    """Blocks and ports."""

    def block(self, shortest: int = 12) -> str:
        """A block outside of the VPC's, two thirds of them public."""
        length = self.randint(shortest, 32)
        first = self.choice((172, 44, 203)) if length >= 16 else self.randint(16, 200)
        number = first << 24 | self.getrandbits(24)
        return str(IPv4Network((number >> 32 - length << 32 - length, length)))

    def block_ipv6(self) -> str:
        length = self.randint(20, 64)
        number = (0x2A00 << 112 | self.getrandbits(112)) >> 128 - length << 128 - length
        return str(IPv6Network((number, length)))

    def ports(self, widest: int = 100) -> tuple[int, int]:
        """Half of them one port, a fifth of these a usual one."""
        if self.random() < 0.5:
            port = self.choice(USUAL) if self.random() < 0.2 else self.randint(1, 65535)
            return port, port
        first = self.randint(1, 65535)
        return first, min(65535, first + self.randint(1, widest))


def mixed(dice: Dice, at: int) -> Said:
    """Random blocks, tcp and udp, random ports and ranges of them."""
    return dice.block(), dice.choice(("tcp", "udp")), *dice.ports()


def both_families(dice: Dice, at: int) -> Said:
    block = dice.block_ipv6() if at % 2 else dice.block()
    return block, dice.choice(("tcp", "udp")), *dice.ports()


def one_block(dice: Dice, at: int) -> Said:
    """One public block, a port of its own each."""
    return "203.0.113.0/24", "udp" if at & 1 else "tcp", 1 + at, 1 + at


def one_port(dice: Dice, at: int) -> Said:
    """One port, a block of its own each."""
    return str(IPv4Network((52 << 24 | at << 8, 25))), "tcp", 443, 443


def crossed(dice: Dice, at: int) -> Said:
    """Half have a port of their own for everybody, half a block of their own for one port."""
    return ("0.0.0.0/0", "tcp", 1000 + at, 1000 + at) if at & 1 else one_port(dice, at)


def overlapping(dice: Dice, at: int) -> Said:
    """Blocks within blocks, of all lengths."""
    length = dice.randint(4, 32)
    number = (54 << 24 | dice.getrandbits(24)) >> 32 - length << 32 - length
    return str(IPv4Network((number, length))), "tcp", *dice.ports()


MAKERS: Final[dict[str, Callable[[Dice, int], Said]]] = {
    one.__name__: one for one in (mixed, both_families, one_block, one_port, crossed, overlapping)
}


class Town(Standing):
    """One VPC, two subnets, four hosts; the first two carry the group that is made large."""

    def __init__(self, shape: str, count: int) -> None:
        super().__init__()
        self._own = Dice(7)
        vpc = self._add("aws_vpc", "main", cidr_block=str(BLOCK), ipv6_cidr_block=str(BLOCK_IPV6))
        self._inside = {"vpc_id": vpc["id"]}
        doors = self._add("aws_internet_gateway", "main", **self._inside)
        routes = [to("0.0.0.0/0", gateway_id=doors["id"])]
        routes.append({**to("", gateway_id=doors["id"]), "ipv6_cidr_block": "::/0"})
        table = self._add("aws_route_table", "main", **self._inside, route=routes)
        subnets = []
        for at, name in enumerate("ab"):
            made = self._add(
                "aws_subnet", name, **self._inside, cidr_block=f"10.0.{at << 4}.0/20",
                availability_zone=f"us-east-1{name}", map_public_ip_on_launch=False,
                ipv6_cidr_block=str(list(BLOCK_IPV6.subnets(new_prefix=64))[at]),
            )  # fmt: skip
            subnets.append(made)
            self._add("aws_route_table_association", name, subnet_id=made["id"],
                      route_table_id=table["id"])  # fmt: skip
        large, small = self._group("large"), self._group("small")
        self._rule("small-0", small, ("0.0.0.0/0", "tcp", 443, 443))
        for at, name in enumerate("abcd"):
            subnet, group = subnets[at % 2], small if at > 1 else large
            self._host(f"host-{name}", subnet, group, at)
        self._fill(shape, count, large, subnets)

    def _group(self, name: str) -> Json:
        made = self._add(GROUP, name, **self._inside, name=name, ingress=[], egress=[])
        every = {**NO_PEER, "cidr_ipv4": "0.0.0.0/0", "ip_protocol": "-1", "from_port": None,
                 "to_port": None}  # fmt: skip
        self._add("aws_vpc_security_group_egress_rule", name, security_group_id=made["id"], **every)
        return made

    def _host(self, name: str, subnet: Json, group: Json, at: int) -> None:
        self._add(HOST, name, subnet_id=subnet["id"], vpc_security_group_ids=[group["id"]],
                  private_ip=f"10.0.{at % 2 << 4}.{10 + at}", public_ip=f"198.19.0.{10 + at}",
                  availability_zone=subnet["availability_zone"], associate_public_ip_address=True,
                  ipv6_addresses=[subnet["ipv6_cidr_block"].replace("::/64", f"::{10 + at}")],
                  ipv6_address_count=1, security_groups=[],
                  primary_network_interface_id=f"eni-{self._numbers:017x}")  # fmt: skip

    def _rule(self, key: str, group: Json, said: Said, **peer: str) -> Json:
        block, protocol, first, last = said
        peers = {**NO_PEER, "cidr_ipv6" if ":" in block else "cidr_ipv4": block, **peer}
        return self._add(INGRESS, key, security_group_id=group["id"], ip_protocol=protocol,
                         from_port=first, to_port=last, **peers)  # fmt: skip

    def _fill(self, shape: str, count: int, group: Json, subnets: list[Json]) -> None:
        if shape == "list":
            self._list(group, count)
        elif shape == "acl":
            self._acl(subnets)
        elif shape == "inline":
            rules = [_inline(mixed(self._own, at)) for at in range(count)]
            group["ingress"] = rules[len(rules) // 100 :]
            self.planned[f'{GROUP}.this["large"]'] = {**group, "ingress": rules}
        elif shape in MAKERS:
            for at in range(count):
                self._rule(f"large-{at}", group, MAKERS[shape](self._own, at))
            for at in self._own.sample(range(count), max(1, int(count * CHANGED))):
                self.planned[f'{INGRESS}.this["large-{at}"]'] = None

    def _list(self, group: Json, count: int) -> None:
        entries = [{"cidr": one_port(self._own, at)[0], "description": ""} for at in range(count)]
        now = entries[max(1, int(count * CHANGED)) :]
        made = self._add(LIST, "far", address_family="IPv4", max_entries=count, entry=now)
        self.planned[f'{LIST}.this["far"]'] = {**made, "entry": entries}
        self._rule("far", group, ("", "tcp", 443, 443), cidr_ipv4=None, prefix_list_id=made["id"])  # type: ignore[arg-type]

    def _acl(self, subnets: list[Json]) -> None:
        """Forty entries each way, the most that AWS takes, some of which are taken away."""
        sides = {
            side: [_entry(at, self._own, mixed(self._own, at)) for at in range(MOST_ENTRIES)]
            for side in ("ingress", "egress")
        }
        ids = [one["id"] for one in subnets]
        made = self._add(ACL, "main", **self._inside, subnet_ids=ids, **sides)
        self.planned[f'{ACL}.this["main"]'] = {**made, "ingress": sides["ingress"][1:]}
        self.planned[f'{INGRESS}.this["small-0"]'] = None


def _inline(said: Said) -> Json:
    block, protocol, first, last = said
    return {"cidr_blocks": [block], "description": "", "from_port": first, "ipv6_cidr_blocks": [],
            "prefix_list_ids": [], "protocol": protocol, "security_groups": [], "self": False,
            "to_port": last}  # fmt: skip


def _entry(at: int, dice: Dice, said: Said) -> Json:
    block, protocol, first, last = said
    return {"action": dice.choice(("allow", "deny")), "cidr_block": block, "from_port": first,
            "to_port": last, "icmp_code": 0, "icmp_type": 0, "ipv6_cidr_block": "",
            "protocol": "6" if protocol == "tcp" else "17", "rule_no": 100 + at}  # fmt: skip


def nested(whole: Json, depth: int) -> Json:
    """The same plan, with all of it in a module within a module, and so on."""
    prefix = ".".join(["module.m"] * depth)
    for entry in whole["resource_changes"]:
        entry |= {"module_address": prefix, "address": f"{prefix}.{entry['address']}"}
    for held in (whole["planned_values"], whole["prior_state"]["values"]):
        for resource in held["root_module"]["resources"]:
            resource["address"] = f"{prefix}.{resource['address']}"
        module = held["root_module"]
        for level in range(depth, 0, -1):
            module = {"child_modules": [{**module, "address": ".".join(["module.m"] * level)}]}
        held["root_module"] = module
    configuration = whole["configuration"]
    for _ in range(depth):
        inner = configuration["root_module"]
        calls = {"m": {"source": "./m", "module": inner}}
        configuration["root_module"] = {"module_calls": calls}
    return whole


def write(file: Path, shape: str, count: int) -> Path:
    whole = document(Town(shape, count))
    if shape == "modules":
        whole = nested(json.loads(json.dumps(document(Town("mixed", 10)))), count)
    with file.open("w") as out:
        json.dump(whole, out, separators=(",", ":"))
    return file


def counts(most: int) -> dict[str, int]:
    """How many of what each plan has."""
    found = dict.fromkeys((*MAKERS, "inline"), most)
    return {**found, "list": min(most, MOST_BLOCKS), "acl": MOST_ENTRIES, "modules": DEEPEST}


def measured(plan: Path) -> dict[str, float]:
    """The CPU seconds of each command, and of only reading the JSON."""
    commands = {name: (TFREACH, name, str(plan), *more) for name, more in COMMANDS.items()}
    found = medians({"json": (sys.executable, "-c", JSON, str(plan)), **commands}, rounds=1)
    return {name: one.seconds for name, one in found.items()}


def main() -> None:
    if len(sys.argv) == 4:
        write(Path(sys.argv[3]), sys.argv[1], int(sys.argv[2]))
        return
    most = int((*sys.argv[1:], "10000")[0])
    print("CPU seconds" + " " * 16 + "".join(f"{name:>8}" for name in ("json", *COMMANDS)))
    with tempfile.TemporaryDirectory() as scratch:
        for shape, count in counts(most).items():
            plan = write(Path(scratch) / f"{shape}.json", shape, count)
            seconds = measured(plan).values()
            print(f"{shape:<14} {count:>11,} " + "".join(f"{one:8.2f}" for one in seconds))


if __name__ == "__main__":
    main()
