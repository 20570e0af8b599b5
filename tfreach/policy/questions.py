"""Two selections and a set of services in; one verdict for them, each pair with its own, out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tfreach.engine.reach import survey_pair
from tfreach.engine.verdicts import Blocker, FlowSet, Options, Trace, Verdict
from tfreach.policy.addresses import addresses_of
from tfreach.policy.evidence import evidence
from tfreach.policy.selectors import Chosen, Selection
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import INTERNET, Network


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in the words of the one who asks.

    source, destination   selectors
    protocol, ports       `tcp` and `443`, `icmp` and `8/0`, `any` and `all`
    services              the same as integers of space.headers.service
    source_port           the only client port asked about, if one was
    """

    source: str
    destination: str
    protocol: str
    ports: str
    services: IntervalSet
    options: Options = Options()
    source_port: int | None = None

    @property
    def single(self) -> bool:
        """Whether one flow is asked about, so that traces can show it."""
        return self.services.count == 1


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """The answer for one pair of endpoints.

    verdict    of all services asked about, before `doubt` is looked at
    flows      as FlowSets, only of the services asked about, unreachable ones left out
    traces     of one flow: one for each two places, the best that can be had there
    blockers   of a pair that has no trace: an end that does not exist
    doubt      "" or why it is not sure that this pair is meant
    """

    source: str
    destination: str
    verdict: Verdict
    flows: tuple[FlowSet, ...] = ()
    traces: tuple[Trace, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    doubt: str = ""

    @property
    def reasons(self) -> frozenset[str]:
        """Why it is undetermined, if it is."""
        own = frozenset[str]().union(*(flow.reasons for flow in self.flows))
        return own | {self.doubt} if self.doubt and self.judged is Verdict.UNDETERMINED else own

    @property
    def judged(self) -> Verdict:
        """The verdict with the doubt: only what no outcome delivers is sure for a doubtful pair."""
        sure = not self.doubt or self.verdict is Verdict.UNREACHABLE
        return self.verdict if sure else Verdict.UNDETERMINED


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
    verdict = combined([pair.judged for pair in pairs] or [Verdict.UNREACHABLE])
    return Answer(verdict, tuple(pairs), tuple(dict.fromkeys(source.notes + destination.notes)))


def pair_flows(
    network: Network, pair: tuple[str, str], ends: tuple[Chosen, Chosen], options: Options
) -> tuple[FlowSet, ...]:
    """What passes between two endpoints, within the addresses that the selectors mean."""
    return tuple(survey_pair(network, *pair, options, ends[0].limit, ends[1].limit))


def pairs_of(source: Selection, destination: Selection) -> Iterator[tuple[str, str]]:
    for one in source.chosen:
        yield from ((one, other) for other in destination.chosen if other != one)


def doubted(flows: Sequence[FlowSet], doubt: str) -> tuple[FlowSet, ...]:
    """Flow sets of a pair that may not be meant: none of them is sure."""
    if not doubt:
        return tuple(flows)
    return tuple(
        FlowSet(flow.services, Verdict.UNDETERMINED, reasons=flow.reasons | {doubt})
        for flow in flows
    )


def _known(
    question: Question, network: Network, source: Selection, destination: Selection
) -> Iterator[PairAnswer]:
    for pair in pairs_of(source, destination):
        ends = source.chosen[pair[0]], destination.chosen[pair[1]]
        found = pair_flows(network, pair, ends, question.options)
        flows = tuple(_cut(found, question.services))
        yield PairAnswer(
            *pair,
            _whole(flows, question.services),
            flows,
            evidence(question.services, question.options, network, pair, ends),
            doubt="; ".join(dict.fromkeys(end.doubt for end in ends if end.doubt)),
        )


def _cut(flows: Iterable[FlowSet], services: IntervalSet) -> Iterator[FlowSet]:
    for flow in flows:
        if common := flow.services & services:
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
    """Addresses that no interface holds, as ends of pairs that cannot be traced."""
    if source.nobody or source.outside:
        for other in _ends(destination):
            yield _missing(source, other, at_source=True)
        return
    for other in source.chosen:
        if destination.nobody or destination.outside:
            yield _missing(destination, other, at_source=False)


def _ends(found: Selection) -> list[str]:
    return [*found.chosen] or [addresses_of(found.nobody | found.outside)]


def _missing(missing: Selection, other: str, *, at_source: bool) -> PairAnswer:
    """Inside a VPC nothing is there: unreachable. Elsewhere it is not known what is there."""
    name = addresses_of(missing.nobody | missing.outside)
    ends = (name, other) if at_source else (other, name)
    leg = "egress" if at_source else "ingress"
    if missing.outside and other != INTERNET:
        text = f"{name} lies outside every modelled VPC: who holds it is not known"
        blocker = Blocker("UNKNOWN_DESTINATION", "forward", leg, name, text, "")
        return PairAnswer(*ends, Verdict.UNDETERMINED, blockers=(blocker,), doubt=text)
    text = f"no interface holds {name}"
    blocker = Blocker("NO_SOURCE_OR_DESTINATION", "forward", leg, name, text, "")
    return PairAnswer(*ends, Verdict.UNREACHABLE, blockers=(blocker,))
