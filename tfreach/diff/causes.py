"""A witness and the plan in; the planned resource changes that decide it, before or after, out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from tfreach.diff.balanced import Said, said_of_balancers, said_of_fleet
from tfreach.diff.changes import Cause, Planned, Witness
from tfreach.diff.witness import End, Renames
from tfreach.engine.steps import SURENESS
from tfreach.engine.verdicts import Hop, Trace
from tfreach.records import dataclass
from tfreach.space.intervals import EMPTY
from tfreach.topology.network import (
    NO_ORIGIN,
    Endpoint,
    Filter,
    Interface,
    Network,
    Origin,
    Prefix,
    Route,
    Rule,
    Subnet,
    Tri,
    Written,
)

VERBS = {"permit": "permits", "deny": "denies", "route": "routes"}
FILTERING = ("permits", "denies")
DONE = {"create": "creates", "delete": "deletes", "forget": "forgets", "update": "updates"}
WAS_DONE = {"create": "is created", "delete": "is deleted", "forget": "is forgotten"}
NO_RULE, NO_ROUTE = "has no rule that permits it", "has no route there"
NO_MATCH = {"security_group": NO_RULE, "network_acl": NO_RULE, "route_table": NO_ROUTE}
SAYING = ("listener", "target_group", "endpoint_service")
"""Kinds of hops of which the text of the rule says already what it does."""
RULE, ATTACHMENT, ENDPOINT = range(3)
UNASKED = re.compile(r" \([^()]*\)$")

Statements = Mapping[tuple[str, str], frozenset[str]]
"""(address, text) of an origin -> all that a network says with that origin."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the plan changes, and what each side says that comes from there, in after names."""

    planned: Mapping[str, Planned]
    renames: Renames
    networks: tuple[Network, Network]
    before: Statements = field(default_factory=dict)
    after: Statements = field(default_factory=dict)

    @classmethod
    def of(
        cls, before: Network, after: Network, planned: Mapping[str, Planned], renames: Renames
    ) -> Ledger:
        empty = cls(planned, renames, (before, after))
        return replace(
            empty,
            before=empty.statements(before, renames),
            after=empty.statements(after, Renames()),
        )

    def owner(self, address: str) -> Planned | None:
        """The planned change behind an origin's address, if there is one."""
        base = address if address in self.planned else UNASKED.sub("", address)
        planned = self.planned.get(base)
        return planned if planned and planned.changes else None

    def came_or_went(self, end: End) -> Endpoint | None:
        """The endpoint that is on one side only; None when it is on both."""
        if end.before is None and end.after is not None:
            return self.networks[1].endpoints[end.after]
        if end.after is None and end.before is not None:
            return self.networks[0].endpoints[end.before]
        return None

    def statements(self, network: Network, renames: Renames) -> Statements:
        found: dict[tuple[str, str], set[str]] = {}
        for origin, said in _said(network):
            if self.owner(address := renames.text(origin.address)):
                key = address, renames.text(origin.text)
                found.setdefault(key, set()).add(renames.text(repr(said)))
        return {key: frozenset(said) for key, said in found.items()}

    def differs(self, origin: Origin) -> bool:
        """Whether the two sides say different things with this origin (in after names)."""
        key = origin.address, origin.text
        return self.before.get(key) != self.after.get(key)


def _said(network: Network) -> Said:
    """Everything in a network that has an origin, without the origin."""
    for vpc in network.vpcs.values():
        yield vpc.origin, (vpc.id, vpc.cidrs, vpc.unknown)
    for subnet in network.subnets.values():
        yield from _said_of_subnet(subnet)
    for filter_ in (*network.acls.values(), *network.groups.values()):
        yield from _said_of_filter(filter_)
    for table in network.tables.values():
        yield table.origin, (table.id,)
        for route in table.routes:
            yield from _said_of_listed(route, (table.id,))
    yield from _said_of_gateways(network)
    for end in network.endpoints.values():
        yield end.origin, (end.id, end.inbound, end.outbound, end.outside)
        for interface in end.interfaces:
            yield from _said_of_interface(interface)


