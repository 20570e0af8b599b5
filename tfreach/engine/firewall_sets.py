"""A firewall's rules and two addresses in; the services that get through, and are answered, out.

The fast counterpart of engine/firewalls.py; the two share the model and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tfreach.engine.junctions import EVERYTHING, gate, unknown
from tfreach.engine.pieces import Segments
from tfreach.space.bounds import Bounds
from tfreach.space.headers import ALL_SERVICES
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.doors import (
    DROP,
    EITHER,
    FORWARD,
    HANDSHAKE,
    PASS,
    FirewallEndpoint,
    FirewallPolicy,
    FirewallRule,
    firewall_cuts,
)
from tfreach.topology.network import Tri

Shares = dict[str, IntervalSet]
"""Word -> the services of which it may be the word."""


def _shares(rules: Sequence[FirewallRule], default: str, s: int, d: int) -> Shares:
    found: Shares = {}
    left = ALL_SERVICES
    for rule in rules:
        if s not in rule.source or d not in rule.destination:
            continue
        decided = rule.services & left
        for word in (PASS, DROP) if rule.action == EITHER else (rule.action,):
            found[word] = found.get(word, EMPTY) | decided
        if not rule.unknown:
            left = left - rule.services
    found[default] = found.get(default, EMPTY) | left
    return found


def _drops_some(rules: Sequence[FirewallRule], s: int, d: int) -> bool:
    """Whether one of the rules may drop something from s to d, be it a reply."""
    return any(one.action != PASS and s in one.source and d in one.destination for one in rules)


def requests(policy: FirewallPolicy, s: int, d: int) -> Bounds:
    """What gets through of what opens a connection from s to d."""
    if policy.unknown:
        return unknown(ALL_SERVICES, policy.unknown)
    first = _shares(policy.stateless, policy.default, s, d)
    forwarded = first.get(FORWARD, EMPTY)
    otherwise = policy.otherwise
    if otherwise == PASS and _drops_some(policy.stateful, d, s):
        otherwise = HANDSHAKE
    second = _shares(policy.stateful, otherwise, s, d) if forwarded else {}
    passes = first.get(PASS, EMPTY) | forwarded & second.get(PASS, EMPTY)
    begins = forwarded & second.get(HANDSHAKE, EMPTY)
    stops = first.get(DROP, EMPTY) | forwarded & second.get(DROP, EMPTY)
    reasons = [rule.unknown for rule in (*policy.stateless, *policy.stateful) if rule.unknown]
    if begins:
        reasons.append(f"{policy.id} drops what follows a handshake")
    return Bounds.of(passes - stops - begins, passes | begins, reasons)


def _word(policy: FirewallPolicy, s: int, d: int, dropped: frozenset[str] = frozenset()) -> str:
    """What the stateless engine does with all that goes from s to d, but for what is `dropped`; ""
    where it differs."""
    words = {rule.action for rule in policy.stateless if s in rule.source and d in rule.destination}
    words.add(policy.default)
    words -= dropped
    return words.pop() if len(words) == 1 else ""


def replies(endpoint: FirewallEndpoint, s: int, d: int, *, crossed: bool) -> Bounds:
    """What gets through of replies from s to d. crossed: it saw their requests."""
    policy = endpoint.policy
    if policy.unknown:
        return unknown(ALL_SERVICES, policy.unknown)
    back, there = _word(policy, s, d), _word(policy, d, s, frozenset((DROP,)))
    answer = Tri.MAYBE
    if back == DROP:
        answer = Tri.NO
    elif (back == PASS and not crossed) or (crossed and back == there in (PASS, FORWARD)):
        answer = Tri.YES
    return gate(answer, f"{endpoint.id} does not treat both directions alike")


def past(endpoints: Iterable[FirewallEndpoint]) -> Bounds:
    """What of replies arrives that go past firewalls which saw the requests."""
    for one in endpoints:
        policy = one.policy
        words = {policy.default, *(rule.action for rule in policy.stateless)}
        if policy.unknown or words != {PASS}:
            return unknown(ALL_SERVICES, f"{one.id} saw the request, and the reply goes past it")
    return EVERYTHING


def cuts(endpoint: FirewallEndpoint) -> list[Segments]:
    """What its rules cannot tell apart, of the addresses of either side."""
    return [Segments(firewall_cuts((endpoint,)))]
