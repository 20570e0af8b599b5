"""The change block of a policy and both networks in; what the plan does beyond it, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tfreach.diff.changes import Change as Changed
from tfreach.diff.changes import Kind, Undecided
from tfreach.diff.compare import compare
from tfreach.diff.parts import parts_of
from tfreach.diff.witness import Part
from tfreach.engine.verdicts import FlowSet, Pair, Through, Verdict
from tfreach.policy.boxes import Cut
from tfreach.policy.brought import before_of, changes_of, differing
from tfreach.policy.passing import far_end, flows_of
from tfreach.policy.questions import combined
from tfreach.policy.results import Result, Status, joined
from tfreach.policy.rules import CHANGE, Change, Waiver
from tfreach.policy.scene import Scene
from tfreach.policy.waivers import Mine, Waivers
from tfreach.records import dataclass
from tfreach.space.headers import ALL_ADDRESSES, ALL_OF
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import Network, beyond

UNCHANGED = "unchanged"
NOT_COMPARED = "a state changes nothing"
MOST_STRETCHES = 40
"""Where more is found, the causes of one flow of each pair stand for the others."""
PLACES = "planned", "current"

Item = Changed | Undecided
Index = dict[str, set[int]]


@dataclass(frozen=True, slots=True)
class _Row:
    """What is allowed, or waived, in the names of both snapshots.

    via   ids of the load balancers it may go through; None: it goes through none; where a waiver
          says nothing of that, any
    """

    cuts: tuple[Cut, Cut]
    via: frozenset[str] | None
    kind: Kind | None
    waiver: Waiver | None = None

    def allows(self, way: Through, kind: Kind | None) -> bool:
        """Whether it speaks of such a change of this pair at all."""
        if self.kind is not None and self.kind is not kind:
            return False
        if self.waiver is None and not (self.via or frozenset()) >= set(way[2]):
            return False
        return self.waiver is not None or bool(self.via) == bool(way[2])


class _Rows:
    """Rows by whom they speak of: an intent that `diff` wrote has thousands."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        self._rows = list(rows)
        self._from: tuple[Index, Index] = ({}, {})
        self._to: tuple[Index, Index] = ({}, {})
        for at, row in enumerate(self._rows):
            for place, cut in enumerate(row.cuts):
                for name in cut.source:
                    self._from[place].setdefault(name, set()).add(at)
                for name in cut.destination:
                    self._to[place].setdefault(name, set()).add(at)

    def about(self, names: tuple[Pair, Pair]) -> list[_Row]:
        """Those that may speak of a pair, called so after the plan and before it."""
        found: set[int] = set()
        for place, (source, destination) in enumerate(names):
            to = self._to[place].get(destination, set())
            found |= self._from[place].get(source, set()) & to
        return [self._rows[at] for at in sorted(found)]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Flows of a pair that the plan changes: some services, some addresses of a far end.

    shown   the flow set to show of it
    """

    shown: FlowSet
    services: IntervalSet
    addresses: IntervalSet


def judge_change(rule: Change, scene: Scene, waivers: Waivers) -> list[Result]:
    mine = waivers.of(CHANGE)
    flows = [*(row.flows for row in rule.allow), *mine.flows]
    scene = scene.treating(end for one in flows for end in (*one.ends, one.via))
    if scene.alone:
        return [replace(_kept(rule, NOT_COMPARED), state=scene.state)]
    sides = scene.before, scene.after
    compared = compare(*sides, scene.planned, scene.options, replays=scene.replays)
    items: list[Item] = [*compared.changes, *(one for one in compared.undecided if one.differs)]
    rows, waived = _Rows(_rows(rule, scene)), list(_waived(mine, scene))
    results: list[Result] = []
    lefts = [(item, _beyond(rows, item, scene)) for item in items]
    stretches = sum(len(one.services.spans) for _, left in lefts for one in left)
    each = bool(mine.remarks) or stretches <= MOST_STRETCHES
    for item, left in lefts:
        for waiver, part in _by_waiver(left, waived, item, scene):
            for some in [[one] for one in _apart(part)] if each else [part]:
                result = _result(rule, _why(item, some, scene), some, scene)
                if waiver:
                    result = replace(result, status=Status.WAIVED, waiver=waiver)
                results.append(mine.judged(result, scene))
    number = len(items)
    done = f"{number} change{'' if number == 1 else 's'}, all allowed" if number else ""
    return joined(results) or [_kept(rule, done)]


def _beyond(rows: _Rows, item: Item, scene: Scene) -> list[_Piece]:
    """What of a change no row speaks of."""
    return _left(_pieces(item, scene), rows.about(_names(item, scene)), item, scene)


def _apart(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Each stretch of services by itself: a remark at a cause waives only what comes from there."""
    for piece in pieces:
        for span in piece.services.spans:
            yield replace(piece, services=IntervalSet((span,)))


