"""Two selections and a set of services in; one verdict for them, each pair with its own, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tfreach.engine.judge import PREFERENCE
from tfreach.engine.reach import survey, survey_pair, survey_through
from tfreach.engine.reached import Reached, reached
from tfreach.engine.trace import best
from tfreach.engine.verdicts import Blocker, FlowSet, Options, Pair, Through, Trace, Verdict
from tfreach.policy.addresses import addresses_of, restricted
from tfreach.policy.evidence import Shown, evidence, to_nobody
from tfreach.policy.selectors import Chosen, Selection
from tfreach.records import dataclass
from tfreach.space.headers import Family, family_of, services_text
from tfreach.space.intervals import IntervalSet
from tfreach.topology.families import faces, families
from tfreach.topology.network import INTERNET, Network, beyond

FEW = 1_000
"""So many pairs are sooner judged one by one than all sources of a destination at once."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in the words of the one who asks.

    source, destination   selectors
    protocol, ports       `tcp` and `443`, `icmp` and `8/0`, `any` and `all`
    services              the same as integers of space.headers.service
    source_port           the only client port asked about, if one was
    family                the only one asked about; None: any by which the two ends may talk
    """

    source: str
    destination: str
    protocol: str
    ports: str
    services: IntervalSet
    options: Options
    source_port: int | None = None
    family: Family | None = None

    @property
    def single(self) -> bool:
        """Whether one flow is asked about, so that traces can show it."""
        return self.services.count == 1


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """The answer for one pair of endpoints, by packets of one family.

    verdict    of all services asked about, before `doubt` is looked at
    flows      as FlowSets, only of the services asked about, unreachable ones left out
    traces     of one flow: one for each two places, the one that tells most
    blockers   of a pair that has no trace: an end that does not exist
    doubt      "" or why it is not sure that this pair is meant
    """

    source: str
    destination: str
    verdict: Verdict
    flows: tuple[FlowSet, ...] = ()
    traces: tuple[Shown, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    doubt: str = ""
    family: Family = Family.IPV4

    @property
    def reasons(self) -> frozenset[str]:
        """Why it is undetermined, if it is."""
        own = frozenset[str]().union(*(flow.reasons for flow in self.flows))
        return own | {self.doubt} if self.doubt and self.judged is Verdict.UNDETERMINED else own

    @property
    def judged(self) -> Verdict:
        return self.doubting(self.verdict)

    def doubting(self, verdict: Verdict) -> Verdict:
        """A verdict of this pair with its doubt: sure is only what no outcome delivers."""
        sure = not self.doubt or verdict is Verdict.UNREACHABLE
        return verdict if sure else Verdict.UNDETERMINED


@dataclass(frozen=True, slots=True)
class Answer:
    """verdict   of everything asked about, see `combined`
    notes     what was taken for granted, as far as the selectors go
    """

    verdict: Verdict
    pairs: tuple[PairAnswer, ...]
    notes: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(sorted({why for pair in self.pairs for why in pair.reasons}))


def combined(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a whole from those of its parts (at least one).

    All the same: that one. One works and one surely does not, or one is partial: partial, whatever
    the undetermined ones turn out to be. Else an undetermined part leaves the whole undetermined;
    what remains is one-way and unreachable together: one-way, since something is delivered.
    """
    found = set(verdicts)
    if len(found) == 1:
        return found.pop()
    fails = not found.isdisjoint({Verdict.ONE_WAY, Verdict.UNREACHABLE})
    if Verdict.PARTIAL in found or (Verdict.REACHABLE in found and fails):
        return Verdict.PARTIAL
    return Verdict.UNDETERMINED if Verdict.UNDETERMINED in found else Verdict.ONE_WAY


def ask(question: Question, network: Network, source: Selection, destination: Selection) -> Answer:
    """Judge every pair that the selections mean; no pair at all is unreachable."""
    pairs = [
        *_known(question, network, source, destination),
        *_unheld(question, network, source, destination),
    ]
    verdict = combined(_by_best_family(pairs) or [Verdict.UNREACHABLE])
    behind = reachable_through(network, source, destination, question.options)
    notes = (*source.notes, *destination.notes, *map(_through_note, behind.items()))
    return Answer(verdict, tuple(pairs), tuple(dict.fromkeys(notes)))


def _through_note(item: tuple[Through, tuple[FlowSet, ...]]) -> str:
    """That there is a way through load balancers too, whatever the answer for the pair itself."""
    (source, destination, via), flows = item
    rows = [
        f"{protocol}/{ports} {flow.verdict.value}"
        for flow in flows
        for protocol, ports in services_text(flow.services, flow.family)
    ]
    return f"{source} → {destination} through {', '.join(via)}: {', '.join(rows)}"


