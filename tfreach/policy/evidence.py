"""One flow between two ends in; the traces that show what becomes of it, out."""

from __future__ import annotations

from tfreach.engine.judge import NOWHERE, judgement
from tfreach.engine.trace import best, trace
from tfreach.engine.verdicts import Options, Pair, Trace, Verdict
from tfreach.engine.walk import Place
from tfreach.records import dataclass
from tfreach.space.headers import ALL_OF, Family, Flow, example, family_of
from tfreach.topology.network import Network, beyond


@dataclass(frozen=True, slots=True)
class Shown:
    """One trace, and the verdict of all flows between its two places."""

    verdict: Verdict
    trace: Trace


def evidence(
    network: Network, pair: Pair, number: int, options: Options, family: Family
) -> tuple[Shown, ...]:
    """For every two places of the pair the trace of service `number` that tells most."""
    places = judgement(network, *pair, number, options, family=family).places
    return tuple(Shown(one.verdict, best(one.traces)) for one in places if one.traces)


def to_nobody(
    network: Network, source: str, address: int, number: int, options: Options
) -> tuple[Trace, ...]:
    """Every way to an address that no interface holds, from the first place of the source."""
    family = family_of(address)
    place, own = _first_place(network, source, family)
    return trace(network, Flow(own, address, number), place, Place(""), options)


def _first_place(network: Network, name: str, family: Family) -> tuple[Place, int]:
    far = beyond(network, name)
    if far and (held := far & ALL_OF[family]):
        return Place(name), example(held)
    for face in network.endpoints[name].interfaces:
        for site in face.of(family).sites:
            if site.addresses:
                return Place(name, face, site.subnet), site.addresses.first
    return Place(name), NOWHERE[family].first
