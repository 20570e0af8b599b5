"""A Network in; for each destination all its sources at once, as bit masks with their flows, out.

This is reach.py's answer, bit for bit, in another order of work. The plain endpoints (crowd.py) are
cut into cells: by what the destination's groups hear of them (permits.py), by the road between
(roads.py), by what their own groups let go there. One flow is judged for each combination that
occurs, and holds for its whole cell. What is not plain is judged by reach.py, once for all that are
alike.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from functools import partial

from tfreach.engine.balancing import clipped, heard
from tfreach.engine.crowd import Bank, Crowd, Plain, Spot
from tfreach.engine.flowsets import FlowSets, Part, judge, ordered
from tfreach.engine.known import Known, Row
from tfreach.engine.leading import Lane, Leads
from tfreach.engine.outcomes import outcome
from tfreach.engine.permits import Permits, Views
from tfreach.engine.reach import Survey
from tfreach.engine.roads import Road, Roads
from tfreach.engine.unchanged import Unchanged
from tfreach.engine.verdicts import Options, Verdict, client_ports
from tfreach.records import dataclass
from tfreach.space.atoms import bits_of, lowest_of, mask_of, union_of
from tfreach.space.bounds import Bounds
from tfreach.space.headers import ALL_OF, Family
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import INTERNET, Listens, Network, Tri, beyond

Token = tuple[int, Hashable]
"""The id of flows, and what else two places must have in common so that they count as one."""

_Said = tuple[int, int, int]
"""Numbers of what is said at the ends of a road: of the views of what the destination hears of the
source, and of what the source may send there; of the ports that it sends from."""


@dataclass(frozen=True, slots=True)
class _Goal:
    there: Plain
    spot: Spot
    family: Family
    listens: int


class Rows:
    """Judges destinations of one network, one after the other.

    ids      the order of bits: endpoints, of which some may not be in this network
    sources  those that are asked about; None: all
    beside   those of another network, in the same order, and what of the two is unchanged: what the
             other has found of that is taken over
    known    the flows that were met, by both
    """

    def __init__(
        self,
        network: Network,
        options: Options,
        ids: Sequence[str],
        sources: Collection[str] | None = None,
        beside: tuple[Rows, Unchanged] | None = None,
    ) -> None:
        self._network = network
        self._options = options
        self._doubted = False
        self._survey = Survey(network, options)
        self._crowd = Crowd(network, ids, sources)
        self._bit = {id_: at for at, id_ in enumerate(ids)}
        other, same = beside or (None, None)
        self.known: Known = other.known if other else Known()
        self._unreached: Token = id(self.known.none), None
        self._apart: Token = id(self.known.none), "to be judged pair by pair"
        self._views: Views = other._views if other else Views()
        self._roads = Roads(network, self._survey.paths)
        its = (other._permits, same) if other and same else None
        self._permits: Permits = Permits(network, self._crowd.banks, self._views, its)
        lead = (other._leads, same) if other and same else None
        self._leads: Leads = Leads(self._crowd, self._roads, lead)
        self._ports: list[IntervalSet] = []
        self._listens: dict[Listens | None, int] = {}
        self._talking: dict[Bank, list[tuple[Plain, int, int]]] = {}
        self._restricted: dict[Hashable, Token | None] = {}
        self._made: dict[Hashable, Token] = {}
        self._judged: dict[Hashable, FlowSets] = {}
        self._likeness: dict[tuple[str, bool, bool], int] = {}
        self._looks: dict[Hashable, int] = {}

    def row(self, id_: str, among: int | None = None, *, doubted: bool = False) -> Row:
        """Everything that reaches one endpoint of the network. Raises KeyError.

        among    a mask of sources, perhaps with some others; None: all
        doubted  of the others too what may be undetermined, with all else of the same family
        """
        self._doubted = doubted
        end = self._network.endpoints[id_]
        if end.inbound or end.outside:
            return []
        if all(id_ not in plain for plain in self._crowd.plain.values()):
            return self._pair_by_pair(id_, self._chosen(self._crowd.everybody, id_, among))
        senders = self._chosen(self._crowd.senders, id_, among)
        found: dict[int, int] = {}
        for mask, flows in (*self._from_plain(id_, among), *self._pair_by_pair(id_, senders)):
            found[id(flows)] = found.get(id(flows), 0) | mask
        return [(mask, self.known.by_id[flows]) for flows, mask in found.items()]

    def forget(self) -> None:
        """What takes room and serves destinations of one VPC only."""
        self._views.forget()
        self._permits.forget()
        self._leads.forget()

    def _chosen(self, sources: Sequence[str], id_: str, among: int | None) -> Sequence[str]:
        if among is None:
            return sources
        return [
            one
            for one in sources
            if among >> self._bit[one] & 1 or (self._doubted and not self._certain(one, id_))
        ]

    def _certain(self, source: str, destination: str) -> bool:
        """Whether nothing can be undetermined between the Internet and a plain endpoint; False
        where that is not known."""
        far = source if source == INTERNET else destination
        near = destination if far == source else source
        if far != INTERNET:
            return False
        found = [(f, plain.get(near)) for f, plain in self._crowd.plain.items()]
        here = [(family, one) for family, one in found if one is not None]
        return bool(here) and all(self._certain_by(family, one) for family, one in here)

    def _certain_by(self, family: Family, near: Plain) -> bool:
        face, internet = near.face, self._network.internet & ALL_OF[family]
        groups = self._permits.certain_beyond(face.groups)
        if face.listens is not None or face.public.has is Tri.MAYBE or not groups:
            return False
        if self._crowd.forwarded or near.endpoint.id in self._network.balancers:
            return False
        return all(
            self._roads.certain(self._leads.at(spot), internet, face.public.has)
            for spot in near.spots
        )

    def _from_plain(self, id_: str, among: int | None) -> Row:
        """What a plain destination hears of plain sources, by both families together."""
        joined: Row = [(self._crowd.everyone, self.known.none)]
        apart = 0
        for family, plain in self._crowd.plain.items():
            if id_ in plain:
                cells, rest = self._cells(self._crowd.banks[family], plain[id_], family, among)
                joined = self._side_by_side(joined, cells)
                apart |= rest
        own = 1 << self._bit[id_]
        others = ~(own | apart)
        left = [(mask & others, flows) for mask, flows in joined if flows and mask & others]
        if not apart & ~own:
            return left
        rest_ = [self._crowd.ids[bit] for bit in bits_of(apart & ~own)]
        return [*left, *self._pair_by_pair(id_, rest_)]

    def _side_by_side(self, row: Row, cells: Row) -> Row:
        """Both together: what a source has in one, and what it has in the other."""
        found: Row = []
        named = union_of(mask for mask, flows in cells if flows)
        for mask, flows in row:
            for other, more in cells:
                if more and (common := mask & other):
                    found.append((common, self.known.one((*flows, *more)) if flows else more))
            if left := mask & ~named:
                found.append((left, flows))
        return found

    def _pair_by_pair(self, id_: str, sources: Sequence[str]) -> Row:
        """What is not plain: judged once for all that are alike."""
        found: dict[int, list[int]] = {}
        far = beyond(self._network, id_) is not None
        for source in sources:
            if source == id_ or not self._survey.may_send(source, id_):
                continue
            sends_itself = source in self._network.balancers
            if far and beyond(self._network, source) is not None:
                continue
            there = id_ if sends_itself else self._alike(id_, source, ingress=True)
            key = self._alike(source, id_, ingress=False), there
            if key not in self._judged:
                self._judged[key] = self.known.one(self._survey.flows(source, id_))
            if flows := self._judged[key]:
                found.setdefault(id(flows), []).append(self._bit[source])
        width, known = len(self._crowd.ids), self.known.by_id
        return [(mask_of(bits, width), known[flows]) for flows, bits in found.items()]

    def _alike(self, id_: str, other: str, *, ingress: bool) -> Hashable:
        """The same for two endpoints that have the same ways from `other`, or to it."""
        network, end = self._network, self._network.endpoints[id_]
        own = network.balancers.keys() | network.client_vpns.keys()
        if id_ in own or beyond(network, id_) is not None:
            return id_
        far = beyond(network, other) is not None and not self._crowd.forwarded
        key = id_, far, ingress
        if key not in self._likeness:
            ports = client_ports(network, id_, self._options)
            roles = bool(end.inbound), bool(end.outbound), end.outside
            permits = partial(self._permits.beyond, ingress=ingress) if far else tuple
            looks = tuple(
                (permits(f.groups), f.public.has, f.public.reason, f.public.own,
                 self._crowd.likeness.but_for_groups(f))
                for f in end.interfaces
            )  # fmt: skip
            looks_so = looks, ports, roles
            self._likeness[key] = self._looks.setdefault(looks_so, len(self._looks))
        return self._likeness[key]

    # The cells of plain sources.

    def _cells(
        self, bank: Bank, there: Plain, family: Family, among: int | None
    ) -> tuple[Row, int]:
        """Of a bank: endpoints by what reaches `there` from all their spots; and those of which
        some spots fare differently from others."""
        whole: dict[Token, int] = {}
        seen = 0
        for number, spot in enumerate(there.spots):
            found = self._heard(bank, there, spot, family, among)
            if number == 0:
                whole = found
            else:
                whole = {token: whole[token] & found.get(token, 0) for token in whole}
            seen |= bank.partly(union_of(found.values()))
        rest = bank.everybody & seen
        cells: Row = []
        for token, spots in whole.items():
            if token is not self._apart and spots and (mask := bank.wholly(spots)):
                cells.append((mask, self.known.by_id[token[0]]))
                rest &= ~mask
        return cells, rest

    def _heard(
        self, bank: Bank, there: Plain, spot: Spot, family: Family, among: int | None
    ) -> dict[Token, int]:
        """The spots of a bank by what reaches one spot of `there` from them."""
        groups = there.face.groups
        certain = not self._doubted or self._permits.certain(groups)
        leading = self._leads.to(bank, spot)
        calling = self._calling(bank, there, spot)
        chosen = self._asked(bank, there, leading.roads, calling, among)
        found = {
            self._unreached: leading.dead & chosen,
            self._apart: leading.blind & (bank.everywhere if self._doubted else chosen),
        }
        wanted = chosen if certain and among is not None else None
        if wanted and among and wanted == bank.on_all_planes(among & bank.everybody):
            wanted = bank.planes_of(among)  # whoever is here or not: the same in two networks
        hears = self._permits.ingress(bank, groups, wanted)
        goal = _Goal(there, spot, family, self._heard_as(there))
        for hearing, view in hears:
            if certain or not self._doubted or self._views.certain(view):
                hearing &= chosen
            for road in leading.roads if hearing else ():
                if not (common := hearing & road[1]):
                    continue
                for (call, ports), talking in calling.items():
                    if cell := common & talking:
                        self._judge(bank, cell, road, goal, (view, call, ports), found)
        return found

    def _calling(self, bank: Bank, there: Plain, spot: Spot) -> dict[tuple[int, int], int]:
        """The spots of a bank by the views of what they may send there, and by their ports."""
        found: dict[tuple[int, int], int] = {}
        for one, ports, mask in self._talkers(bank):
            key = self._permits.egress(one.face.groups, there, spot), ports
            found[key] = found.get(key, 0) | mask
        return found

    def _heard_as(self, there: Plain) -> int:
        """A number of what an endpoint listens to."""
        return self._listens.setdefault(there.face.listens, len(self._listens))

    def _asked(
        self,
        bank: Bank,
        there: Plain,
        leading: list[Lane],
        calling: dict[tuple[int, int], int],
        among: int | None,
    ) -> int:
        """Of a bank, the spots of those in `among`, and those of which something is in doubt."""
        if among is None:
            return bank.everywhere
        found = bank.on_all_planes(among & bank.everybody)
        if not self._doubted:
            return found
        if not _is_certain(heard(there.face.listens)):
            return bank.everywhere
        found |= union_of(mask for road, mask, _ in leading if not road.certain)
        certain = self._views.certain
        return found | union_of(mask for (call, _), mask in calling.items() if not certain(call))

    def _judge(
        self,
        bank: Bank,
        cell: int,
        leading: Lane,
        goal: _Goal,
        said: _Said,
        found: dict[Token, int],
    ) -> None:
        """Adds what comes of the sources of one cell."""
        road, _, apart = leading
        token = self._limited(road, goal, said) if road.plain is not None else None
        if token is not None:
            found[token] = found.get(token, 0) | cell
            return
        for depends, mask in apart:
            if part := cell & mask:
                key = depends, said, goal.listens, goal.family
                if key not in self._made:
                    self._made[key] = self._token(key, bank.spot(lowest_of(part)), goal, said[2])
                token = self._made[key]
                found[token] = found.get(token, 0) | part

    def _limited(self, road: Road, goal: _Goal, said: _Said) -> Token | None:
        """What comes of a plain road, limited to what passes the groups at its ends; None: not all
        is known of these."""
        (heard_as,), (called_as,) = road.hears, road.calls
        hears, calls = self._views.seen(said[0], heard_as), self._views.seen(said[1], called_as)
        key = road, hears, calls, said[2], goal.listens, goal.family
        if key not in self._restricted:
            limit = heard(goal.there.face.listens)
            ends = self._views.bounds[hears], self._views.bounds[calls], limit
            token = None
            if all(map(_is_certain, ends)) and road.plain is not None:
                services = road.plain & ends[0].must & ends[1].must & limit.must
                limited = [
                    replace(one, services=common, family=goal.family)
                    for one in road.verdicts(self._ports[said[2]], goal.family)
                    if (common := one.services & services)
                ]
                token = id(self.known.one(ordered(tuple(limited)))), None
            self._restricted[key] = token
        return self._restricted[key]

    def _token(self, key: Hashable, source: tuple[Plain, Spot], goal: _Goal, ports: int) -> Token:
        """What comes of one source of a cell, as reach.py finds it."""
        (x, x_spot), (y, y_spot) = source, (goal.there, goal.spot)
        paths = self._survey.paths
        a, b = paths.place(x.face, x_spot.site), paths.place(y.face, y_spot.site)
        fork = paths.inside(a, x_spot.address, b, y_spot.address)
        made = outcome(clipped(fork, heard(y.face.listens)), self._ports[ports], goal.family)
        judged = judge([Part((a.junction.id, b.junction.id), EMPTY, made)])
        flows = ordered(tuple(replace(one, family=goal.family) for one in judged))
        unsure = any(one.verdict is Verdict.UNDETERMINED for one in flows)
        return id(self.known.one(flows)), key if unsure else None

    def _talkers(self, bank: Bank) -> list[tuple[Plain, int, int]]:
        """The spots of a bank by what their groups let go out and by their ports, with one of
        them."""
        if bank not in self._talking:
            found: dict[tuple[Hashable, int], list[int]] = {}
            for at, one in bank.plain.items():
                ports = client_ports(self._network, one.endpoint.id, self._options)
                if ports not in self._ports:
                    self._ports.append(ports)
                key = self._permits.outgoing(one.face.groups), self._ports.index(ports)
                found.setdefault(key, []).append(at)
            self._talking[bank] = [
                (bank.plain[ends[0]], ports, bank.on_all_planes(mask_of(ends, bank.width)))
                for (_, ports), ends in found.items()
            ]
        return self._talking[bank]


def _is_certain(found: Bounds) -> bool:
    return found.must == found.may
