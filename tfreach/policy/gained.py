"""What passes before and after in; what passes after and did not, or not as well, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tfreach.engine.pieces import Segments, cut
from tfreach.engine.verdicts import FlowSet, Verdict
from tfreach.space.headers import ALL_OF, Family
from tfreach.space.intervals import EMPTY, IntervalSet

BEFORE = "whether it got through before is not known"
WORKS = (Verdict.REACHABLE, Verdict.PARTIAL)


def gained(
    before: Sequence[FlowSet], after: Iterable[FlowSet], far: IntervalSet
) -> tuple[FlowSet, ...]:
    """Flow sets of one pair, by one way; those before are disjoint by service, in each family.

    far   the addresses of the end that flow sets name addresses of, where there is one
    """
    was = {family: [one for one in before if one.family is family] for family in Family}
    numbered = {
        family: Segments.apart([one.services for one in found]) for family, found in was.items()
    }
    return tuple(
        more for now in after for more in _gained(was[now.family], numbered[now.family], now, far)
    )


def _gained(
    before: Sequence[FlowSet], numbered: Segments, now: FlowSet, far: IntervalSet
) -> Iterator[FlowSet]:
    """numbered   which of those before a service is in"""
    pieces = {numbered.at(one.first): one for one in cut(now.services, [numbered])}
    rest = pieces.pop(0, None)
    for number, services in sorted(pieces.items()):
        more = _more(before[number - 1], replace(now, services=services), far)
        if more is not None:
            yield more
    if rest:
        yield replace(now, services=rest)


def _more(was: FlowSet, now: FlowSet, far: IntervalSet) -> FlowSet | None:
    """What one flow set has more than another of the same services; None: nothing."""
    if _said(was) == _said(now):
        return None
    if now.verdict is Verdict.UNDETERMINED:
        full = was.verdict is Verdict.REACHABLE and was.addresses is None
        return None if full else now
    if was.verdict is Verdict.UNDETERMINED:
        reasons = frozenset({BEFORE, *was.reasons})
        return replace(now, verdict=Verdict.UNDETERMINED, reasons=reasons)
    if not _as_good(was, now):
        return now
    return None if was.addresses is None else _of_addresses(was, now, far)


def _of_addresses(was: FlowSet, now: FlowSet, far: IntervalSet) -> FlowSet | None:
    """The same, of addresses alone: those that get as far as none did before."""
    arrived = was.delivered or EMPTY
    held = arrived if now.verdict is Verdict.ONE_WAY else was.addresses or EMPTY
    left = ((far if now.addresses is None else now.addresses) - held) & ALL_OF[now.family]
    more = ((now.one_way or EMPTY) - arrived) & ALL_OF[now.family]
    if left:
        return replace(now, addresses=left, one_way=more or None)
    if more:
        return FlowSet(now.services, Verdict.ONE_WAY, addresses=more, family=now.family)
    return None


def _said(flow: FlowSet) -> object:
    limits = flow.addresses, flow.one_way, flow.client_ports, flow.subnets
    return flow.verdict, *limits, flow.reasons


def _as_good(was: FlowSet, now: FlowSet) -> bool:
    """Whether what got through before did so as well as now, addresses apart."""
    if now.verdict is Verdict.ONE_WAY:
        return True
    if was.verdict not in WORKS:
        return False
    if was.client_ports is not None and not _within(now.client_ports, was.client_ports):
        return False
    if was.subnets is not None and not (now.subnets and set(now.subnets) <= set(was.subnets)):
        return False
    vague = was.verdict is Verdict.PARTIAL and _plain(was)
    return not vague or now.verdict is Verdict.PARTIAL


def _within(now: IntervalSet | None, was: IntervalSet) -> bool:
    return now is not None and now <= was


def _plain(flow: FlowSet) -> bool:
    """Whether it names no limit, so that a partial one does not say for what it works."""
    return flow.addresses is None and flow.client_ports is None and flow.subnets is None
