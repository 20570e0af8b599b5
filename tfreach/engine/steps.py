"""One packet and one filter, route table or gateway in; its decision, and how sure it is, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tfreach.records import dataclass
from tfreach.topology.network import (
    Action,
    Elsewhere,
    Filter,
    Interface,
    InternetGateway,
    Local,
    Network,
    OneOf,
    Origin,
    Route,
    RouteTable,
    Rule,
    Subnet,
    Target,
    Tri,
)

SURENESS = (Tri.NO, Tri.MAYBE, Tri.YES)


def every(*answers: Tri) -> Tri:
    """And: as sure as the least sure answer."""
    return min(answers, key=SURENESS.index)


def some(answers: Iterable[Tri]) -> Tri:
    """Or: as sure as the surest answer; no when there is none."""
    return max(answers, key=SURENESS.index, default=Tri.NO)


def one_of(answers: Iterable[Tri]) -> Tri:
    """One of these (at least one) is the answer, and it is unknown which."""
    different = set(answers)
    return different.pop() if len(different) == 1 else Tri.MAYBE


@dataclass(frozen=True, slots=True)
class Packet:
    """What a filter looks at.

    peer       the address of the other side: the source on ingress, the destination on egress
    service    the packet's own protocol and destination port
    to_aws     id of the AwsService that the other side is; "" for any other
    carriers   group links of the other side's interface; () where the path does not keep private
               addresses, so that no rule that names a group matches (F5, F6)
    """

    peer: int
    service: int
    carriers: tuple[OneOf, ...] = ()
    to_aws: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one filter, or the groups of one interface together, say of one packet.

    rule      the rule that decided; None where none matched
    filters   the filters that were asked, of which the first holds `rule`
    unknown   "" or why it is not sure
    """

    permits: Tri
    filters: tuple[Filter, ...] = ()
    rule: Rule | None = None
    unknown: str = ""


def matches(rule: Rule, packet: Packet) -> Tri:
    """Whether `rule` matches: by service, and by address or group of the other side (F5)."""
    if packet.service not in rule.services:
        return Tri.NO
    if rule.group is not None:
        found = some(leads(slot, rule.group) for slot in packet.carriers)
    elif rule.aws_service and rule.aws_service == packet.to_aws:
        found = Tri.YES
    else:
        found = Tri.YES if packet.peer in rule.peers else Tri.NO
    return every(found, Tri.MAYBE) if rule.unknown else found


def leads(link: OneOf, id: str) -> Tri:
    """Whether `link` leads to `id`."""
    if link.sure:
        return Tri.YES if link.ids == (id,) else Tri.NO
    return Tri.MAYBE if link.open or id in link.ids else Tri.NO


def group_decides(group: Filter, direction: str, packet: Packet) -> Decision:
    """A security group only permits: any matching rule will do, in no order (F1)."""
    found = Decision(Tri.NO, (group,))
    for rule in _rules(group, direction):
        match matches(rule, packet):
            case Tri.YES:
                return Decision(Tri.YES, (group,), rule)
            case Tri.MAYBE if found.rule is None:
                found = Decision(Tri.MAYBE, (group,), rule, _why(rule, packet))
            case _:
                pass
    return found


def interface_decides(
    network: Network, interface: Interface, direction: str, packet: Packet
) -> Decision:
    """The union of all groups of the interface (F1); one that carries none denies."""
    found = [_slot_decides(network, slot, direction, packet) for slot in interface.groups]
    for answer in (Tri.YES, Tri.MAYBE):
        for decision in found:
            if decision.permits is answer:
                return decision
    return Decision(Tri.NO, tuple(asked for decision in found for asked in decision.filters))


def _slot_decides(network: Network, slot: OneOf, direction: str, packet: Packet) -> Decision:
    known = [network.groups[id] for id in slot.ids if id in network.groups]
    found = [group_decides(group, direction, packet) for group in known]
    return _either(found, slot, network.groups, "a security group")


def acl_decides(acl: Filter, direction: str, packet: Packet) -> Decision:
    """A network ACL: by number the first match decides, and no match denies (F23).

    A rule that may match may decide; what may come after it may decide too.
    """
    deciding: list[Rule | None] = []
    reasons: list[str] = []
    for rule in sorted(_rules(acl, direction), key=lambda rule: rule.number):
        found = matches(rule, packet)
        if found is not Tri.NO:
            deciding.append(rule)
        if found is Tri.MAYBE:
            reasons.append(_why(rule, packet))
        if found is Tri.YES:
            break
    else:
        deciding.append(None)
    permits = one_of(_permits(rule) for rule in deciding)
    if permits is Tri.MAYBE:
        return Decision(permits, (acl,), deciding[0], "; ".join(reasons))
    return Decision(permits, (acl,), deciding[-1])


def subnet_decides(network: Network, subnet: Subnet, direction: str, packet: Packet) -> Decision:
    """The one network ACL of the subnet (F22)."""
    known = [network.acls[id] for id in subnet.acl.ids if id in network.acls]
    found = [acl_decides(acl, direction, packet) for acl in known]
    link = subnet.acl if subnet.acl.ids else OneOf((), True, subnet.acl.reason)
    return _either(found, link, network.acls, f"the network ACL of {subnet.id}")


