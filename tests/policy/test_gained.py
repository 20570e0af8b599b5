"""What a plan opens, from the flow sets of both sides: set against flow by flow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tfreach.engine.verdicts import FlowSet, Verdict
from tfreach.policy.gained import BEFORE, gained
from tfreach.space.headers import Family, prefix
from tfreach.space.intervals import EMPTY, IntervalSet

FAR = prefix("203.0.113.0/30")
SERVICES = range(4)
WORKS = (Verdict.REACHABLE, Verdict.PARTIAL)


def some(whole: IntervalSet) -> st.SearchStrategy[IntervalSet]:
    lo, hi = whole.spans[0]
    numbers = st.sets(st.integers(lo, hi), min_size=1, max_size=hi - lo)
    return numbers.map(lambda found: IntervalSet.of((n, n) for n in found))


@st.composite
def flow_sets(draw: st.DrawFn) -> tuple[FlowSet, ...]:
    """As an engine gives them: services disjoint, addresses only where not all take part."""
    found = []
    for number in sorted(draw(st.sets(st.sampled_from(SERVICES)))):
        verdict = draw(st.sampled_from([one for one in Verdict if one is not Verdict.UNREACHABLE]))
        addresses = draw(some(FAR)) if verdict is Verdict.PARTIAL else None
        reasons = frozenset({"why"}) if verdict is Verdict.UNDETERMINED else frozenset[str]()
        services = IntervalSet.span(number, number)
        found.append(FlowSet(services, verdict, addresses, reasons=reasons))
    return tuple(found)


def verdict(flows: tuple[FlowSet, ...], number: int, address: int) -> Verdict:
    """Of one address: a set that is partial for some addresses works for those."""
    for flow in flows:
        if number in flow.services and (flow.addresses is None or address in flow.addresses):
            return Verdict.REACHABLE if flow.verdict is Verdict.PARTIAL else flow.verdict
    return Verdict.UNREACHABLE


@given(flow_sets(), flow_sets())
def test_what_is_gained_is_what_is_better_flow_by_flow(
    before: tuple[FlowSet, ...], after: tuple[FlowSet, ...]
) -> None:
    found = gained(before, after, FAR)
    for number in SERVICES:
        for address in FAR.members():
            was, now = verdict(before, number, address), verdict(after, number, address)
            more = verdict(found, number, address)
            if now is Verdict.UNREACHABLE or now is was:
                assert more is Verdict.UNREACHABLE
            elif Verdict.UNDETERMINED in (was, now):
                expected = was in WORKS and now is Verdict.UNDETERMINED
                same = [flow.verdict for flow in before if number in flow.services] == [was]
                assert more is (Verdict.UNREACHABLE if expected and same else more)
                assert more in (Verdict.UNDETERMINED, Verdict.UNREACHABLE)
            elif was is Verdict.REACHABLE:
                assert more is Verdict.UNREACHABLE
            else:
                assert more is now


def one(verdict: Verdict, family: Family = Family.IPV4, **more: object) -> FlowSet:
    return FlowSet(IntervalSet.span(1, 1), verdict, family=family, **more)  # type: ignore[arg-type]


def test_families_are_apart() -> None:
    ipv4, ipv6 = one(Verdict.REACHABLE), one(Verdict.REACHABLE, Family.IPV6)
    assert gained([ipv4], [ipv4, ipv6], EMPTY) == (ipv6,)


def test_more_ports_or_places_are_more() -> None:
    few = one(Verdict.PARTIAL, client_ports=IntervalSet.span(1024, 2000))
    more = one(Verdict.PARTIAL, client_ports=IntervalSet.span(1024, 3000))
    assert gained([few], [more], EMPTY) == (more,)
    assert gained([more], [few], EMPTY) == ()
    here = one(Verdict.PARTIAL, subnets=("a",))
    both = one(Verdict.PARTIAL, subnets=("a", "b"))
    assert gained([here], [both], EMPTY) == (both,)
    assert gained([both], [here], EMPTY) == ()
    assert gained([one(Verdict.REACHABLE)], [few, here], EMPTY) == ()


def test_what_was_not_known_may_be_new() -> None:
    was = one(Verdict.UNDETERMINED, reasons=frozenset({"why"}))
    (found,) = gained([was], [one(Verdict.REACHABLE)], EMPTY)
    assert found.verdict is Verdict.UNDETERMINED
    assert found.reasons == {BEFORE, "why"}
    assert gained([was], [was], EMPTY) == ()
