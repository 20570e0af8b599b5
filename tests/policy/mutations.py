"""Real states in; plans of one edit each that matters to security, and what finds each, out.

`make mutations` tries all of them in all fixtures that were applied, and prints the shares that
stand in docs/policy.md; tests/policy/test_edits.py tries some. An edit that nothing finds has to
change nothing in who reaches whom, by the word of the slow engine.
"""

from __future__ import annotations

import copy
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import permutations
from typing import Any

from tests.conftest import FIXTURES
from tfreach.diff.compare import compare
from tfreach.diff.undone import Replays
from tfreach.engine.judge import judgement
from tfreach.engine.verdicts import Options, Verdict
from tfreach.pipeline import Analysis, analyse
from tfreach.policy.addresses import restricted
from tfreach.policy.checks import check
from tfreach.policy.document import read_policy
from tfreach.policy.ready import ready
from tfreach.policy.scene import Scene
from tfreach.space.headers import ICMP, TCP, UDP, prefix, service
from tfreach.topology.network import INTERNET, Network

Json = dict[str, Any]
Edit = Callable[[Json], object]

PLACES = ("8.8.8.8", "203.0.113.9")
ANYWHERE, MINE = "0.0.0.0/0", "203.0.113.77"
OFTEN = (22, 80, 443, 2049, 3306, 5432, 8080, 8443)
SERVICES = [*(service(TCP, port) for port in OFTEN), service(UDP, 53), service(ICMP, 8 << 8)]
FILES = ready(["builtin:baseline"])
BASELINE = read_policy(FILES, lenient=[name for name, _ in FILES])
BY_BASELINE, BY_DIFF, IDLE = "baseline", "diff", "idle"