def _either(found: list[Decision], link: OneOf, known: Mapping[str, Filter], what: str) -> Decision:
    """One of the filters that `link` leads to decides; an open link may lead to any filter."""
    missing = sorted(id_ for id_ in set(link.ids) if id_ not in known)
    if not found and not missing and not link.open:
        return Decision(Tri.NO)
    reasons = [decision.unknown for decision in found if decision.unknown]
    if missing:
        reasons.append(f"{missing[0]} is not in this plan")
    outside = [Tri.MAYBE] if link.open or missing else []
    permits = one_of([decision.permits for decision in found] + outside)
    filters = tuple(asked for decision in found for asked in decision.filters)
    if permits is not Tri.MAYBE:
        return Decision(permits, filters, found[0].rule)
    if not link.sure:
        reasons.append(link.reason or f"{what} is not known")
    rule = next((decision.rule for decision in found if decision.permits is not Tri.NO), None)
    return Decision(permits, filters, rule, "; ".join(dict.fromkeys(reasons)))


def _rules(filter_: Filter, direction: str) -> tuple[Rule, ...]:
    return filter_.ingress if direction == "ingress" else filter_.egress


def _permits(rule: Rule | None) -> Tri:
    return Tri.YES if rule is not None and rule.action is Action.PERMIT else Tri.NO


def _why(rule: Rule, packet: Packet) -> str:
    if rule.unknown:
        return rule.unknown
    reasons = [slot.reason for slot in packet.carriers if not slot.sure and slot.reason]
    return reasons[0] if reasons else "the security groups of the other side are not known"


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the ways a subnet may send a packet on.

    table     id of the route table; "" when that is unknown
    route     the route that wins; None with `target` None: no route matches
    unknown   "" or why there are other branches beside this one
    codes     AWS's explanation codes for the routes of the table that it does not take, where it
              goes nowhere
    """

    table: str
    route: Route | None
    target: Target | None
    unknown: str = ""
    origins: tuple[Origin, ...] = ()
    codes: tuple[str, ...] = ()


def lookup(network: Network, subnet: Subnet, address: int, to_aws: str = "") -> tuple[Branch, ...]:
    """Where the route table of `subnet` (F34) sends `address`: one of these branches.

    to_aws   id of the AwsService that has the address; "" when none has
    """
    known = [network.tables[id] for id in subnet.table.ids if id in network.tables]
    found = [branch for table in known for branch in _branches(table, subnet, address, to_aws)]
    if subnet.table.open or len(known) < max(1, len(subnet.table.ids)):
        missing = [id for id in subnet.table.ids if id not in network.tables]
        reason = subnet.table.reason or f"the route table of {subnet.id} is not known"
        why = f"{missing[0]} is not in this plan" if missing else reason
        found.append(Branch("", None, Elsewhere(why), why))
    if len(found) == 1:
        return tuple(found)
    reason = subnet.table.reason or f"which routes {subnet.id} has is not known"
    return tuple(replace(one, unknown=one.unknown or reason) for one in found)


def _branches(table: RouteTable, subnet: Subnet, address: int, to_aws: str) -> list[Branch]:
    """The longest prefix wins (F36), also when its target is gone (F43); a route that may stand
    may win over it."""
    fitting = [route for route in table.routes if _fits(route, address, to_aws)]
    doubtful = [route for route in fitting if route.unknown]
    sure = [route for route in fitting if not route.unknown]
    why = "; ".join(dict.fromkeys(route.unknown for route in doubtful))
    unmeasured = [route for route in sure if route.aws_service]
    rivals = [route for route in sure if not route.aws_service and route.prefix.length > 0]
    if unmeasured and rivals:  # the blocks of the service may be the longer ones, or the shorter
        won = max(rivals, key=lambda route: route.prefix.length)
        why = why or f"which blocks {to_aws} has is not known"
        found = _targets(table, subnet, unmeasured[0], why) + _targets(table, subnet, won, why)
    elif sure:
        won = (unmeasured or [max(sure, key=lambda route: route.prefix.length)])[0]
        found = _targets(table, subnet, won, why)
    else:
        ties = (subnet.table_origin, table.origin)
        found = [Branch(table.id, None, None, why, ties, tuple(_not_for(table.routes)))]
    return found + [branch for route in doubtful for branch in _targets(table, subnet, route, why)]


def _not_for(routes: Iterable[Route]) -> Iterator[str]:
    """Which routes there are, none of them for this destination."""
    local = {Local() in route.targets for route in routes}
    if True in local:
        yield "VPC_LOCAL_ROUTE_CIDR_RESTRICTION"
    if False in local:
        yield "CANNOT_ROUTE"


def _fits(route: Route, address: int, to_aws: str) -> bool:
    if route.aws_service:
        return route.aws_service == to_aws
    return address in route.prefix


def _targets(table: RouteTable, subnet: Subnet, route: Route, why: str) -> list[Branch]:
    if len(route.targets) > 1:
        why = why or f"the target of route {route.prefix} of {table.id} is not known"
    targets: Sequence[Target] = route.targets or (Elsewhere(f"route {route.prefix}: no target"),)
    origins = (route.origin, *route.also, subnet.table_origin)
    return [Branch(table.id, route, target, why, origins) for target in targets]


def attached(found: InternetGateway | None, gateway: str, vpc: str) -> tuple[Tri, str]:
    """Whether that internet gateway is attached to `vpc`, and why that is not sure (F51)."""
    if found is None:
        return Tri.MAYBE, f"{gateway} is not in this plan"
    answer = leads(found.vpc, vpc)
    if answer is not Tri.MAYBE:
        return answer, ""
    return answer, found.vpc.reason or f"the VPC of {gateway} is not known"


def front_door(network: Network, vpc: str) -> tuple[Tri, InternetGateway | None]:
    """Whether an internet gateway is attached to `vpc`, and which: a sure one before any other."""
    for answer in (Tri.YES, Tri.MAYBE):
        for id in sorted(network.internet_gateways):
            gateway = network.internet_gateways[id]
            if leads(gateway.vpc, vpc) is answer:
                return answer, gateway
    return Tri.NO, None