def _kept(rule: Change, note: str) -> Result:
    return Result(
        name=CHANGE,
        rule=CHANGE,
        status=Status.PASS,
        severity="error",
        location=rule.location,
        source="",
        destination="",
        services="all",
        expected=UNCHANGED,
        whole=True,
        note=note,
    )


def _rows(rule: Change, scene: Scene) -> Iterator[_Row]:
    for row in rule.allow:
        cuts = tuple(scene.cut(row.flows, None, place) for place in PLACES)
        via: frozenset[str] | None = None
        if row.flows.via is not None:
            via = frozenset(
                name
                for place in PLACES
                for name, one in scene.meant(row.flows.via, place).chosen.items()
                if not one.doubt
            )
        yield _Row((cuts[0], cuts[1]), via, row.kind)


def _waived(mine: Mine, scene: Scene) -> Iterator[_Row]:
    for planned, current in zip(*(mine.cuts(scene, place) for place in PLACES), strict=True):
        yield _Row((planned, current), None, None, planned.waiver)


def _pieces(item: Item, scene: Scene) -> list[_Piece]:
    """What differs, as services and addresses of the far end; of an undecided pair only where the
    two sides say different things."""
    found: list[_Piece] = []
    for part in parts_of(item.before, item.after):
        if part.before == part.after:
            continue
        closed = part.after.verdict is Verdict.UNREACHABLE
        shown = part.before if closed else part.after
        whole = _addresses(item, part, scene)
        found.append(_Piece(shown, part.services, whole))
    return found


def _addresses(item: Item, part: Part, scene: Scene) -> IntervalSet:
    """The addresses of the far end for which something differs; all of nothing in particular."""
    network, pair = _network(item, scene), (item.source, item.destination)
    at = far_end(network, pair)
    whole = ALL_ADDRESSES if at is None else beyond(network, pair[at]) or EMPTY
    before, after = (
        EMPTY if one.verdict is Verdict.UNREACHABLE else (one.delivered or whole)
        for one in (part.before, part.after)
    )
    apart = (before - after) | (after - before)
    return apart if apart and _alike(part.before, part.after) else before | after


def _alike(a: FlowSet, b: FlowSet) -> bool:
    """Whether they differ in nothing but addresses; a part of the addresses makes it partial."""
    works = (Verdict.REACHABLE, Verdict.PARTIAL)
    same = (a.client_ports, a.subnets) == (b.client_ports, b.subnets)
    verdicts = a.verdict is b.verdict or (a.verdict in works and b.verdict in works)
    return same and verdicts and (a.addresses is not None or b.addresses is not None)


def _names(item: Item, scene: Scene) -> tuple[Pair, Pair]:
    """What its ends are called after the plan, and before it."""
    after = item.source, item.destination
    return after, (scene.was(after[0]), scene.was(after[1]))


def _by_waiver(
    left: list[_Piece], waived: Iterable[_Row], item: Item, scene: Scene
) -> Iterator[tuple[Waiver | None, list[_Piece]]]:
    """What each waiver takes, and what none does."""
    for row in waived:
        left, taken = _split(left, row, item, scene)
        if taken:
            yield row.waiver, taken
    if left:
        yield None, left


def _left(pieces: list[_Piece], rows: Iterable[_Row], item: Item, scene: Scene) -> list[_Piece]:
    """What is left of the pieces without what the rows speak of."""
    for row in rows:
        pieces, _ = _split(pieces, row, item, scene)
    return pieces