def _by_best_family(pairs: Iterable[PairAnswer]) -> list[Verdict]:
    """One verdict a pair: two ends that reach each other by either family do so."""
    found: dict[Pair, list[Verdict]] = {}
    for pair in pairs:
        found.setdefault((pair.source, pair.destination), []).append(pair.judged)
    return [min(verdicts, key=PREFERENCE.index) for verdicts in found.values()]


def reachable_pairs(
    network: Network, source: Selection, destination: Selection, options: Options
) -> Mapping[Pair, tuple[FlowSet, ...]]:
    """All that passes between the selected endpoints, within the addresses selected of them."""
    return reachable(network, source, destination, options).pairs


def reachable(
    network: Network,
    source: Selection,
    destination: Selection,
    options: Options,
    most: int | None = None,
) -> Reached:
    """All that passes between the selected endpoints, within the addresses selected of them.

    most   pairs to list one by one: of more, those that say the same are put together
    """
    part = any(one.limit is not None or one.doubt for one in _all_chosen(source, destination))
    if len(source.chosen) * len(destination.chosen) <= FEW:
        inside = [pair for pair in _pairs(source, destination) if _inside(network, pair)]
        found = Reached(survey(network, options, inside).pairs)
    else:
        most = None if part else most
        found = reached(network, options, source.chosen, destination.chosen, most)
    if not part:
        return found
    pairs = dict(found.pairs)
    for pair in [pair for pair in _pairs(source, destination) if _inside(network, pair)]:
        if any(limits := _limits(source, destination, pair)):
            pairs[pair] = survey_pair(_limited(network, pair, limits), *pair, options)
        doubt = _doubt(source, destination, pair)
        if doubt and pair in pairs:
            pairs[pair] = _doubted(pairs[pair], doubt)
    return Reached({pair: pairs[pair] for pair in sorted(pairs) if pairs[pair]})


def _all_chosen(*selections: Selection) -> Iterator[Chosen]:
    for one in selections:
        yield from one.chosen.values()


def reachable_through(
    network: Network, source: Selection, destination: Selection, options: Options
) -> dict[Through, tuple[FlowSet, ...]]:
    """The same through load balancers."""
    if not network.balancers:
        return {}
    pairs = [pair for pair in _pairs(source, destination) if _inside(network, pair)]
    whole = [pair for pair in pairs if not any(_limits(source, destination, pair))]
    found = dict(survey_through(network, options, whole))
    for pair in pairs:
        if any(limits := _limits(source, destination, pair)):
            found |= survey_through(_limited(network, pair, limits), options, [pair])
    for way in [way for way in found if _doubt(source, destination, way[:2])]:
        found[way] = _doubted(found[way], _doubt(source, destination, way[:2]))
    return {way: found[way] for way in sorted(found)}


def _inside(network: Network, pair: Pair) -> bool:
    """Whether one end at least is in the network."""
    return any(beyond(network, end) is None for end in pair)


def _pairs(source: Selection, destination: Selection) -> Iterator[Pair]:
    for one in source.chosen:
        yield from ((one, other) for other in destination.chosen if other != one)


Limits = tuple[IntervalSet | None, IntervalSet | None]


def _limits(source: Selection, destination: Selection, pair: Pair) -> Limits:
    return source.chosen[pair[0]].limit, destination.chosen[pair[1]].limit


def _limited(network: Network, pair: Pair, limits: Limits) -> Network:
    return restricted(restricted(network, pair[0], limits[0]), pair[1], limits[1])


def _doubt(source: Selection, destination: Selection, pair: Pair) -> str:
    doubts = source.chosen[pair[0]].doubt, destination.chosen[pair[1]].doubt
    return "; ".join(dict.fromkeys(doubt for doubt in doubts if doubt))


def _doubted(flows: Sequence[FlowSet], doubt: str) -> tuple[FlowSet, ...]:
    """Flow sets of a pair that may not be meant: none of them is sure."""
    return tuple(
        FlowSet(
            flow.services,
            Verdict.UNDETERMINED,
            reasons=flow.reasons | {doubt},
            family=flow.family,
        )
        for flow in flows
    )


