"""An endpoint in; where it may be, and the filters and tables that judge what passes there, out."""

from __future__ import annotations

from collections.abc import Sequence

from tfreach.engine.clients import clients_cuts
from tfreach.engine.judge import NOWHERE
from tfreach.engine.surroundings import touched
from tfreach.engine.walk import Place
from tfreach.records import dataclass
from tfreach.space.headers import (
    ALL_OF,
    Family,
    ports_of,
    protocol_of,
)
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.doors import firewall_cuts
from tfreach.topology.families import faces
from tfreach.topology.network import (
    Network,
    beyond,
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one end of a flow may be, and the addresses it may have there.

    key   what the same place has on the other side: interface (where there are several), subnet
    """

    place: Place
    addresses: IntervalSet
    key: tuple[str, str]


def spots_of(network: Network, id_: str, family: Family) -> list[Spot]:
    """Everywhere an endpoint may be; nowhere when it takes part in nothing that is modelled."""
    end = network.endpoints[id_]
    if not end.interfaces:
        far = beyond(network, id_)
        held = NOWHERE[family] if far is None else far & ALL_OF[family]
        somewhere = held if far is not None else end.outside or end.inbound
        return [Spot(Place(id_), held, ("", ""))] if somewhere else []
    found: list[Spot] = []
    for interface in filter(None, faces(network, end, family)):
        name = interface.id if len(end.interfaces) > 1 else ""
        places = [(site.subnet, site.addresses) for site in interface.sites] or [("", EMPTY)]
        found += [Spot(Place(id_, interface, at), held, (name, at)) for at, held in places]
    return found


class Near:
    """The filters and tables that judge flows between some places.

    addresses   every set of addresses that a rule or route names
    nat         whether a route leads to a NAT gateway, or to a host that may translate
    """

    def __init__(self, network: Network, near: Sequence[Spot]) -> None:
        found = touched(network, [spot.place for spot in near])
        self.nat, self._acl_rules = found.translated, found.acl_rules
        rules = (*(rule for rules in found.group_lists for rule in rules), *found.acl_rules)
        self.addresses = [rule.peers for rule in rules if not rule.group]
        self.addresses += [route.prefix.addresses for route in found.routes]
        aims = [one for group in network.target_groups.values() for one in group.targets]
        self.addresses += [one.addresses for one in aims if one.addresses is not None]
        self.addresses += [one.serves for one in network.vpn_gateways.values()]
        self.addresses += clients_cuts(network)
        self.addresses += firewall_cuts(network.firewalls.values())

    def ports(self, number: int) -> list[IntervalSet]:
        """What network ACLs say of the ports of this service's protocol, for its replies."""
        protocol = protocol_of(number)
        return [ports_of(rule.services, protocol) for rule in self._acl_rules]
