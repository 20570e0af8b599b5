"""A few lines of resources in; the analysed plan or state, and short texts of its networks, out.

    plan(
        stands("aws_vpc.v", cidr_block="10.0.0.0/16"),
        new("aws_subnet.a", vpc_id=ref("aws_vpc.v.id"), cidr_block="10.0.0.0/24"),
        gone("aws_route.r", route_table_id="rtb-t", ...),
    )

What is given to a resource is known and written in the configuration. `ref` is unknown and written,
`echo` known and not written, `UNSET` unknown and not written. An object that stands has the
identifier `ident(address)`: `vpc-v`, `igw-g`, `subnet-a`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tfreach.diff.changes import Comparison
from tfreach.diff.compare import compare
from tfreach.engine.reach import survey
from tfreach.engine.verdicts import Options
from tfreach.pipeline import Analysis, analyse
from tfreach.plan.raw import parse_address
from tfreach.resources.protocols import read_services
from tfreach.space.headers import addresses_text, prefix
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import (
    Blackhole,
    Elsewhere,
    Interface,
    Local,
    Network,
    OneOf,
    Route,
    Rule,
    Target,
    ToEgressOnly,
    ToInterface,
    ToInternet,
    ToNat,
    ToPeering,
    ToService,
    ToTransit,
    ToVpn,
)

Json = dict[str, Any]

PREFIXES: Final = {
    "aws_vpc": "vpc", "aws_subnet": "subnet", "aws_internet_gateway": "igw",
    "aws_vpn_gateway": "vgw",
    "aws_nat_gateway": "nat", "aws_security_group": "sg", "aws_route_table": "rtb",
    "aws_network_acl": "acl", "aws_instance": "i", "aws_network_interface": "eni",
    "aws_vpc_peering_connection": "pcx", "aws_eip": "eipalloc",
    "aws_default_vpc": "vpc", "aws_default_route_table": "rtb",
}  # fmt: skip
ATTRIBUTES: Final = ("ingress", "egress", "route")
"""Blocks that the JSON of a configuration writes as one attribute with one bag of references."""


@dataclass(frozen=True)
class ref:  # noqa: N801
    """Unknown before apply, and written with these names; no name: `{}`, nothing is said of it."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)

    def written(self) -> Json:
        return {"references": list(_chain(self.names))} if self.names else {}


@dataclass(frozen=True)
class echo:  # noqa: N801
    """Known, and not written: the provider read it back."""

    value: object


class Unset:
    """Unknown, and not written."""


UNSET: Final = Unset()


@dataclass(frozen=True)
class Item:
    """One resource: its values before and after (None: it is not there), and what happens to it."""

    address: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None
    actions: tuple[str, ...]
    more: Mapping[str, object] = field(default_factory=dict)


def ident(address: str) -> str:
    """The identifier an object that stands has."""
    parsed = parse_address(address)
    index = "" if parsed.index is None else f"-{parsed.index}"
    return f"{PREFIXES.get(parsed.type, parsed.type)}-{parsed.name}{index}"


def stands(address: str, **values: object) -> Item:
    """Before and after; the plan does nothing to it."""
    known = {"id": echo(ident(address)), **values}
    return Item(address, known, known, ("no-op",))


def new(address: str, **values: object) -> Item:
    return Item(address, None, {"id": UNSET, **values}, ("create",))


def gone(address: str, **values: object) -> Item:
    return Item(address, {"id": echo(ident(address)), **values}, None, ("delete",))


def changed(address: str, before: Mapping[str, object], **after: object) -> Item:
    """Updated in place; what `after` does not say stays."""
    old = {"id": echo(ident(address)), **before}
    return Item(address, old, {**old, **after}, ("update",))


def data(address: str, **values: object) -> Item:
    """A data source that was read: it stands in prior_state only."""
    known = {"id": echo(ident(address)), **values}
    return Item(address, known, known, ())


def replaced(address: str, before: Mapping[str, object], **after: object) -> Item:
    old = {"id": echo(ident(address)), **before}
    return Item(address, old, {**before, "id": UNSET, **after}, ("delete", "create"))