GROUPS = ("aws_security_group", "aws_default_security_group")
ACLS = ("aws_network_acl", "aws_default_network_acl")
TABLES = ("aws_route_table", "aws_default_route_table")
RULES = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")
GOING = (  # what is taken away as a whole
    *("aws_network_acl_rule", "aws_route", "aws_route_table_association", "aws_nat_gateway"),
    *("aws_security_group_rule", *RULES, "aws_lb_listener", "aws_vpc_peering_connection"),
    *("aws_network_acl_association", "aws_vpc_block_public_access_options", "aws_eip"),
    *("aws_ec2_transit_gateway_route", "aws_ec2_transit_gateway_route_table_propagation"),
    *("aws_ec2_transit_gateway_route_table_association", "aws_vpc_endpoint", "aws_instance"),
    *("aws_network_interface_sg_attachment", "aws_vpn_gateway_route_propagation"),
)
PUBLIC: Mapping[str, Json] = {
    "aws_instance": {"public_ip": MINE, "associate_public_ip_address": True},
    "aws_db_instance": {"publicly_accessible": True},
    "aws_rds_cluster_instance": {"publicly_accessible": True},
    "aws_redshift_cluster": {"publicly_accessible": True},
    "aws_lb": {"internal": False},
    "aws_elb": {"internal": False},
}
SWITCHES: Mapping[str, Json] = {
    "aws_instance": {"source_dest_check": False},
    "aws_vpc_peering_connection": {"accept_status": "active"},
    "aws_lb": {"enable_cross_zone_load_balancing": True},
    "aws_vpc_block_public_access_options": {"internet_gateway_block_mode": "off"},
}
ANY_PORT: Json = {"protocol": "-1", "from_port": 0, "to_port": 0}
SSH_IN: Json = {
    **{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": [ANYWHERE]},
    **{"description": "", "ipv6_cidr_blocks": [], "prefix_list_ids": []},
    **{"security_groups": [], "self": False},
}
ENTRY: Json = {
    **{"rule_no": 1, "action": "allow", "protocol": "-1", "cidr_block": ANYWHERE},
    **{"from_port": 0, "to_port": 0, "icmp_code": 0, "icmp_type": 0, "ipv6_cidr_block": ""},
}


@dataclass(frozen=True)
class Mutation:
    """What is done to one resource. edit: None where it is deleted."""

    what: str
    address: str
    edit: Edit | None

    def __str__(self) -> str:
        return f"{self.address}: {self.what}"


def resources(module: Json) -> Iterator[tuple[list[Json], Json]]:
    """Every resource, and the list that it stands in."""
    listed = module.get("resources", [])
    yield from ((listed, one) for one in list(listed))
    for child in module.get("child_modules", ()):
        yield from resources(child)


def mutations(state: Json) -> list[Mutation]:
    """All of a state. What standalone resources write into another is left to them."""
    found = [one for _, one in resources(state["values"]["root_module"])]
    managed = [one for one in found if one["mode"] == "managed"]
    echoed = {
        one["values"].get(owner)
        for one in managed
        for owner in ("security_group_id", "route_table_id", "network_acl_id")
        if one["type"].endswith(("_rule", "aws_route"))
    }
    return [
        Mutation(what, one["address"], edit)
        for one in managed
        for what, edit in _of(one, managed, echoed)
    ]


def _of(one: Json, found: list[Json], echoed: set[Any]) -> Iterator[tuple[str, Edit | None]]:
    kind, values = one["type"], one["values"]
    if values.get("id") not in echoed:
        for way in ("ingress", "egress") if kind in (*GROUPS, *ACLS) else ():
            yield from (_of_group if kind in GROUPS else _of_acl)(way, values)
        if kind in TABLES:
            yield from _of_table(values, found)
    if kind in GOING:
        yield "is deleted", None
    for what, more in (("is public", PUBLIC), ("is switched", SWITCHES)):
        if kind in more and any(values.get(key) != new for key, new in more[kind].items()):
            yield what, partial(_set, more[kind])
    yield from _of_rule(kind, values)
    yield from _moved(kind, values, found)


def _of_group(way: str, values: Json) -> Iterator[tuple[str, Edit]]:
    for at, rule in enumerate(values.get(way) or ()):
        if rule["cidr_blocks"] != [ANYWHERE]:
            yield f"{way}[{at}] is for anyone", partial(_put, way, at, {"cidr_blocks": [ANYWHERE]})
        if rule["protocol"] in ("tcp", "udp") and rule["to_port"] != 65535:
            every = {"from_port": 0, "to_port": 65535}
            yield f"{way}[{at}] is for every port", partial(_put, way, at, every)
        if rule["protocol"] != "-1":
            yield f"{way}[{at}] is for all", partial(_put, way, at, ANY_PORT)
        yield f"{way}[{at}] is dropped", partial(_drop, way, at)
    rule = SSH_IN if way == "ingress" else SSH_IN | ANY_PORT
    yield f"{way} has a rule for anyone", partial(_add, way, rule)


def _of_acl(way: str, values: Json) -> Iterator[tuple[str, Edit]]:
    for at, entry in enumerate(values.get(way) or ()):
        yield f"{way}[{at}] is dropped", partial(_drop, way, at)
        other = "allow" if entry["action"] == "deny" else "deny"
        yield f"{way}[{at}] is turned to {other}", partial(_put, way, at, {"action": other})
        if entry["cidr_block"] not in ("", ANYWHERE):
            wide = {"cidr_block": ANYWHERE}
            yield f"{way}[{at}] is for anyone", partial(_put, way, at, wide)
    yield f"{way} allows everything first", partial(_add, way, ENTRY)


def _of_table(values: Json, found: list[Json]) -> Iterator[tuple[str, Edit]]:
    gateways = _gateways(values.get("vpc_id"), found)
    for at, route in enumerate(values.get("route") or ()):
        yield f"route[{at}] is dropped", partial(_drop, "route", at)
        for gateway in gateways:
            if route["cidr_block"] and route["gateway_id"] not in ("local", gateway):
                nowhere = dict.fromkeys((key for key in route if key.endswith("_id")), "")
                there = nowhere | {"gateway_id": gateway}
                yield f"route[{at}] leads to the Internet", partial(_put, "route", at, there)
    routes = values.get("route") or ()
    if gateways and all(one["cidr_block"] != ANYWHERE for one in routes):
        blank = dict.fromkeys(routes[0], "") if routes else {}
        out = blank | {"cidr_block": ANYWHERE, "gateway_id": gateways[0]}
        yield "has a route to the Internet", partial(_add, "route", out)


def _gateways(vpc: str | None, found: list[Json]) -> list[str]:
    return [
        one["values"]["id"]
        for one in found
        if one["type"] == "aws_internet_gateway" and one["values"].get("vpc_id") == vpc
    ]


def _of_rule(kind: str, values: Json) -> Iterator[tuple[str, Edit]]:
    """Of standalone rules and entries, and of the entries of a list."""
    if kind == "aws_security_group_rule":
        yield from _of_old_rule(values)
    elif kind in RULES:
        yield from _of_new_rule(values)
    elif kind == "aws_network_acl_rule":
        other = "allow" if values["rule_action"] == "deny" else "deny"
        yield f"is turned to {other}", partial(_set, {"rule_action": other})
        if values.get("cidr_block") not in (None, "", ANYWHERE):
            yield "is for anyone", partial(_set, {"cidr_block": ANYWHERE})
    elif kind == "aws_ec2_managed_prefix_list":
        for at, _ in enumerate(values.get("entry") or ()):
            yield f"entry[{at}] is dropped", partial(_drop, "entry", at)
            yield f"entry[{at}] is anyone", partial(_put, "entry", at, {"cidr": ANYWHERE})


def _of_old_rule(values: Json) -> Iterator[tuple[str, Edit]]:
    if values.get("cidr_blocks") != [ANYWHERE]:
        wide = {"cidr_blocks": [ANYWHERE], "source_security_group_id": None, "self": False}
        yield "is for anyone", partial(_set, wide)
    if values["protocol"] != "-1":
        yield "is for all", partial(_set, ANY_PORT)


def _of_new_rule(values: Json) -> Iterator[tuple[str, Edit]]:
    if values.get("cidr_ipv4") != ANYWHERE:
        others = ("referenced_security_group_id", "prefix_list_id", "cidr_ipv6")
        yield "is for anyone", partial(_set, {"cidr_ipv4": ANYWHERE} | dict.fromkeys(others))
    if values["ip_protocol"] != "-1":
        every = {"ip_protocol": "-1", "from_port": None, "to_port": None}
        yield "is for all", partial(_set, every)


def _moved(kind: str, values: Json, found: list[Json]) -> Iterator[tuple[str, Edit]]:
    """To another table, group or gateway of the same VPC."""
    vpcs = {one["values"]["id"]: one["values"].get("vpc_id") for one in found if _lives(one)}
    if kind == "aws_route":
        for gateway in _gateways(vpcs.get(values.get("route_table_id")), found):
            if values.get("gateway_id") != gateway:
                nowhere = dict.fromkeys(
                    (key for key in values if key.endswith("_id") and key != "route_table_id"), ""
                )
                yield "leads to the Internet", partial(_set, nowhere | {"gateway_id": gateway})
    if kind == "aws_route_table_association" and values.get("subnet_id"):
        own = values["route_table_id"]
        for table in _alike(own, TABLES, vpcs, found):
            yield f"uses {table['address']}", partial(_set, {"route_table_id": _id(table)})
    if kind == "aws_instance":
        own = values.get("vpc_security_group_ids") or []
        for group in _alike(next(iter(own), None), GROUPS, vpcs, found):
            more = {"vpc_security_group_ids": [*own, _id(group)]}
            yield f"also carries {group['address']}", partial(_set, more)


def _lives(one: Json) -> bool:
    return one["type"] in (*TABLES, *GROUPS) and "id" in one["values"]


def _id(one: Json) -> str:
    return str(one["values"]["id"])


def _alike(
    own: str | None, kinds: tuple[str, ...], vpcs: Mapping[str, Any], found: list[Json]
) -> list[Json]:
    """The others of a kind in the VPC of one."""
    if own is None or own not in vpcs:
        return []
    others = [one for one in found if one["type"] in kinds and _id(one) != own]
    return [one for one in others if vpcs.get(_id(one)) == vpcs[own]]


def _drop(name: str, at: int, values: Json) -> None:
    values[name].pop(at)


def _add(name: str, one: Json, values: Json) -> None:
    values[name] = [*(values.get(name) or []), copy.deepcopy(one)]


def _put(name: str, at: int, more: Json, values: Json) -> None:
    values[name][at].update(more)


def _set(more: Json, values: Json) -> None:
    values.update(copy.deepcopy(more))


def planned(state: Json, mutation: Mutation) -> bytes:
    """The plan that Terraform would make of the edit: one resource change."""
    after = copy.deepcopy(state["values"])
    listed, one = next(
        (listed, one)
        for listed, one in resources(after["root_module"])
        if one["address"] == mutation.address
    )
    before = copy.deepcopy(one["values"])
    if mutation.edit is None:
        listed.remove(one)
    else:
        mutation.edit(one["values"])
    entry = {key: value for key, value in one.items() if key != "values"}
    actions = ["delete"] if mutation.edit is None else ["update"]
    now = None if mutation.edit is None else one["values"]
    entry["change"] = {"actions": actions, "before": before, "after": now, "after_unknown": {}}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "prior_state": {**state, "values": state["values"]},
        "planned_values": after,
        "resource_changes": [entry],
    }
    return json.dumps(plan).encode()


