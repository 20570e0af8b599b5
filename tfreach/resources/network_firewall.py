"""Firewalls of AWS Network Firewall, their policies and rule groups, in; typed and linked, out.

What is read of rules is the 5-tuple. Suricata texts, domain lists, managed groups and TLS
inspection are rules that may do anything to what they may match.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tfreach.plan.origin import Origin
from tfreach.plan.raw import UNKNOWN, RawBlock, RawResource, Unknown
from tfreach.plan.references import Link, Links, Resolver
from tfreach.records import dataclass
from tfreach.resources.protocols import PROTOCOL_NAMES
from tfreach.space.headers import (
    ALL_ADDRESSES,
    ALL_PORTS,
    ALL_SERVICES,
    TCP,
    UDP,
    prefix,
    services,
)
from tfreach.space.intervals import IntervalSet

PASS, DROP, FORWARD, EITHER = "pass", "drop", "forward", "either"
STATELESS: Final = {"aws:pass": PASS, "aws:drop": DROP, "aws:forward_to_sfe": FORWARD}
STATEFUL: Final = {"PASS": PASS, "DROP": DROP, "REJECT": DROP}
OVER_TCP: Final = frozenset({"HTTP", "FTP", "TLS", "SMB", "SMTP", "SSH", "IMAP", "MSN", "DCERPC"})


@dataclass(frozen=True, slots=True)
class Firewall:
    """endpoints   identifier of each endpoint that is known -> identifier of its subnet"""

    key: str
    policy: Link
    subnets: Links
    endpoints: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class GroupReference:
    """priority   None where the order does not matter, or is not known"""

    group: Link
    priority: int | None


@dataclass(frozen=True, slots=True)
class FirewallPolicy:
    """defaults    of the stateless engine; stateful_defaults: of the stateful one in strict order
    strict      rules are read in order; else all that pass come first
    unknown     "" or why its rules are not all known
    """

    key: str
    defaults: tuple[str, ...]
    stateless: tuple[GroupReference, ...]
    stateful: tuple[GroupReference, ...]
    stateful_defaults: tuple[str, ...]
    strict: bool
    unknown: str


@dataclass(frozen=True, slots=True)
class FirewallRule:
    """action   PASS | DROP | FORWARD (to the stateful engine) | EITHER
    services   protocol and destination port
    unknown    "" or why it may match less than it says
    """

    action: str
    services: IntervalSet
    source: IntervalSet
    destination: IntervalSet
    priority: int
    unknown: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """rules   in order; of a stateful group each in both directions where it says so"""

    key: str
    rules: tuple[FirewallRule, ...]


def read_firewall(raw: RawResource, resolver: Resolver) -> Firewall:
    """aws_networkfirewall_firewall."""
    subnets: list[Link] = []
    blocks = raw.blocks("subnet_mapping")
    for at, block in enumerate(() if isinstance(blocks, Unknown) else blocks or ()):
        path = ("subnet_mapping", at)
        subnets.append(resolver.link(raw, "subnet_id", "subnet", block=block, path=path))
    is_open = isinstance(blocks, Unknown)
    policy = resolver.link(raw, "firewall_policy_arn", "firewall_policy")
    found = Links(items=tuple(subnets), how=policy.how, open=is_open)
    return Firewall(raw.address, policy, found, tuple(_endpoints(raw)))


def _inside(holder: RawResource | RawBlock, name: str) -> tuple[RawBlock, ...]:
    found = holder.blocks(name)
    return () if found is None or isinstance(found, Unknown) else found


def _endpoints(raw: RawResource) -> Iterator[tuple[str, str]]:
    for status in _inside(raw, "firewall_status"):
        for state in _inside(status, "sync_states"):
            for one in _inside(state, "attachment"):
                endpoint, subnet = one.text("endpoint_id"), one.text("subnet_id")
                if isinstance(endpoint, str) and isinstance(subnet, str):
                    yield endpoint, subnet


def read_policy(raw: RawResource, resolver: Resolver) -> FirewallPolicy:
    """aws_networkfirewall_firewall_policy."""
    blocks = raw.blocks("firewall_policy")
    if isinstance(blocks, Unknown) or not blocks:
        why = f"the rules of {raw.address} are not known"
        return FirewallPolicy(raw.address, (), (), (), (), False, why)
    block, path = blocks[0], ("firewall_policy", 0)
    unknown = ""
    if isinstance(block.texts("stateful_default_actions"), Unknown):
        unknown = f"the default actions of {raw.address} are not known"
    for name in ("stateless_rule_group_reference", "stateful_rule_group_reference"):
        if isinstance(block.blocks(name), Unknown):
            unknown = f"the rule groups of {raw.address} are not known"
    orders = [one.text("rule_order") for one in _inside(block, "stateful_engine_options")]
    if any(isinstance(order, Unknown) for order in orders):
        unknown = f"the order of the rules of {raw.address} is not known"
    if block.text("tls_inspection_configuration_arn"):
        unknown = f"{raw.address} inspects TLS"
    return FirewallPolicy(
        raw.address,
        _texts(block, "stateless_default_actions"),
        tuple(_references(raw, block, "stateless_rule_group_reference", path, resolver)),
        tuple(_references(raw, block, "stateful_rule_group_reference", path, resolver)),
        _texts(block, "stateful_default_actions"),
        "STRICT_ORDER" in orders,
        unknown,
    )


def _texts(block: RawBlock, name: str) -> tuple[str, ...]:
    found = block.texts(name)
    if found is None or isinstance(found, Unknown):
        return ()
    return tuple(one for one in found if isinstance(one, str))


def _references(
    raw: RawResource,
    block: RawBlock,
    name: str,
    path: tuple[str | int, ...],
    resolver: Resolver,
) -> Iterator[GroupReference]:
    for at, one in enumerate(_inside(block, name)):
        group = resolver.link(
            raw, "resource_arn", "firewall_rule_group", block=one, path=(*path, name, at)
        )
        priority = one.number("priority")
        yield GroupReference(group, priority if isinstance(priority, int) else None)


def read_rule_group(raw: RawResource, resolver: Resolver) -> RuleGroup:
    """aws_networkfirewall_rule_group, of either kind."""
    rules: list[FirewallRule] = []
    blocks = raw.blocks("rule_group")
    for group in () if isinstance(blocks, Unknown) else blocks or ():
        if isinstance(group.blocks("rules_source"), Unknown):
            rules.append(_opaque(raw, ALL_SERVICES, f"the rules of {raw.address} are not known"))
        for source in _inside(group, "rules_source"):
            rules += _rules_of(raw, source)
    if isinstance(blocks, Unknown) or raw.text("rules") or not blocks:
        rules.append(_opaque(raw, ALL_SERVICES, f"the rules of {raw.address} are not evaluated"))
    return RuleGroup(raw.address, tuple(rules))


def _opaque(raw: RawResource, found: IntervalSet, why: str) -> FirewallRule:
    whole = ALL_ADDRESSES
    return FirewallRule(EITHER, found, whole, whole, 0, why, Origin(raw.address, why))


def _rules_of(raw: RawResource, source: RawBlock) -> Iterator[FirewallRule]:
    if source.text("rules_string"):
        yield _opaque(raw, ALL_SERVICES, f"the Suricata rules of {raw.address} are not evaluated")
    for _ in _inside(source, "rules_source_list"):
        yield _opaque(raw, services(TCP), f"the domain list of {raw.address} is not evaluated")
    for name in ("stateful_rule", "stateless_rules_and_custom_actions", "rules_source_list"):
        if isinstance(source.blocks(name), Unknown):
            yield _opaque(raw, ALL_SERVICES, f"the rules of {raw.address} are not known")
    for rule in _inside(source, "stateful_rule"):
        yield from _stateful(raw, rule)
    for block in _inside(source, "stateless_rules_and_custom_actions"):
        yield from _stateless_rules(raw, block)


def _stateless_rules(raw: RawResource, block: RawBlock) -> Iterator[FirewallRule]:
    if isinstance(block.blocks("stateless_rule"), Unknown):
        yield _opaque(raw, ALL_SERVICES, f"the rules of {raw.address} are not known")
    for rule in _inside(block, "stateless_rule"):
        yield _stateless(raw, rule)


def _stateful(raw: RawResource, rule: RawBlock) -> Iterator[FirewallRule]:
    """One 5-tuple rule; an alert lets pass what it matches, so it decides nothing."""
    action = rule.text("action")
    if action == "ALERT":
        return
    options = [option.text("keyword") for option in _inside(rule, "rule_option")]
    doubts = [f"rule option {one}" for one in options if one not in ("sid", "msg", "rev")]
    if isinstance(rule.blocks("rule_option"), Unknown):
        doubts.append("an unknown rule option")
    headers = _inside(rule, "header")
    if not headers:
        yield _opaque(raw, ALL_SERVICES, f"a rule of {raw.address} is not known")
        return
    head = headers[0]
    if isinstance(head.text("direction"), Unknown):
        doubts.append("an unknown direction")
    made, also = _protocol(head.text("protocol"))
    ends = [_addresses(head.text(name)) for name in ("source", "destination")]
    ports = [_ports(head.text(name)) for name in ("source_port", "destination_port")]
    doubts += [one for one in (also, *(why for _, why in (*ends, *ports))) if one]
    to = STATEFUL.get(action, EITHER) if isinstance(action, str) else EITHER
    for (source, sent), (destination, asked) in _directions(ends, ports, head.text("direction")):
        why = list(doubts) + (["a source port"] if sent != ALL_PORTS else [])
        unknown = f"{raw.address}: {', '.join(why)} is not evaluated" if why else ""
        text = f"{str(action).lower()} {head.text('protocol')} in {raw.address}"
        origin = Origin(raw.address, text)
        yield FirewallRule(to, _limited(made, asked), source, destination, 0, unknown, origin)


End = tuple[IntervalSet, IntervalSet]


def _directions(
    ends: list[tuple[IntervalSet, str]], ports: list[tuple[IntervalSet, str]], said: object
) -> Iterator[tuple[End, End]]:
    one = ends[0][0], ports[0][0]
    other = ends[1][0], ports[1][0]
    yield one, other
    if said != "FORWARD":
        yield other, one


def _limited(found: IntervalSet, ports: IntervalSet) -> IntervalSet:
    """Those services whose destination port is one of `ports`; others have no ports."""
    if ports == ALL_PORTS:
        return found
    with_ports = services(TCP, ports) | services(UDP, ports)
    return found & with_ports


def _protocol(said: str | Unknown | None) -> tuple[IntervalSet, str]:
    if not isinstance(said, str):
        return ALL_SERVICES, "an unknown protocol"
    if said.upper() == "IP":
        return ALL_SERVICES, ""
    if said.upper() in OVER_TCP:
        return services(TCP), f"protocol {said}"
    number = PROTOCOL_NAMES.get(said.lower())
    if number is None:
        return ALL_SERVICES, f"protocol {said}"
    return services(number), ""


def _addresses(said: str | Unknown | None) -> tuple[IntervalSet, str]:
    if isinstance(said, str) and said.upper() == "ANY":
        return ALL_ADDRESSES, ""
    if isinstance(said, str):
        try:
            return prefix(said), ""
        except ValueError:
            pass
    return ALL_ADDRESSES, "an address that is not one block"


def _ports(said: str | Unknown | None) -> tuple[IntervalSet, str]:
    if isinstance(said, str) and said.upper() == "ANY":
        return ALL_PORTS, ""
    if isinstance(said, str):
        first, range_, last = said.partition(":")
        last = last if range_ else first
        if first.isdigit() and last.isdigit():
            return IntervalSet.span(int(first), int(last)), ""
    return ALL_PORTS, "ports that are not one range"


def _stateless(raw: RawResource, rule: RawBlock) -> FirewallRule:
    priority = rule.number("priority")
    definitions = _inside(rule, "rule_definition")
    actions = _texts(definitions[0], "actions") if definitions else ()
    known = [STATELESS[one] for one in actions if one in STATELESS]
    matches = [one for part in definitions for one in _inside(part, "match_attributes")]
    if not matches or not known or not isinstance(priority, int) or not _is_known(matches[0]):
        return _opaque(raw, ALL_SERVICES, f"a stateless rule of {raw.address} is not known")
    match = matches[0]
    asked = _port_ranges(match, "destination_port")
    why = ["a source port"] if _port_ranges(match, "source_port") != ALL_PORTS else []
    why += ["TCP flags"] if _inside(match, "tcp_flag") else []
    unknown = f"{raw.address}: {', '.join(why)} is not evaluated" if why else ""
    origin = Origin(raw.address, f"stateless rule {priority}: {known[0]}")
    made = _limited(_protocols(match), asked)
    source, destination = _blocks(match, "source"), _blocks(match, "destination")
    return FirewallRule(known[0], made, source, destination, priority, unknown, origin)


def _is_known(match: RawBlock) -> bool:
    """Whether all that a stateless rule may ask of a packet is known."""
    names = ("source", "destination", "source_port", "destination_port", "tcp_flag")
    if any(isinstance(match.blocks(name), Unknown) for name in names):
        return False
    protocols = match.value("protocols")
    values: list[object] = [protocols]
    if isinstance(protocols, list):
        values = [UNKNOWN if one is None else one for one in protocols]
    for name in ("source", "destination"):
        found = [one.text("address_definition") for one in _inside(match, name)]
        values += [UNKNOWN if _addresses(one)[1] else one for one in found]
    for name in ("source_port", "destination_port"):
        for one in _inside(match, name):
            values += [one.number("from_port"), one.number("to_port")]
    return not any(isinstance(value, Unknown) for value in values)


def _protocols(match: RawBlock) -> IntervalSet:
    value = match.value("protocols")
    if not isinstance(value, list) or not value:
        return ALL_SERVICES
    spans = [span for one in value for span in services(int(one)).spans]
    return IntervalSet.of(spans)


def _blocks(match: RawBlock, name: str) -> IntervalSet:
    found = [one.text("address_definition") for one in _inside(match, name)]
    texts = [one for one in found if isinstance(one, str)]
    if not texts:
        return ALL_ADDRESSES
    return IntervalSet.of(span for one in texts for span in prefix(one).spans)


def _port_ranges(match: RawBlock, name: str) -> IntervalSet:
    found = [(one.number("from_port"), one.number("to_port")) for one in _inside(match, name)]
    known = [(lo, hi if isinstance(hi, int) else lo) for lo, hi in found if isinstance(lo, int)]
    return IntervalSet.of(known) if known else ALL_PORTS
