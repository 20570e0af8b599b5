"""Hypothesis strategies: random networks with more endpoints, so that some of them are alike."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.engine.edits import EDITS
from tests.engine.strategies import networks
from tfreach.topology.network import INTERNET, ON_PREMISES, Endpoint, Network

MOST = 8


@st.composite
def crowds(draw: st.DrawFn) -> Network:
    """A random network, with hosts that live where one of it lives and carry another's groups."""
    network = draw(networks())
    hosts = [end for end in network.endpoints.values() if len(end.interfaces) == 1]
    if not hosts:
        return network
    chosen = st.tuples(st.sampled_from(hosts), st.sampled_from(hosts))
    pairs = draw(st.lists(chosen, max_size=MOST))
    more = (_like(f"more.{at}", *pair) for at, pair in enumerate(pairs))
    return replace(network, endpoints={**network.endpoints, **{one.id: one for one in more}})


def _like(id_: str, place: Endpoint, groups: Endpoint) -> Endpoint:
    (face,), (other,) = place.interfaces, groups.interfaces
    own = replace(face, id=id_, groups=other.groups, listens=None)
    return replace(place, id=id_, kind="instance", address="", cloud_id="", interfaces=(own,))


@st.composite
def changed_crowds(draw: st.DrawFn) -> tuple[Network, Network]:
    """A random network, and the same after a small change; at times some hosts are gone."""
    before = draw(crowds())
    after = before
    for edit in draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=2)):
        after = edit(draw, after)
    kept = (INTERNET, ON_PREMISES, *before.balancers, *before.client_vpns, *before.services)
    hosts = [id_ for id_ in after.endpoints if id_ not in kept]
    gone = draw(st.sets(st.sampled_from(hosts), max_size=2)) if hosts else set()
    left = {id_: end for id_, end in after.endpoints.items() if id_ not in gone}
    return before, replace(after, endpoints=left)