def _said_of_gateways(network: Network) -> Said:
    for gate in network.internet_gateways.values():
        yield gate.origin, (gate.id,)
        yield gate.edge_origin, (gate.id, gate.edge)
        yield gate.vpc_origin, (gate.id, gate.vpc)
    for nat in network.nat_gateways.values():
        yield nat.origin, (nat.id, nat.subnet, nat.addresses)
        yield nat.public_origin, (nat.id, nat.public, nat.shown_as)
    for id_, barrier in network.barriers.items():
        for origin in barrier.origins:
            yield origin, (id_, replace(barrier, origins=()))
    yield from _said_of_connections(network)
    yield from _said_of_firewalls(network)
    yield from said_of_balancers(network)


def _said_of_firewalls(network: Network) -> Said:
    for one in network.firewalls.values():
        policy = one.policy
        yield one.origin, (one.id, one.subnet, policy.id)
        yield from said_of_fleet(one)
        yield policy.origin, (policy.id, policy.default, policy.otherwise, policy.unknown)
        for rule in (*policy.stateless, *policy.stateful):
            yield rule.origin, (policy.id, replace(rule, origin=NO_ORIGIN))


def _said_of_connections(network: Network) -> Said:
    for peering in network.peerings.values():
        yield peering.origin, (peering.id, peering.ends, peering.active, peering.same_region)
        yield peering.accepted, (peering.id, peering.active)
    for gateway in network.transit_gateways.values():
        yield gateway.origin, (gateway.id, gateway.unknown)
    for vpn in network.vpn_gateways.values():
        yield vpn.origin, (vpn.id, vpn.inbound)
        yield vpn.vpc_origin, (vpn.id, vpn.vpc)
        yield from ((origin, (vpn.id, vpn.unknown)) for origin in vpn.tied)
    for client in network.client_vpns.values():
        routes = [(id_, one) for id_, found in client.routes.items() for one in found]
        for where, allowed in (*(("", one) for one in client.rules), *routes):
            yield allowed.origin, (client.id, where, replace(allowed, origin=NO_ORIGIN))
    for one in network.attachments.values():
        yield one.origin, (one.id, replace(one, origin=NO_ORIGIN, table_origin=NO_ORIGIN))
        yield one.table_origin, (one.id, one.table)
    for table in network.transit_tables.values():
        yield table.origin, (table.id,)
        yield from (
            (route.origin, (table.id, replace(route, origin=NO_ORIGIN))) for route in table.routes
        )


def _said_of_subnet(subnet: Subnet) -> Said:
    yield subnet.origin, (subnet.id, subnet.vpc, subnet.cidr, subnet.unknown)
    yield subnet.table_origin, (subnet.id, "table", subnet.table)
    yield subnet.acl_origin, (subnet.id, "acl", subnet.acl)


def _said_of_filter(filter_: Filter) -> Said:
    yield filter_.origin, (filter_.id,)
    for direction, rules in (("in", filter_.ingress), ("out", filter_.egress)):
        for rule in rules:
            yield from _said_of_listed(rule, (filter_.id, direction))


def _said_of_listed(item: Rule | Route, where: tuple[str, ...]) -> Said:
    """A rule or route. What an entry of a prefix list gives it, the entry says and not the rule."""
    bare: Rule | Route = replace(item, origin=NO_ORIGIN, also=())
    yield from ((origin, (*where, bare)) for origin in item.also)
    if item.also and isinstance(bare, Rule):
        bare = replace(bare, peers=EMPTY, unknown="")
    elif item.also and isinstance(bare, Route):
        bare = replace(bare, prefix=Prefix(0, 0))
    yield item.origin, (*where, bare)


def _said_of_interface(interface: Interface) -> Said:
    yield interface.origin, (interface.id, interface.sites, interface.unknown, interface.down)
    yield interface.groups_origin, (interface.id, interface.groups)
    yield interface.forwards_origin, (interface.id, interface.forwards)
    yield interface.public.origin, (interface.id, replace(interface.public, origin=NO_ORIGIN))
    if interface.attached:
        yield interface.attached, (interface.id, "attached")