def plan(*items: Item, **more: object) -> Analysis:
    """The analysis of a plan; `more` adds to the document (resource_drift, ...)."""
    return analyse(json.dumps(document(*items, **more)).encode(), "plan.json")


def document(*items: Item, **more: object) -> Json:
    after = [item for item in items if item.after is not None]
    planned = [item for item in items if item.actions]
    return {
        "format_version": "1.2",
        "prior_state": {"values": _listed(items, "before")},
        "planned_values": _listed(planned, "after"),
        "resource_changes": [_change(item) for item in planned],
        "configuration": {"root_module": {"resources": _configuration(after)}},
        **more,
    }


def state(*items: Item) -> Network:
    """The network of `terraform show -json` on a state."""
    content = {"format_version": "1.0", "values": _listed(items, "before")}
    return analyse(json.dumps(content).encode(), "state.json").after


def raw_state(*items: Item) -> Network:
    """The network of a terraform.tfstate."""
    listed = [
        {
            **{key: value for key, value in _entry(item).items() if key != "address"},
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [{"attributes": _value(item.before)}],
        }
        for item in items
    ]
    content = {"version": 4, "serial": 1, "terraform_version": "1.11.4", "resources": listed}
    return analyse(json.dumps(content).encode(), "terraform.tfstate").after


def _listed(items: Iterable[Item], side: str) -> Json:
    there = [(item, getattr(item, side)) for item in items]
    resources = [
        {**_entry(item), "values": _value(values)} for item, values in there if values is not None
    ]
    return {"root_module": {"resources": resources}}


def _entry(item: Item) -> Json:
    parsed = parse_address(item.address)
    index = {} if parsed.index is None else {"index": parsed.index}
    named = {"mode": parsed.mode, "type": parsed.type, "name": parsed.name}
    return {"address": item.address, **named, **index}


def _change(item: Item) -> Json:
    inner = {
        "actions": list(item.actions),
        "before": None if item.before is None else _value(item.before),
        "after": None if item.after is None else _value(item.after),
        "after_unknown": {} if item.after is None else _unknown(item.after),
    }
    return {**_entry(item), **item.more, "change": inner}


def _configuration(items: Iterable[Item]) -> list[Json]:
    """One block a name, as its last instance is written."""
    blocks: dict[tuple[str, str, str], Json] = {}
    for item in items:
        parsed = parse_address(item.address)
        expressions = {name: _written(name, value) for name, value in (item.after or {}).items()}
        kept = {name: value for name, value in expressions.items() if value is not None}
        named = {"mode": parsed.mode, "type": parsed.type, "name": parsed.name}
        blocks[parsed.mode, parsed.type, parsed.name] = {**named, "expressions": kept}
    return list(blocks.values())


def _value(value: object) -> Any:
    """As in `values`: unknown members of an object are left out, those of a list are null."""
    match value:
        case echo():
            return _value(value.value)
        case ref() | Unset():
            return None
        case Mapping():
            known = {k: v for k, v in value.items() if not isinstance(v, ref | Unset)}
            return {key: _value(inner) for key, inner in known.items()}
        case list():
            return [_value(inner) for inner in value]
        case _:
            return value


def _unknown(value: object) -> Any:
    match value:
        case echo():
            return _unknown(value.value)
        case ref() | Unset():
            return True
        case Mapping():
            trees = {key: _unknown(inner) for key, inner in value.items()}
            return {key: tree for key, tree in trees.items() if tree is not False}
        case list():
            return [_unknown(inner) for inner in value]
        case _:
            return False


def _written(name: str, value: object) -> Any:
    match value:
        case echo() | Unset():
            return None
        case ref():
            return value.written()
        case [{}, *_] if name not in ATTRIBUTES:
            inside = [{k: _written(k, v) for k, v in block.items()} for block in _blocks(value)]
            return [{k: v for k, v in block.items() if v is not None} for block in inside]
        case _:
            pass
    refs = list(_refs(value))
    names = [name for one in refs for name in one.names]
    return ref(*names).written() if refs else {"constant_value": _value(value)}