def found_by(plan: bytes, mutation: Mutation) -> str:
    """What finds an edit. AssertionError where nothing does and it matters, or where it is found
    and is not named as its own cause."""
    read = analyse(plan, "plan.json")
    differs = compare(read.before, read.after, read.planned, Options(), replays=_replays(read))
    for change in differs.changes:
        assert [cause.address for cause in change.causes] == [mutation.address], mutation
    scene = Scene(read.before, read.after, read.planned, Options(), date(2026, 11, 30))
    if any(one.fails and one.kind for one in check(BASELINE, scene)):
        return BY_BASELINE
    if differs.differs:
        return BY_DIFF
    assert judged(read.before) == judged(read.after), mutation
    return IDLE


def _replays(read: Analysis) -> Replays | None:
    return Replays(read.undo, Options()) if read.undo else None


def judged(of: Network) -> dict[tuple[str, str, int, str], Verdict]:
    """What the slow engine says of some services of every pair, and of the Internet as some
    addresses see it; nobody reaches what is gone."""
    found: dict[tuple[str, str, int, str], Verdict] = {}
    for where in ("", *PLACES):
        network = restricted(of, INTERNET, prefix(where)) if where else of
        for pair in permutations(sorted(of.endpoints), 2):
            if not where or INTERNET in pair:
                for number in SERVICES:
                    verdict = judgement(network, *pair, number, Options()).verdict
                    found[(*pair, number, where)] = verdict
    return {key: verdict for key, verdict in found.items() if verdict is not Verdict.UNREACHABLE}


def states() -> list[str]:
    """The fixtures that were applied."""
    return sorted(path.parts[-3] for path in FIXTURES.glob("*/change/state.json"))


def state_of(name: str) -> Json:
    found: Json = json.loads((FIXTURES / name / "change" / "state.json").read_text())
    return found


def main() -> None:
    """Try all; the arguments are fixtures."""
    whole: Counter[str] = Counter()
    missed: list[str] = []
    for name in sys.argv[1:] or states():
        state, here = state_of(name), Counter[str]()
        for mutation in mutations(state):
            try:
                here[found_by(planned(state, mutation), mutation)] += 1
            except AssertionError as error:
                missed.append(f"{name}: {error}"[:300])
        whole += here
        print(f"{name:<28} {dict(sorted(here.items()))}", flush=True)
    print(f"{whole.total()} edits: {dict(sorted(whole.items()))}, missed: {len(missed)}")
    print(*missed, sep="\n")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
