"""One network in; what lints ask of it again and again, each found once, out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from tfreach.engine.routes import Lookup, Way
from tfreach.engine.verdicts import Options
from tfreach.records import dataclass
from tfreach.topology.network import Endpoint, Interface, Network, OneOf, Subnet


@dataclass(frozen=True, slots=True)
class Face:
    """An interface, and the endpoint that it belongs to."""

    endpoint: Endpoint
    interface: Interface


class View:
    """A network as lints see it.

    options   the client ports that replies must reach
    """

    def __init__(self, network: Network, options: Options) -> None:
        self.network = network
        self.options = options
        self._lookups: dict[OneOf, Lookup] = {}

    @cached_property
    def faces(self) -> tuple[Face, ...]:
        """Every interface of every endpoint, by id of the endpoint."""
        return tuple(
            Face(end, interface)
            for _, end in sorted(self.network.endpoints.items())
            for interface in end.interfaces
        )

    @cached_property
    def in_subnet(self) -> Mapping[str, tuple[Face, ...]]:
        """Subnet -> the interfaces that are there, or may be."""
        found: dict[str, list[Face]] = {}
        for face in self.faces:
            for id_ in dict.fromkeys(site.subnet for site in face.interface.sites):
                found.setdefault(id_, []).append(face)
        return {id_: tuple(held) for id_, held in found.items()}

    @cached_property
    def subnets(self) -> tuple[Subnet, ...]:
        """All of them, by id."""
        return tuple(one for _, one in sorted(self.network.subnets.items()))

    def lookup(self, subnet: Subnet) -> Lookup:
        """What the route table of a subnet says, compiled; one for all subnets that share it."""
        if subnet.table not in self._lookups:
            self._lookups[subnet.table] = Lookup(self.network, subnet.table)
        return self._lookups[subnet.table]

    def ways(self, subnet: Subnet, address: int) -> tuple[Way, ...]:
        """Where a packet from a subnet to an address may go: one way where that is sure."""
        return self.lookup(subnet).at(address).ways
