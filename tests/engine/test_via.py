"""Through load balancers: the sets of engine/via.py against a slow composition, written straight.

A member is one address of the client, one of each node and one of the target, one port of the
client and one of the load balancer; each is walked by engine/via_trace.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.balancers import LINK, balanced
from tests.engine.balances import balancer, targets
from tests.engine.edits import EDITS
from tests.engine.networks import OPEN, acl, aws_service, group, host, peering, subnet
from tests.engine.strategies import OPTIONS, different_ports, different_services, plain_networks
from tests.engine.test_reach_against_trace import SOME, many
from tests.engine.tiers import tiers
from tfreach.engine.explain import services_words
from tfreach.engine.judge import PREFERENCE, verdict_of
from tfreach.engine.nodes import Spot, is_no_member
from tfreach.engine.reach import survey_through
from tfreach.engine.trace import overall
from tfreach.engine.verdicts import NAT_PORTS, FlowSet, Through, Verdict
from tfreach.engine.via_members import walk
from tfreach.engine.via_trace import Members, trace_line
from tfreach.engine.walk import Place
from tfreach.space.headers import ALL_OF, TCP, Family, Flow, protocol_of, service, services
from tfreach.space.intervals import IntervalSet
from tfreach.topology.families import faces
from tfreach.topology.lines import Line, lines
from tfreach.topology.network import (
    INTERNET,
    ON_PREMISES,
    Interface,
    Network,
    Site,
    Tri,
    beyond,
)

Answer = tuple[Tri, Tri]
Sites = tuple[Site | None, ...]


def slow(
    network: Network, source: str, made: Sequence[Line], number: int, family: Family
) -> Verdict:
    """The best of all interfaces and lines."""
    found = [
        answer
        for line in made
        if number in line.services and line.takes(family)
        for face in faces(network, network.endpoints[source], family)
        for stops in chains(network, line, family)
        for answer in [agreed(network, source, face, line, stops, number, family)]
    ]
    return min(found, key=PREFERENCE.index, default=Verdict.UNREACHABLE)


def chains(network: Network, line: Line, family: Family) -> Iterator[tuple[Interface, ...]]:
    """The interfaces of each stop that take part, as they are."""
    spoken = [family, *(step.group.family for step in line.steps)]
    ends = [network.endpoints[id_] for id_ in (*line.via, line.destination)]
    target = line.steps[-1].target
    choices = []
    for at, end in enumerate(ends):
        sides = spoken[at], spoken[min(at + 1, len(line.steps))]
        ids = [{one.id for one in faces(network, end, side) if one} for side in sides]
        taking = [face for face in end.interfaces if face.id in ids[0] & ids[1]]
        if at == len(line.steps):
            taking = [face for face in taking if meant(target.addresses, target.interface, face)]
        choices.append(taking)
    return product(*choices)


def meant(held: IntervalSet | None, interface: str, face: Interface) -> bool:
    if held is None:
        return interface in ("", face.id)
    return not face.sites or any(held & site.addresses for site in face.sites)


def agreed(
    network: Network,
    source: str,
    face: Interface | None,
    line: Line,
    stops: tuple[Interface, ...],
    number: int,
    family: Family,
) -> Verdict:
    """One verdict where all places that are possible agree."""
    came = [family, *(step.group.family for step in line.steps)]
    comes = [one.of(spoken) for one, spoken in zip(stops, came, strict=True)]
    ends = [one for one in (face, *comes) if one]
    if any(one.down for one in ends):
        return Verdict.UNREACHABLE
    if any(one.unknown and not one.sites for one in ends):
        return Verdict.UNDETERMINED
    found = {
        quantified(network, source, line, stops, chosen, number, family)
        for chosen in product(*(choices(one) for one in (face, *comes)))
    }
    return found.pop() if len(found) == 1 else Verdict.UNDETERMINED


def choices(face: Interface | None) -> list[Sites]:
    if face is None:
        return [(None,)]
    return [face.sites] if not face.unknown else [(site,) for site in face.sites]


def quantified(
    network: Network,
    source: str,
    line: Line,
    stops: tuple[Interface, ...],
    chosen: Sequence[Sites],
    number: int,
    family: Family,
) -> Verdict:
    answers: list[Answer] = []
    for sites in product(*chosen):
        if not skipped(network, line, stops, chosen, sites):
            answers += members(network, source, line, stops, sites, number, family)
    verdict = verdict_of(answers)
    doubt = any(site and site.unknown for sites in chosen for site in sites)
    everywhere = all(delivered is Tri.YES for delivered, _ in answers)
    if doubt and (verdict is Verdict.PARTIAL or (verdict is Verdict.ONE_WAY and not everywhere)):
        return Verdict.UNDETERMINED
    return verdict


def skipped(
    network: Network,
    line: Line,
    stops: tuple[Interface, ...],
    chosen: Sequence[Sites],
    sites: Sites,
) -> bool:
    """Whether a node on the line is one that others stand in for."""
    ids = (*line.via, line.destination)
    for at, id_ in enumerate(line.via):
        node, there = sites[at + 1], sites[at + 2]
        if node is None or there is None or not there.addresses:
            continue
        nodes = [network.subnets[one.subnet] for one in chosen[at + 1] if one]
        to = Spot(network.endpoints[ids[at + 1]], stops[at + 1], network.subnets[there.subnet])
        if is_no_member(network, id_, nodes, network.subnets[node.subnet], to):
            return True
    return False


def members(
    network: Network,
    source: str,
    line: Line,
    stops: tuple[Interface, ...],
    sites: Sites,
    number: int,
    family: Family,
) -> Iterator[Answer]:
    ids = (*line.via, line.destination)
    first = sites[0]
    faces_ = {face.id: face for face in network.endpoints[source].interfaces}
    client = (
        Place(source) if first is None else Place(source, next(iter(faces_.values())), first.subnet)
    )
    far = beyond(network, source) or IntervalSet()
    held = far & ALL_OF[family] if first is None else first.addresses
    places = [client, *(Place(id_, stop, site.subnet) for id_, stop, site
                        in zip(ids, stops, sites[1:], strict=True) if site)]  # fmt: skip
    arriving = [site.addresses for site in sites[1:] if site]
    leaving = [
        addresses_at(stop.of(step.group.family), place.subnet)
        for stop, step, place in zip(stops, line.steps, places[1:], strict=False)
    ]
    if not all((held, *arriving, *leaving)):
        yield Tri.NO, Tri.NO
        return
    came = [family, *(step.group.family for step in line.steps)]
    own = different_ports(network, NAT_PORTS)
    asked = [representatives(network, step.sends, number) for step in line.steps]
    for src, arrives in product(held.members(), product(*(one.members() for one in arriving))):
        nodes = [
            [arrives[at]] if came[at] is came[at + 1] else list(leaving[at].members())
            for at in range(len(line.steps))
        ]
        for leaves, port in product(product(*nodes), OPTIONS.client_ports.members()):
            flow = Flow(src, arrives[0], number, port)
            for own_port in own:
                found = [
                    answered(network, flow, line, Members(places, arrives, leaves, sent, own_port))
                    for sent in product(*asked)
                ]
                if found:
                    yield one_of_ports(found)


def addresses_at(face: Interface, subnet: str) -> IntervalSet:
    return next((one.addresses for one in face.sites if one.subnet == subnet), IntervalSet())


def answered(network: Network, flow: Flow, line: Line, asked: Members) -> Answer:
    return overall(trace_line(network, flow, line, asked, OPTIONS))


def one_of_ports(found: Sequence[Answer]) -> Answer:
    """A port that is not known is one of several."""
    pairs = list(zip(*found, strict=True))
    return tuple(  # type: ignore[return-value]
        answers[0] if len(set(answers)) == 1 else Tri.MAYBE for answers in pairs
    )


def representatives(network: Network, sends: IntervalSet, number: int) -> list[int]:
    """Of the services that are sent instead of `number`, one of each piece."""
    same = sends & services(protocol_of(number))
    return [one for one in different_services(network) if one in same]


@st.composite
def behind(draw: st.DrawFn) -> Network:
    network = draw(balanced(draw(plain_networks())))
    for edit in draw(st.lists(st.sampled_from(EDITS), max_size=4)):
        network = edit(draw, network)
    return network


def clients(network: Network, to: str) -> list[str]:
    """Who may ask for what is behind a load balancer, and has one interface or is far away."""
    found = []
    for id_, end in network.endpoints.items():
        if id_ in (to, *network.balancers) or end.kind == "service" or end.outside or end.outbound:
            continue
        if id_ in (INTERNET, ON_PREMISES) or len(end.interfaces) == 1:
            found.append(id_)
    return found


@many
@given(behind(), st.data())
def test_what_goes_through_agrees_with_every_member(network: Network, data: st.DataObject) -> None:
    """Of some clients of each network: to walk every member of all takes many seconds."""
    made = lines(network)
    agrees(network, [(one, to, via) for to, via in made for one in clients(network, to)], data)


@many
@given(behind(), st.data())
def test_what_comes_by_private_link_agrees_with_every_member(
    network: Network, data: st.DataObject
) -> None:
    made = [(to, via) for to, via in lines(network) if LINK in via]
    agrees(network, [(one, to, via) for to, via in made for one in clients(network, to)], data)


def agrees(network: Network, cases: Sequence[Through], data: st.DataObject) -> None:
    found, made = survey_through(network, OPTIONS), lines(network)
    if not cases:
        return
    some = data.draw(st.lists(st.sampled_from(cases), min_size=1, max_size=SOME, unique=True))
    for (source, to, via), family in product(some, Family):
        flows = found.get((source, to, via), ())
        for number in different_services(network):
            expected = slow(network, source, made[to, via], number, family)
            assert verdict(flows, number, family) is expected, (source, to, via, number, family)


def verdict(flows: Sequence[FlowSet], number: int, family: Family) -> Verdict:
    fitting = [one.verdict for one in flows if number in one.services and one.family is family]
    return fitting[0] if fitting else Verdict.UNREACHABLE


LB = group("lb", *OPEN)


def front(*parts: object, keeps: Tri = Tri.NO, kind: str = "network") -> Network:
    """A load balancer in subnet a that takes tcp/443 and sends it to db in subnet b on 8080."""
    made = balancer("lb", {"a": "10.0.0.20"}, "tcp/443 > app", groups=("lb",),
                    public="198.51.100.8", kind=kind)  # fmt: skip
    app = targets("app", "db tcp/8080", keeps=keeps)
    return tiers(LB, made, app, *parts)


def through(net: Network, source: str, to: str = "db", via: tuple[str, ...] = ("lb",)) -> str:
    flows = survey_through(net).get((source, to, via), ())
    return " ".join(f"{services_words(one.services)} {one.verdict.value}" for one in flows)


def test_f77_what_goes_through_is_two_connections() -> None:
    assert through(front(), INTERNET) == "tcp/443 reachable"
    assert through(front(group("db", "in tcp/8080 from group:lb")), INTERNET) == "tcp/443 reachable"
    assert through(front(group("lb", OPEN[1])), INTERNET) == ""
    assert through(front(group("db", "in any from group:web")), "web") == ""


def test_f77_a_network_acl_that_eats_the_second_reply_is_one_way() -> None:
    shut = acl("shut", "in 10 permit any from 0.0.0.0/0")
    assert through(front(shut, subnet("b", "10.0.1.0/24", acl="shut")), "web") == "tcp/443 one-way"


def test_f77_replies_to_some_ports_of_the_load_balancer_only_are_partial() -> None:
    some = acl(
        "some", "in 10 permit any from 0.0.0.0/0", "out 10 permit tcp/1024-2000 to 0.0.0.0/0"
    )
    found = front(some, subnet("b", "10.0.1.0/24", acl="some"))
    assert through(found, "web") == "tcp/443 partial"


def test_f81_a_rule_that_names_the_load_balancer_s_group_accepts_kept_addresses() -> None:
    named = group("db", "in tcp/8080 from group:lb")
    assert through(front(named, keeps=Tri.YES), INTERNET) == "tcp/443 reachable"
    client = group("db", "in tcp/8080 from group:web")
    assert through(front(client, keeps=Tri.YES), "web") == ""


def test_f81_without_one_the_target_has_to_admit_the_client() -> None:
    node = group("db", "in tcp/8080 from 10.0.0.20/32")
    assert through(front(node), INTERNET) == "tcp/443 reachable"
    assert through(front(node, keeps=Tri.YES), INTERNET) == ""
    client = group("db", "in tcp/8080 from 203.0.113.0/24")
    assert through(front(client, keeps=Tri.YES), INTERNET) == "tcp/443 partial"
    assert through(front(client), INTERNET) == ""
    assert through(front(client, keeps=Tri.MAYBE), INTERNET) == "tcp/443 undetermined"


def test_f32_the_acl_of_the_target_s_subnet_sees_a_client_s_address_that_is_kept() -> None:
    shut = acl("inner", "in 10 permit any from 10.0.0.0/8", "out 10 permit any to 10.0.0.0/8")
    parts = (shut, subnet("b", "10.0.1.0/24", acl="inner"))
    assert through(front(*parts), INTERNET) == "tcp/443 reachable"
    assert through(front(*parts, keeps=Tri.YES), INTERNET) == ""


def test_f83_no_address_is_kept_between_families_and_not_known_beyond_the_vpc() -> None:
    app = targets("app", "other tcp/8080", keeps=Tri.YES)
    parts = (app, peering(), subnet("a", "10.0.0.0/24", "0.0.0.0/0 igw", "10.1.0.0/16 pcx"))
    found = front(*parts, subnet("d", "10.1.0.0/24", "10.0.0.0/16 pcx", vpc="vpc-2"))
    assert through(found, "web", "other") == "tcp/443 undetermined"
    sixth = targets("app", "db tcp/8080", keeps=Tri.YES, family=Family.IPV6)
    assert through(front(sixth), INTERNET) == ""


def test_f80_without_a_group_all_clients_reach_the_listeners() -> None:
    bare = balancer("lb", {"a": "10.0.0.20"}, "tcp/443 > app", groups=("none",),
                    public="198.51.100.8", kind="network")  # fmt: skip
    found = front(bare, group("none", *OPEN))
    assert through(found, INTERNET) == "tcp/443 reachable"


def test_f85_a_network_load_balancer_before_an_application_one_is_three_connections() -> None:
    inner = balancer("alb", {"b": "10.0.1.20"}, "tcp/80 > app", groups=("lb",))
    outer = balancer("lb", {"a": "10.0.0.20"}, "tcp/443 > inner", groups=("lb",),
                     public="198.51.100.8", kind="network")  # fmt: skip
    found = front(outer, inner, targets("inner", "alb tcp/80", keeps=Tri.YES))
    assert through(found, INTERNET, "alb") == "tcp/443 reachable"
    assert through(found, INTERNET, "db", ("lb", "alb")) == "tcp/443 reachable"
    astray = front(outer, inner, targets("inner", "alb tcp/81"))
    assert through(astray, INTERNET, "db", ("lb", "alb")) == ""


def test_the_way_through_names_the_port_of_the_load_balancer() -> None:
    found = front()
    (line,) = lines(found)["db", ("lb",)]
    walked = next(walk(found, "web", line, service(TCP, 443), OPTIONS))
    (one,) = walked.traces
    hops = [hop for hop in one.forward.hops if hop.kind == "target_group"]
    assert [(hop.component, hop.codes) for hop in hops] == [("app", ("REMAP_EPHEMERAL_PORT",))]
    assert (one.source, one.destination, one.round_trip) == ("web", "db", Tri.YES)


def test_whoever_opens_no_connection_is_no_client() -> None:
    silent = replace(host("far", "10.0.2.5", "c"), outbound="it answers only")
    found = survey_through(front(aws_service("service:s3", "198.51.100.128/25"), silent))
    assert {source for source, _, _ in found} == {INTERNET, "web", "job"}
