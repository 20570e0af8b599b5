"""One flow between two ends in; the traces that show what becomes of it, out."""

from __future__ import annotations

from dataclasses import dataclass

from tfreach.engine.judge import judgement
from tfreach.engine.trace import best, trace
from tfreach.engine.verdicts import Options, Pair, Trace, Verdict
from tfreach.engine.walk import Place
from tfreach.space.headers import Flow, example
from tfreach.topology.network import Network, beyond


@dataclass(frozen=True, slots=True)
class Shown:
    """One trace, and the verdict of all flows between its two places."""

    verdict: Verdict
    trace: Trace


def evidence(network: Network, pair: Pair, number: int, options: Options) -> tuple[Shown, ...]:
    """For every two places of the pair the trace of service `number` that tells most."""
    places = judgement(network, *pair, number, options).places
    return tuple(Shown(one.verdict, best(one.traces)) for one in places if one.traces)


def to_nobody(
    network: Network, source: str, address: int, number: int, options: Options
) -> tuple[Trace, ...]:
    """Every way to an address that no interface holds, from the first place of the source."""
    place, own = _first_place(network, source)
    return trace(network, Flow(own, address, number), place, Place(""), options)


def _first_place(network: Network, name: str) -> tuple[Place, int]:
    if far := beyond(network, name):
        return Place(name), example(far)
    for face in network.endpoints[name].interfaces:
        for site in face.sites:
            if site.addresses:
                return Place(name, face, site.subnet), site.addresses.first
    return Place(name), 0
