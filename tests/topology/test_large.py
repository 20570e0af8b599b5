"""Much of one thing: an answer that is whole. How long it takes is for benchmarks/ to say."""

from __future__ import annotations

import cProfile
import json
from collections.abc import Iterator

from tests.topology.plans import Item, Json, ident, new, plan, ref, stands
from tests.topology.plans import document as written
from tfreach.engine.reach import Survey
from tfreach.engine.reached import reached
from tfreach.engine.verdicts import Options
from tfreach.pipeline import analyse

VPC, SUBNET, GROUP, LIST = (
    "aws_vpc.main",
    "aws_subnet.a",
    "aws_security_group.web",
    "aws_ec2_managed_prefix_list.far",
)
NET = [
    stands(VPC, cidr_block="10.0.0.0/16"),
    stands(SUBNET, vpc_id=ident(VPC), cidr_block="10.0.0.0/20"),
    stands(GROUP, vpc_id=ident(VPC), ingress=[], egress=[]),
]


def blocks(count: int) -> list[str]:
    return [f"172.{16 + at // 65536}.{at // 256 % 256}.{at % 256}/32" for at in range(count)]


def test_a_group_with_thousands_of_rules() -> None:
    rules = [
        stands(
            f"aws_vpc_security_group_ingress_rule.r[{at}]",
            security_group_id=ident(GROUP),
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            cidr_ipv4=block,
        )
        for at, block in enumerate(blocks(2_000))
    ]
    found = plan(*NET, *rules)
    assert len(found.after.groups[GROUP].ingress) == 2_000
    assert found.after.groups == found.before.groups


def test_a_prefix_list_with_five_thousand_blocks() -> None:
    entries = [{"cidr": block, "description": ""} for block in blocks(5_000)]
    far = stands(LIST, address_family="IPv4", max_entries=5_000, entry=entries)
    rule = stands(
        "aws_vpc_security_group_ingress_rule.far",
        security_group_id=ident(GROUP),
        ip_protocol="-1",
        prefix_list_id=ident(LIST),
    )
    found = plan(*NET, far, rule)
    assert len({one.peers for one in found.after.groups[GROUP].ingress}) == 5_000


def _nested(module: Json, depth: int, *, wrap: str) -> Json:
    """`module` as the innermost of so many modules, each called `m`."""
    address = ""
    addresses = [address := f"{address}.module.m".strip(".") for _ in range(depth)]
    for one in reversed(addresses):
        inner = {**module, "address": one} if wrap == "values" else module
        module = (
            {"child_modules": [inner]}
            if wrap == "values"
            else {"module_calls": {"m": {"source": "./m", "module": inner}}}
        )
    return module


def test_sixty_nested_modules() -> None:
    whole = written(*NET)
    prefix = ".".join(["module.m"] * 60)
    for entry in whole["resource_changes"]:
        entry |= {"module_address": prefix, "address": f"{prefix}.{entry['address']}"}
    for held in (whole["planned_values"], whole["prior_state"]["values"]):
        for resource in held["root_module"]["resources"]:
            resource["address"] = f"{prefix}.{resource['address']}"
        held["root_module"] = _nested(held["root_module"], 60, wrap="values")
    configuration = whole["configuration"]
    configuration["root_module"] = _nested(configuration["root_module"], 60, wrap="calls")
    found = analyse(json.dumps(whole).encode(), "plan.json")
    assert found.after.subnets[f"{prefix}.{SUBNET}"].vpc == f"{prefix}.{VPC}"


def _hosts(count: int) -> Iterator[Item]:
    """Hosts with all that may be tied to them."""
    yield from NET
    for at in range(count):
        host, face, address = f"aws_instance.h[{at}]", f"aws_network_interface.i[{at}]", at + 1000
        place = {"subnet_id": ident(SUBNET)}
        yield stands(host, **place, vpc_security_group_ids=[ident(GROUP)])
        yield stands(
            face, **place, security_groups=[], private_ips=[f"10.0.{at // 250}.{at % 250}"]
        )
        yield stands(
            f"aws_network_interface_attachment.t[{at}]",
            instance_id=ident(host),
            network_interface_id=ident(face),
        )
        yield stands(
            f"aws_network_interface_sg_attachment.t[{at}]",
            security_group_id=ident(GROUP),
            network_interface_id=ident(face),
        )
        yield stands(f"aws_eip.e[{at}]", public_ip=f"54.{address // 256}.{address % 256}.1")
        yield stands(
            f"aws_eip_association.e[{at}]",
            allocation_id=ident(f"aws_eip.e[{at}]"),
            instance_id=ident(host),
        )


def _calls(count: int) -> int:
    """How many functions are called to build so many hosts."""
    data = json.dumps(written(*_hosts(count))).encode()
    profile = cProfile.Profile()
    found = profile.runcall(analyse, data, "plan.json")
    last = found.after.endpoints[f"aws_instance.h[{count - 1}]"]
    assert [len(face.groups) for face in last.interfaces] == [1, 2]
    assert last.interfaces[0].public.shown_as.startswith("54.")
    return sum(entry.callcount for entry in profile.getstats())


def test_four_times_as_many_hosts_take_four_times_as_much() -> None:
    """A loop over all of them for each of them shows here: it made 1,000 hosts take a minute."""
    assert _calls(240) < 4.5 * _calls(60)


def _judged(count: int) -> int:
    """How many pairs are judged of so many hosts of one block, of each of which it is not known
    which groups it carries."""
    groups = [f'aws_security_group.g["{name}"]' for name in "abc"]
    rules = [
        {"protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": ["0.0.0.0/0"]}
        for port in (22, 443, 5432)
    ]
    found = plan(
        *NET[:2],
        *(
            new(group, vpc_id=ident(VPC), ingress=[rule], egress=rules)
            for group, rule in zip(groups, rules, strict=True)
        ),
        *(
            new(
                f"aws_instance.h[{at}]",
                subnet_id=ident(SUBNET),
                vpc_security_group_ids=ref("aws_security_group.g"),
            )
            for at in range(count)
        ),
    )
    profile = cProfile.Profile()
    hosts = [f"aws_instance.h[{at}]" for at in range(count)]
    given = profile.runcall(reached, found.after, Options(), hosts, hosts)
    assert len(given.pairs) == count * (count - 1)
    flows = Survey.flows.__code__
    return sum(entry.callcount for entry in profile.getstats() if entry.code is flows)


def test_hosts_of_one_block_are_judged_once_though_nobody_knows_their_groups() -> None:
    """Where the reason named the host, no two were alike: 550 hosts took 25 minutes."""
    assert _judged(12) == _judged(3)
