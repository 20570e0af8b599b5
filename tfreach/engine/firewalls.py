"""A packet at a firewall endpoint in; what the firewall's rules do with it, out (F86).

The stateless engine judges every packet by itself, in order. What it forwards the stateful engine
judges when a connection is opened, and remembers: the reply has to come by the same firewall.
"""

from __future__ import annotations

from collections.abc import Sequence

from tfreach.engine.explain import Step
from tfreach.engine.steps import SURENESS
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Way
from tfreach.records import dataclass
from tfreach.space.headers import address_text
from tfreach.topology.doors import (
    DROP,
    EITHER,
    FORWARD,
    HANDSHAKE,
    PASS,
    FirewallEndpoint,
    FirewallPolicy,
    FirewallRule,
)
from tfreach.topology.network import Network, Origin, Tri

KIND = "network_firewall"
CODE = "FIREWALL_RULES_RESTRICTION"
MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Said:
    """What may become of a packet: PASS, DROP or other words; rules that may decide; doubts."""

    words: frozenset[str]
    rules: tuple[FirewallRule, ...]

    @property
    def answer(self) -> Tri:
        if self.words == {PASS}:
            return Tri.YES
        return Tri.NO if self.words == {DROP} else Tri.MAYBE


def _first_match(
    rules: Sequence[FirewallRule], default: str, src: int, dst: int, service: int
) -> Said:
    words: set[str] = set()
    deciding: list[FirewallRule] = []
    for rule in rules:
        if not _fits(rule, src, dst) or service not in rule.services:
            continue
        words |= {PASS, DROP} if rule.action == EITHER else {rule.action}
        deciding.append(rule)
        if not rule.unknown:
            return Said(frozenset(words), tuple(deciding))
    return Said(frozenset((*words, default)), tuple(deciding))


def _fits(rule: FirewallRule, src: int, dst: int) -> bool:
    return src in rule.source and dst in rule.destination


def said_of(policy: FirewallPolicy, src: int, dst: int, service: int) -> Said:
    """Of a packet that opens a connection: by the stateless engine, then by the stateful one."""
    first = _first_match(policy.stateless, policy.default, src, dst, service)
    if FORWARD not in first.words:
        return first
    second = _first_match(policy.stateful, _otherwise(policy, src, dst), src, dst, service)
    words = first.words - {FORWARD} | second.words
    return Said(words, (*first.rules, *second.rules))


def stateless_word(policy: FirewallPolicy, src: int, dst: int, *, passed: bool = False) -> str:
    """What the stateless engine does with all packets between two addresses, or with all that it
    does not drop; MIXED: not the same with all."""
    words = {rule.action for rule in policy.stateless if _fits(rule, src, dst)}
    words.add(policy.default)
    words -= {DROP} if passed else set()
    return words.pop() if len(words) == 1 else MIXED


def _otherwise(policy: FirewallPolicy, src: int, dst: int) -> str:
    """Where no rule decides of the request, one for the other way may still drop its reply."""
    back = any(_fits(rule, dst, src) and rule.action != PASS for rule in policy.stateful)
    return HANDSHAKE if back and policy.otherwise == PASS else policy.otherwise


def request_step(endpoint: FirewallEndpoint, way: Way) -> Step:
    """What it does with a packet that opens a connection."""
    policy, header = endpoint.policy, way.header
    if policy.unknown:
        return _step(endpoint, Tri.MAYBE, policy.unknown, ())
    said = said_of(policy, header.src, header.dst, header.service)
    doubts = [rule.unknown for rule in said.rules if rule.unknown]
    why = "; ".join(dict.fromkeys(doubts)) or f"{policy.id} drops what follows a handshake"
    return _step(endpoint, said.answer, why, [rule.origin for rule in said.rules])


def reply_step(endpoint: FirewallEndpoint, way: Way, *, crossed: bool) -> Step:
    """What it does with a reply. crossed: it saw the request, and let it pass."""
    policy, header = endpoint.policy, way.header
    if policy.unknown:
        return _step(endpoint, Tri.MAYBE, policy.unknown, ())
    back = stateless_word(policy, header.src, header.dst)
    there = stateless_word(policy, header.dst, header.src, passed=True)
    answer = Tri.MAYBE
    if back == DROP:
        answer = Tri.NO
    elif back == PASS if not crossed else back == there and back in (PASS, FORWARD):
        answer = Tri.YES
    why = f"{policy.id} does not do the same with packets of both directions"
    if not crossed:
        why = f"{endpoint.id} sees the reply and not the request"
    return _step(endpoint, answer, why, ())


def _keeps_state(endpoint: FirewallEndpoint) -> bool:
    """Whether a request that it saw may have to be answered by way of it."""
    policy = endpoint.policy
    stateless = policy.default == PASS and all(one.action == PASS for one in policy.stateless)
    return bool(policy.unknown) or not stateless


def answered(network: Network, sent: Way, reply: Way) -> Way:
    """A reply, judged by the firewalls that saw its request and that it went past."""
    seen, again = (
        list(dict.fromkeys(hop.component for hop in one.hops if hop.component in network.firewalls))
        for one in (sent, reply)
    )
    for id in seen:
        if id not in again and _keeps_state(network.firewalls[id]):
            reply = reply.take(_unanswered(network.firewalls[id], reply.header.dst))
    return reply


def _step(endpoint: FirewallEndpoint, answer: Tri, why: str, rules: Sequence[Origin]) -> Step:
    origins = (*rules, endpoint.policy.origin, endpoint.origin)
    kind = "vpc_endpoint" if endpoint.fleet else KIND
    ties = tuple(dict.fromkeys(origin for origin in origins if origin.address))
    if answer is Tri.NO:
        text = rules[0].text if rules and rules[0].text else f"{endpoint.policy.id} drops it"
        hop = Hop(endpoint.id, kind, "drop", text, origins=ties, codes=(CODE,))
        fix = f"pass it in a rule of {endpoint.policy.id}"
        return Step(hop, Tri.NO, "ingress", Disposition.DENIED_IN, fix)
    assert answer in SURENESS
    text = "lets it pass" if answer is Tri.YES else "may drop it"
    unknown = why if answer is Tri.MAYBE else ""
    hop = Hop(endpoint.id, kind, "permit", text, origins=ties, unknown=unknown)
    return Step(hop, answer, "ingress")


def _unanswered(endpoint: FirewallEndpoint, to: int) -> Step:
    """A stateful engine that sees one direction only may drop what it does not see begin."""
    why = f"{endpoint.id} saw the request, and the reply to {address_text(to)} goes past it"
    hop = Hop(endpoint.id, KIND, "permit", why, unknown=why)
    return Step(hop, Tri.MAYBE, "ingress")
