"""A pair of ends and what is cut out of it in; what is left, as boxes of flows, out.

What a rule speaks of is a product: some addresses of the source, some of the destination, some
services. What an exception leaves of it is no product, but a few of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tfreach.engine.verdicts import Pair
from tfreach.policy.addresses import within
from tfreach.policy.rules import Waiver
from tfreach.policy.selectors import Chosen
from tfreach.policy.services import Services
from tfreach.records import dataclass
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.network import Network

Limit = IntervalSet | None
"""Some addresses of an endpoint; None: all of them."""
Limits = tuple[Limit, Limit]


@dataclass(frozen=True, slots=True)
class Cut:
    """Flows that a rule leaves out, or that are waived.

    source, destination   who is meant, by endpoint id
    waiver                None: they are left out
    """

    source: Mapping[str, Chosen]
    destination: Mapping[str, Chosen]
    services: Services
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """Some flows of a pair. doubt: "" or why it is not sure that they are meant."""

    limits: Limits
    services: Services
    doubt: str = ""
    waiver: Waiver | None = None


def boxes(network: Network, pair: Pair, whole: Box, cuts: Iterable[Cut]) -> list[Box]:
    """What is left of `whole`, in boxes that share no flow; what is waived is in boxes too."""
    found = [whole]
    for cut in cuts:
        found = [left for box in found for left in _split(network, pair, box, cut)]
    return found


def touches(pair: Pair, cut: Cut) -> bool:
    return pair[0] in cut.source and pair[1] in cut.destination


def _split(network: Network, pair: Pair, box: Box, cut: Cut) -> list[Box]:
    if not touches(pair, cut) or box.waiver:
        return [box]
    ends = cut.source[pair[0]], cut.destination[pair[1]]
    services = box.services & cut.services
    inside = tuple(_common(limit, end.limit) for limit, end in zip(box.limits, ends, strict=True))
    if not services or EMPTY in inside:
        return [box]
    found = [replace(box, services=box.services - services)]
    left = [
        _left(network, name, limit, end.limit)
        for name, limit, end in zip(pair, box.limits, ends, strict=True)
    ]
    found.append(replace(box, services=services, limits=(left[0], box.limits[1])))
    found.append(replace(box, services=services, limits=(inside[0], left[1])))
    doubt = "; ".join(dict.fromkeys(end.doubt for end in ends if end.doubt))
    if cut.waiver is None and doubt:
        doubt = "; ".join(one for one in (box.doubt, doubt) if one)
        found.append(Box((inside[0], inside[1]), services, doubt))
    elif cut.waiver is not None:
        waiver = None if doubt else cut.waiver
        found.append(Box((inside[0], inside[1]), services, box.doubt, waiver))
    return [one for one in found if one.services and EMPTY not in one.limits]


def _common(a: Limit, b: Limit) -> Limit:
    if a is None or b is None:
        return b if a is None else a
    return a & b


def _left(network: Network, name: str, limit: Limit, without: Limit) -> Limit:
    """What is left of an end; all of it where its addresses are not known."""
    if without is None:
        return EMPTY
    held = within(network.endpoints[name], network) if limit is None else limit
    return limit if held is None else held - without