def _blocks(value: object) -> list[Mapping[str, object]]:
    return (
        [block for block in value if isinstance(block, Mapping)] if isinstance(value, list) else []
    )


def _refs(value: object) -> Iterable[ref]:
    match value:
        case ref():
            yield value
        case Mapping():
            for inner in value.values():
                yield from _refs(inner)
        case list():
            for inner in value:
                yield from _refs(inner)
        case _:
            pass


def _chain(names: Iterable[str]) -> Iterable[str]:
    """`a.b[0].id`, `a.b[0]`, `a.b`, as Terraform 1.0 and later write it."""
    for name in names:
        yield name
        head, _, last = name.rpartition(".")
        if head.count(".") and not last.endswith("]"):
            yield head
            name = head
        if name.endswith("]"):
            yield name.rpartition("[")[0]


def rules(network: Network, id: str, direction: str = "ingress") -> list[str]:
    """The rules of a group or ACL, as their origins say them; ` ?` behind one that may not stand.
    Where a group is the peer, its id is shown."""
    held = network.groups.get(id) or network.acls[id]
    found: tuple[Rule, ...] = getattr(held, direction)
    return [f"{rule.origin.text}{' ?' * bool(rule.unknown)}" for rule in found]


def routes(network: Network, id: str) -> list[str]:
    """The routes of a table but the local ones: `0.0.0.0/0 > aws_internet_gateway.g`."""
    return [
        text for route in network.tables[id].routes if not (text := _route(route)).endswith("local")
    ]


def locals_of(network: Network, id: str) -> list[str]:
    """The blocks of the local routes of a table."""
    found = [_route(route) for route in network.tables[id].routes]
    return [text.partition(" ")[0] for text in found if text.endswith(" > local")]


def _route(route: Route) -> str:
    targets = " or ".join(sorted(_target(target) for target in route.targets))
    return f"{route.aws_service or route.prefix} > {targets}{' ?' * bool(route.unknown)}"


def _target(target: Target) -> str:
    match target:
        case Local():
            return "local"
        case ToInternet(id) | ToEgressOnly(id) | ToNat(id) | ToPeering(id):
            return id
        case ToService(id) | ToTransit(id) | ToVpn(id):
            return id
        case ToInterface(id):
            return id
        case Blackhole():
            return "gone"
        case Elsewhere():
            return "elsewhere"


def link(found: OneOf) -> str:
    """The one it leads to; `a or b`, and `?` for what is outside."""
    return " or ".join([*found.ids, *["?"] * found.open])


def interface(network: Network, endpoint: str, at: int = 0) -> Interface:
    return network.endpoints[endpoint].interfaces[at]


def groups(network: Network, endpoint: str, at: int = 0) -> list[str]:
    return [link(slot) for slot in interface(network, endpoint, at).groups]


def public(network: Network, endpoint: str) -> str:
    """`yes`, `no` or `maybe`."""
    return interface(network, endpoint).public.has.value


def sites(network: Network, endpoint: str) -> dict[str, list[str]]:
    return {s.subnet: addresses_text(s.addresses) for s in interface(network, endpoint).sites}


def verdict(network: Network, source: str, destination: str, service: str = "tcp/22") -> str:
    """The verdict on one service, of all addresses and subnets together."""
    protocol, _, port = service.partition("/")
    wanted = read_services(protocol, int(port or -1), int(port or -1)).found
    flows = survey(network, pairs=[(source, destination)]).pairs.get((source, destination), ())
    return next((item.verdict.value for item in flows if wanted & item.services), "unreachable")


def verdicts(found: Analysis, source: str, destination: str, service: str = "tcp/22") -> list[str]:
    """Before and after."""
    return [verdict(side, source, destination, service) for side in (found.before, found.after)]


def difference(found: Analysis) -> Comparison:
    return compare(found.before, found.after, found.planned, Options())


def block(text: str) -> IntervalSet:
    """The addresses of a block, to compare with."""
    return prefix(text)
