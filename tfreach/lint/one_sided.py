"""Trips in; the findings of the lints that speak of connections with no way back, out."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.lint.model import Found
from tfreach.lint.trips import Trip, trips
from tfreach.lint.view import View
from tfreach.lint.words import names
from tfreach.topology.network import ToPeering, ToTransit, Tri


def one_sided(view: View, kind: type[ToPeering] | type[ToTransit]) -> Iterator[Found]:
    """One finding for each connection and two VPCs of which the second sends nothing back.

    What a NAT gateway hands on gets its replies even so (F56), so nothing is said of a VPC in which
    one stands where a route leads by the connection.
    """
    nats = {id_ for nat in view.network.nat_gateways.values() for id_ in nat.subnet.ids}
    nats |= {"?"} if any(nat.subnet.open for nat in view.network.nat_gateways.values()) else set()
    groups: dict[tuple[str, str, str, str], list[Trip]] = {}
    for trip in view.kept(trips):
        if isinstance(trip.way, kind):
            key = trip.by, trip.source.vpc, trip.target.vpc, trip.family.value
            groups.setdefault(key, []).append(trip)
    for (by, one, other, family), group in sorted(groups.items()):
        tables = {subnet.table for subnet in view.subnets if subnet.id in nats}
        translated = "?" in nats or any(trip.source.table in tables for trip in group)
        if not translated and all(trip.returns is Tri.NO for trip in group):
            sources = names(trip.source.id for trip in group)
            what = (
                f"{one} gets to {other} by {by} (from {sources}), and nothing that {other} sends "
                f"back by {family} gets there"
            )
            backs = (id_ for trip in group for id_ in trip.target.table.ids)
            yield Found(by, what, f"{one} {other} {family}", (one, other, *backs))