@dataclass(frozen=True, slots=True)
class Say:
    """What one origin has to say in one hop of a witness, in after names.

    verb    what the hop does with the packet: `permits`, `denies`, `routes`; "" for other hops
    phrase  `permits tcp/22 from 10.0.0.0/8`, with the verb first; "" when there is no text
    role    which decision it is, to find its like on the other side: leg, kind of hop, and number
            of this one among those
    """

    origin: Origin
    rank: int
    verb: str
    phrase: str
    role: tuple[str, str, int]
    after: bool

    @classmethod
    def of(cls, origin: Origin) -> Say:
        """Of an end itself."""
        return cls(origin, ENDPOINT, "", "", ("", "", 0), True)


def find_causes(
    witness: Witness | None, ends: tuple[End, End], ledger: Ledger
) -> tuple[Cause, ...]:
    """The planned changes that decide the witness, the first of them first: what brings an end
    about or takes it away, then rules and routes, attachments, endpoints. Without a witness, of
    ends that came or went, only that."""
    if witness is None:
        return tuple(_own_causes(ends, ledger).values())
    says = [
        *_says(witness.before, False, ends, ledger.renames),
        *_says(witness.after, True, ends, Renames()),
    ]
    own = _own_causes(ends, ledger)
    planned = [say for say in says if ledger.owner(say.origin.address)]
    deciding = [say for say in planned if ledger.differs(say.origin)]
    better = _answer(witness.after) > _answer(witness.before)
    decisive = [say for say in deciding if not _is_neutral(say, says, better)]
    choices = [[say for say in decisive if not _is_unasked(say.origin)]]
    if not own:  # else the end alone is cause enough
        choices += [decisive, deciding, planned]
    found = next((choice for choice in choices if choice), [])
    return (*own.values(), *_causes(found, ledger, set(own)))


def _is_unasked(origin: Origin) -> bool:
    """Whether AWS adds it by itself: `aws_vpc.main (default network ACL)`."""
    return UNASKED.search(origin.address) is not None


def _answer(trace: Trace | None) -> tuple[int, int]:
    """How well the witness fares, to tell the better side."""
    found = (trace.delivered, trace.round_trip) if trace else (Tri.NO, Tri.NO)
    return SURENESS.index(found[0]), SURENESS.index(found[1])


def _is_neutral(say: Say, says: Iterable[Say], better: bool) -> bool:
    """Whether it takes no part in the difference: a filter that judges the witness alike on both
    sides by whatever rule, a permit on the worse side, a deny on the better one.

    better   the after side is the better one
    """
    verbs = {other.verb for other in says if other.role == say.role and other.after != say.after}
    if say.verb in FILTERING and verbs == {say.verb}:
        return True
    return say.rank == RULE and say.verb == FILTERING[say.after is better]


def _own_causes(ends: tuple[End, End], ledger: Ledger) -> dict[str, Cause]:
    """The creation or removal of the ends themselves, by address."""
    found: dict[str, Cause] = {}
    for end in ends:
        endpoint = ledger.came_or_went(end)
        planned = endpoint and ledger.owner(endpoint.address or endpoint.id)
        if endpoint and planned:
            verb = DONE.get(planned.actions[0], "changes")
            what = f"{verb} the {endpoint.kind.replace('_', ' ')}"
            found[planned.address] = _made(planned, what, [Say.of(endpoint.origin)])
    return found


def _says(
    trace: Trace | None, after: bool, ends: tuple[End, End], renames: Renames
) -> Iterator[Say]:
    """What every origin of every hop of both legs says."""
    own = {end.id for end in ends}
    legs = (("forward", trace.forward), ("return", trace.back)) if trace else ()
    for name, leg in legs:
        kinds: Counter[str] = Counter()
        for hop in leg.hops if leg else ():
            role = (name, hop.kind, kinds[hop.kind])
            kinds[hop.kind] += 1
            for origin, is_rule in _origins(hop):
                address, text = renames.text(origin.address), renames.text(origin.text)
                said = Origin(address, text, origin.location, origin.part)
                rank = ENDPOINT if address in own else ATTACHMENT
                rank = RULE if is_rule else rank
                verb, phrase = VERBS.get(hop.action, ""), renames.text(_phrase(hop, origin))
                yield Say(said, rank, verb, phrase, role, after)


