"""Connections through a load balancer in, as forks of ways; one behind the other, out."""

from __future__ import annotations

from itertools import product

from tfreach.engine.filters import Slots
from tfreach.engine.junctions import DROPPED, EVERYTHING, Fork, Junction, Path, Place, elsewhere
from tfreach.engine.pieces import Segments
from tfreach.engine.routes import Way
from tfreach.space.bounds import Bounds
from tfreach.space.headers import TCP, UDP, services
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import Elsewhere, Local, Tri

REFERENCED = "whether rules that name a client's group match what comes by PrivateLink is not known"
JUDGED = "whether the groups of the load balancer judge what comes by PrivateLink is not known"


def onward(way: Way, passed: Bounds, entered: Bounds, back: Bounds) -> Path:
    if isinstance(way, Local):
        return Path(entered, back)
    return elsewhere(passed, way.what) if isinstance(way, Elsewhere) else DROPPED


def acl_edges(junction: Junction) -> tuple[Segments, ...]:
    return junction.entering.segments, junction.leaving.segments


def may_be(found: IntervalSet, unknown: str) -> Bounds:
    return Bounds.of(EMPTY, found, (unknown,)) if unknown else Bounds.exactly(found)


def admitted(node: Place, c: int, carriers: Slots, judged: Tri) -> Bounds:
    """What the groups of a load balancer's node let in that client c sends by PrivateLink, if they
    judge it at all (F82). They see its private address; whether a rule that names a group of its
    own matches is not documented."""
    if judged is Tri.NO:
        return EVERYTHING
    surely, perhaps = node.ingress.permits(c), node.ingress.permits(c, carriers)
    why = surely.why if perhaps.may <= surely.may else surely.why | {REFERENCED}
    passed = Bounds.of(surely.must, surely.may | perhaps.may, why)
    return passed if judged is Tri.YES else Bounds.either((passed, EVERYTHING), JUDGED)


def in_turn(
    first: Fork, second: Fork, taken: IntervalSet, sent: IntervalSet, *, kept: bool
) -> Fork:
    """Two connections one after the other, in the services of the first. kept: both have the
    client's port; else the second has one of the load balancer's own, as behind a NAT (F31)."""
    paths = [
        _one_path(one, other, taken, sent, kept)
        for one, other in product(first.paths, second.paths)
    ]
    return Fork(tuple(dict.fromkeys(paths)), first.why | second.why)


def _one_path(one: Path, other: Path, taken: IntervalSet, sent: IntervalSet, kept: bool) -> Path:
    forward = one.forward & lifted(other.forward, taken, sent)
    if kept:
        return Path(forward, one.client & other.client, _both(one.nat, other.nat))
    return Path(forward, one.client, _both(_both(one.nat, other.client), other.nat))


def _both(one: Bounds | None, other: Bounds | None) -> Bounds | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def lifted(passed: Bounds, taken: IntervalSet, sent: IntervalSet) -> Bounds:
    """What passes on the second connection, in the services of the first: each of a protocol that
    is `taken` becomes one of `sent` of that protocol."""
    must, may = EMPTY, EMPTY
    for protocol in (TCP, UDP):
        come, go = taken & services(protocol), sent & services(protocol)
        if come and go:
            must |= come if go <= passed.must else EMPTY
            may |= EMPTY if go.isdisjoint(passed.may) else come
    return Bounds.of(must, may, passed.why or {"to which port it goes on is not known"})