def _split(
    pieces: list[_Piece], row: _Row, item: Item, scene: Scene
) -> tuple[list[_Piece], list[_Piece]]:
    """What a row does not speak of, and what it does."""
    taken: list[_Piece] = []
    kind = item.kind if isinstance(item, Changed) else None
    if not row.allows((item.source, item.destination, item.via), kind):
        return pieces, taken
    for cut, pair in zip(row.cuts, _names(item, scene), strict=True):
        spoken = _spoken(cut, pair, item, scene)
        if spoken is not None:
            taken += [inside for one in pieces for inside in _within(one, cut, spoken)]
            pieces = [outside for one in pieces for outside in _without(one, cut, spoken)]
    return pieces, taken


def _within(piece: _Piece, cut: Cut, spoken: IntervalSet) -> Iterator[_Piece]:
    services = piece.services & cut.services.of(piece.shown.family)
    addresses = piece.addresses & spoken
    if services and addresses:
        yield replace(piece, services=services, addresses=addresses)


def _without(piece: _Piece, cut: Cut, spoken: IntervalSet) -> Iterator[_Piece]:
    services = piece.services & cut.services.of(piece.shown.family)
    if rest := piece.services - services:
        yield replace(piece, services=rest)
    if services and (left := piece.addresses - spoken):
        yield replace(piece, services=services, addresses=left)


def _spoken(cut: Cut, names: Pair, item: Item, scene: Scene) -> IntervalSet | None:
    """The addresses of the far end that a row speaks of; None where it does not mean the pair."""
    chosen = cut.source.get(names[0]), cut.destination.get(names[1])
    at = far_end(_network(item, scene), (item.source, item.destination))
    limit: IntervalSet | None = None
    for end, one in enumerate(chosen):
        if one is None or one.doubt or (one.limit is not None and end != at):
            return None
        limit = one.limit if end == at else limit
    return ALL_ADDRESSES if limit is None else limit


def _network(item: Item, scene: Scene) -> Network:
    """The one that has the pair: that after the plan, unless an end is removed."""
    known = scene.after.endpoints
    return scene.after if item.source in known and item.destination in known else scene.before


def _why(item: Item, left: list[_Piece], scene: Scene) -> Item:
    """The same change, by the services and addresses that are left alone, with their causes."""
    way = item.source, item.destination, item.via
    if isinstance(item, Undecided) or _network(item, scene) is scene.before:
        return item
    if left == _pieces(item, scene):
        return item
    at = far_end(scene.after, way[:2])
    addresses = {one.addresses for one in left}
    limit = addresses.pop() if at is not None and len(addresses) == 1 else None
    within = way, (limit if at == 0 else None, limit if at == 1 else None)
    before = before_of([within], scene).get(within, ())
    after = flows_of(scene.after, *within, scene.options)
    shown = tuple(replace(one.shown, services=one.services) for one in left)
    both = differing(within, before, after, shown, scene)
    return next(iter(changes_of([both], scene).get(both.key, ())), item)


def _result(rule: Change, item: Item, left: Sequence[_Piece], scene: Scene) -> Result:
    flows = tuple(_flow(one, item, scene) for one in left)
    found = replace(
        _kept(rule, ""),
        source=item.source,
        destination=item.destination,
        via=item.via,
        whole=False,
        flows=flows,
    )
    if isinstance(item, Undecided):
        return replace(
            found,
            status=Status.UNDETERMINED,
            severity=rule.undetermined.severity(),
            verdict=Verdict.UNDETERMINED,
            note="; ".join(item.reasons),
        )
    closed = item.kind is Kind.CLOSED
    after = item.witness.after
    return replace(
        found,
        status=Status.FAIL,
        verdict=Verdict.UNREACHABLE if closed else combined(one.verdict for one in flows),
        causes=item.causes,
        blockers=after.blockers if closed and after else (),
        trace=after or item.witness.before,
        kind=item.kind,
    )


def _flow(piece: _Piece, item: Item, scene: Scene) -> FlowSet:
    """What is to be shown of a piece."""
    network, pair = _network(item, scene), (item.source, item.destination)
    at = far_end(network, pair)
    held = None if at is None else beyond(network, pair[at])
    addresses = piece.addresses & ALL_OF[piece.shown.family]
    if held is None or held & ALL_OF[piece.shown.family] <= addresses:
        return replace(piece.shown, services=piece.services)
    return replace(piece.shown, services=piece.services, addresses=addresses)
