"""Old network, new network with other names in it; which things are the same things, out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.diff.scenes import (
    ANY,
    BASE,
    DB,
    JOB,
    PRIVATE,
    PUBLIC,
    RT_PRIVATE,
    SG_WEB,
    WEB,
    compared,
    drop,
    edited,
    instance,
    put,
    route,
    table,
)
from tfreach.diff.changes import Planned
from tfreach.diff.witness import Renames
from tfreach.space.headers import prefix
from tfreach.topology.network import Blackhole, Endpoint, Network, Site


def renamed(network: Network, old: str, new: str) -> Network:
    end = network.endpoints[old]
    interface = replace(end.interfaces[0], id=new)
    moved = replace(end, id=new, address=new, interfaces=(interface,), previous_id=old)
    return edited(network, drop("endpoints", old), put("endpoints", moved))


def test_a_moved_endpoint_is_the_same_endpoint() -> None:
    after = renamed(BASE, DB, "module.data.aws_instance.db[0]")
    found = compared(BASE, after)
    assert (found.changes, found.added, found.removed) == ((), (), ())


def test_two_endpoints_that_swap_names() -> None:
    end = {name: BASE.endpoints[name] for name in (WEB, DB)}
    swapped = [
        replace(end[DB], id=WEB, previous_id=DB),
        replace(end[WEB], id=DB, previous_id=WEB),
    ]
    found = compared(BASE, edited(BASE, put("endpoints", *swapped)))
    assert (found.changes, found.added, found.removed) == ((), (), ())


def test_an_endpoint_is_matched_by_cloud_id_within_its_kind() -> None:
    def named(id_: str, kind: str) -> Endpoint:
        end = BASE.endpoints[DB]
        return replace(end, id=id_, kind=kind, cloud_id="i-1")

    before = edited(BASE, drop("endpoints", DB), put("endpoints", named("a", "instance")))
    same = edited(BASE, drop("endpoints", DB), put("endpoints", named("b", "instance")))
    other = edited(BASE, drop("endpoints", DB), put("endpoints", named("b", "db_instance")))
    assert compared(before, same).changes == ()
    assert (compared(before, other).added, compared(before, other).removed) == (("b",), ("a",))


def test_a_moved_subnet_changes_nothing() -> None:
    """Its id stands in the limits of a partial verdict: the job works from one subnet of two."""

    def network(public: str) -> Network:
        job = instance(JOB, PUBLIC, "10.0.1.50", SG_WEB, public=True)
        sites = (Site(public, prefix("10.0.1.50")), Site(PRIVATE, prefix("10.0.2.50")))
        job = replace(job, interfaces=(replace(job.interfaces[0], sites=sites),))
        dead = table(RT_PRIVATE, route(ANY, Blackhole("gone"), "r", "x"))
        moved = replace(BASE.subnets[PUBLIC], id=public)
        names = drop("subnets", PUBLIC), drop("endpoints", DB, WEB)
        return edited(
            BASE, *names, put("endpoints", job), put("tables", dead), put("subnets", moved)
        )

    new = "module.net.aws_subnet.public"
    before, after = network(PUBLIC), network(new)
    assert compared(before, after, {new: Planned(new, ("no-op",), PUBLIC)}).changes == ()
    (change,) = (c for c in compared(before, after).changes if c.source == JOB)
    assert [item.subnets for item in (*change.before, *change.after)] == [(PUBLIC,), (new,)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aws_subnet.a", "aws_subnet.b"),
        ("aws_subnet.b", "aws_subnet.c[0]"),
        ("the table of aws_subnet.a (main) is not known", "the table of aws_subnet.b (main) is not"
         " known"),
        ("aws_subnet.ab", "aws_subnet.ab"),
        ("aws_subnet.a[0]", "aws_subnet.a[0]"),
        ("module.x.aws_subnet.a", "module.x.aws_subnet.a"),
    ],
)  # fmt: skip
def test_renames(text: str, expected: str) -> None:
    moved = [
        Planned("aws_subnet.b", (), "aws_subnet.a"),
        Planned("aws_subnet.c[0]", (), "aws_subnet.b"),
    ]
    assert Renames.of({p.address: p for p in moved}).text(text) == expected