def _known(
    question: Question, network: Network, source: Selection, destination: Selection
) -> Iterator[PairAnswer]:
    services, options = question.services, question.options
    for pair in _pairs(source, destination):
        limited = _limited(network, pair, _limits(source, destination, pair))
        doubt = _doubt(source, destination, pair)
        common = families(limited, *pair)
        wanted = [one for one in common if question.family in (None, one)]
        if not wanted:
            yield _apart(limited, pair, question.family, common)
        both = survey_pair(limited, *pair, options) if wanted else ()
        for family in wanted:
            flows = tuple(_cut(both, services, family))
            verdict = _whole(flows, services)
            traces: tuple[Shown, ...] = ()
            if question.single:
                traces = evidence(limited, pair, services.first, options, family)
            yield PairAnswer(*pair, verdict, flows, traces, doubt=doubt, family=family)


def _apart(
    network: Network, pair: Pair, asked: Family | None, common: Sequence[Family]
) -> PairAnswer:
    """The two ends have no address family in common, or not the one that is asked for."""
    lacking = [
        end
        for end in pair
        if asked is not None and not faces(network, network.endpoints[end], asked)
    ]
    names = " and ".join(lacking) or f"{pair[0]} and {pair[1]}"
    what = f"have no {asked.value} address" if asked else "have no address family in common"
    if len(lacking) == 1:
        what = what.replace("have", "has", 1)
    text = f"{names} {what}"
    blocker = Blocker(NO_FAMILY, "forward", "egress", names, text, "")
    family = asked or Family.IPV4
    return PairAnswer(*pair, Verdict.UNREACHABLE, blockers=(blocker,), family=family)


NO_FAMILY = "NO_COMMON_FAMILY"


def _cut(flows: Iterable[FlowSet], services: IntervalSet, family: Family) -> Iterator[FlowSet]:
    for flow in flows:
        if flow.family is family and (common := flow.services & services):
            yield replace(flow, services=common)


def _whole(flows: Sequence[FlowSet], services: IntervalSet) -> Verdict:
    """The verdict of all `services`; those in no flow set are unreachable."""
    verdicts = [flow.verdict for flow in flows]
    if sum(flow.services.count for flow in flows) < services.count:
        verdicts.append(Verdict.UNREACHABLE)
    return combined(verdicts)


def _unheld(
    question: Question, network: Network, source: Selection, destination: Selection
) -> Iterator[PairAnswer]:
    """Addresses that no interface holds, as ends of pairs."""
    if gone := source.nobody | source.outside:
        for other in _ends(destination):
            outside = bool(source.outside)
            yield _from_nobody(addresses_of(gone), other, outside, family_of(gone.first))
        return
    if destination.nobody or destination.outside:
        for other in source.chosen:
            yield _to_nobody(question, network, other, destination)


def _ends(found: Selection) -> list[str]:
    return [*found.chosen] or [addresses_of(found.nobody | found.outside)]


def _from_nobody(name: str, other: str, outside: bool, family: Family) -> PairAnswer:
    """A private address outside every VPC may be anyone's, and may get in by ways not modelled."""
    if outside and other != INTERNET:
        return PairAnswer(name, other, Verdict.UNDETERMINED, doubt=_who(name), family=family)
    text = f"no interface holds {name}"
    blocker = Blocker("NO_SOURCE_OR_DESTINATION", "forward", "egress", name, text, "")
    return PairAnswer(name, other, Verdict.UNREACHABLE, blockers=(blocker,), family=family)


def _who(name: str) -> str:
    return f"{name} lies outside every modelled VPC: who holds it is not known"


def _to_nobody(
    question: Question, network: Network, source: str, destination: Selection
) -> PairAnswer:
    """Nobody is there. Outside every VPC that is not known, unless all ways end before."""
    gone = destination.nobody | destination.outside
    name, number = addresses_of(gone), question.services.first
    family = family_of(gone.first)
    traces = to_nobody(network, source, gone.first, number, question.options)
    stopped = question.single and traces and all(_stopped(one) for one in traces)
    if destination.outside and not stopped:
        return PairAnswer(source, name, Verdict.UNDETERMINED, doubt=_who(name), family=family)
    shown = (Shown(Verdict.UNREACHABLE, best(traces)),) if question.single and traces else ()
    blocker = Blocker(NOBODY, "forward", "ingress", name, f"no interface holds {name}", "")
    blockers = () if shown else (blocker,)
    return PairAnswer(
        source, name, Verdict.UNREACHABLE, traces=shown, blockers=blockers, family=family
    )


NOBODY = "NO_SUCH_HOST"


def _stopped(found: Trace) -> bool:
    """Whether something on the way stops it, and not only that nobody is there."""
    return any(one.code != NOBODY for one in found.blockers)