def _phrase(hop: Hop, origin: Origin) -> str:
    verb = VERBS.get(hop.action, "")
    unmatched = hop.action in ("deny", "drop") and not hop.rule.address
    if unmatched and origin.address == hop.component and hop.kind in NO_MATCH:
        return NO_MATCH[hop.kind]
    text = re.sub(r"^(ingress|egress): ", "", origin.text)
    text = re.sub(r"^(entry \d+) (\w+ .*)$", r"\2 in \1", text)
    plain = hop.kind in SAYING or text.startswith(tuple(VERBS.values()))
    if not text or origin != hop.rule or plain:
        return text
    return f"{verb} {text}".strip()


def _origins(hop: Hop) -> Iterator[tuple[Origin, bool]]:
    """The origins of a hop, and whether each is the rule or route that decided."""
    if hop.rule.address:
        yield hop.rule, True
    for origin in hop.origins:
        if origin.address and origin != hop.rule:
            yield origin, False


def _causes(says: Iterable[Say], ledger: Ledger, skip: set[str]) -> list[Cause]:
    """One cause per planned address."""
    by_address: dict[str, list[Say]] = {}
    for say in says:
        planned = ledger.owner(say.origin.address)
        if planned and planned.address not in skip:
            by_address.setdefault(planned.address, []).append(say)
    order = sorted(by_address, key=lambda name: (min(s.rank for s in by_address[name]), name))
    return [_cause(ledger.planned[address], by_address[address]) for address in order]


def _cause(planned: Planned, says: list[Say]) -> Cause:
    what = "; ".join(dict.fromkeys(_phrases(says))) or _was_done(planned)
    return _made(planned, what, says)


def _made(planned: Planned, what: str, says: Iterable[Say]) -> Cause:
    found = _written(planned, says)
    where = (found.location, found.calls) if found else (None, ())
    return Cause(planned.address, planned.actions, what, *where)


def _written(planned: Planned, says: Iterable[Say]) -> Written | None:
    """Where what is said after the plan stands; else all of the change."""
    for say in sorted(says, key=lambda say: not say.after):
        if say.origin.location:
            return Written(say.origin.location)
        if say.after and say.origin.part and planned.written:
            return planned.written(say.origin.part)
    if found := planned.written and planned.written(""):
        return found
    return Written(planned.location) if planned.location else None


def bare_cause(planned: Planned) -> Cause:
    """A cause of which no more is known than that."""
    return _cause(planned, [])


def _was_done(planned: Planned) -> str:
    if len(planned.actions) > 1:
        return "is replaced"
    return WAS_DONE.get(planned.actions[0], "is updated")


def _phrases(says: list[Say]) -> Iterator[str]:
    """What the says of one address come to, decision by decision."""
    for role in dict.fromkeys((say.role, say.rank) for say in says):
        same = [say for say in says if (say.role, say.rank) == role and say.phrase]
        before = list(dict.fromkeys(say.phrase for say in same if not say.after))
        after = list(dict.fromkeys(say.phrase for say in same if say.after))
        gone = [phrase for phrase in before if phrase not in after]
        if gone and after:
            yield f"{after[0]} (was {what_differs(gone[0], after[0])})"
            yield from after[1:]
        else:
            yield from after
            yield from (f"no longer {phrase}" for phrase in gone)


def what_differs(was: str, now: str) -> str:
    """`was` without the words it begins with like `now`."""
    words, others = was.split(), now.split()
    same = [mine == theirs for mine, theirs in zip(words, others, strict=False)]
    common = same.index(False) if False in same else len(same)
    return " ".join(words[common:]) or was
