"""A Client VPN endpoint in; where its clients get by each of its subnets, out.

The fast counterpart of engine/clients.py; the two share the model and nothing else.
"""

from __future__ import annotations

from tfreach.engine.junctions import EVERYTHING, gate
from tfreach.space.bounds import NOTHING, Bounds
from tfreach.space.intervals import IntervalSet
from tfreach.topology.clients import ClientVpn
from tfreach.topology.network import Network, Tri


class Client:
    """What one Client VPN endpoint lets pass."""

    def __init__(self, network: Network, vpn: ClientVpn) -> None:
        self._network = network
        self._vpn = vpn

    @property
    def cuts(self) -> list[IntervalSet]:
        """The addresses that it treats apart."""
        routes = [one for found in self._vpn.routes.values() for one in found]
        blocks = [vpc.cidrs for vpc in self._network.vpcs.values()]
        return [*(one.addresses for one in (*self._vpn.rules, *routes)), *blocks]

    def passes(self, subnet: str, d: int) -> Bounds:
        """Everything, nothing, or not known: to address d, come in by a subnet."""
        authorized = self._authorized(d)
        return authorized & self._routed(subnet, d) if authorized.may else NOTHING

    def _authorized(self, d: int) -> Bounds:
        best, everyone, doubt = -1, False, ""
        for rule in self._vpn.rules:
            if d not in rule.addresses:
                continue
            if rule.unknown:
                doubt = rule.unknown
            elif rule.length >= best:
                everyone = (everyone and rule.length == best) or rule.everyone is Tri.YES
                best = rule.length
        if doubt or (best >= 0 and not everyone):
            return gate(Tri.MAYBE, doubt or "only clients of an access group pass")
        return EVERYTHING if best >= 0 else NOTHING

    def _routed(self, subnet: str, d: int) -> Bounds:
        vpc = self._network.vpcs[self._network.subnets[subnet].vpc]
        doubts = [vpc.unknown] if d in vpc.cidrs else []
        doubts += [one.unknown for one in self._vpn.routes.get(subnet, ()) if d in one.addresses]
        if not doubts:
            return NOTHING
        return EVERYTHING if "" in doubts else gate(Tri.MAYBE, doubts[0])
