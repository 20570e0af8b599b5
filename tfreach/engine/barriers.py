"""A packet between a subnet and the Internet in; whether Block Public Access stops it, out."""

from __future__ import annotations

from tfreach.engine.explain import Step
from tfreach.engine.verdicts import Disposition, Hop
from tfreach.engine.walk import Way
from tfreach.topology.network import Network, Tri

INWARD, OUTWARD, BY_NAT, BY_EIGW = "inward", "outward", "by_nat", "by_eigw"
KIND = "block_public_access"
CODE = "VPC_BLOCK_PUBLIC_ACCESS_ENABLED"
WORDS = {
    INWARD: "connections from the Internet into {}",
    OUTWARD: "connections from {} to the Internet",
    BY_NAT: "what a NAT gateway in {} sends to the Internet",
    BY_EIGW: "what {} sends to the Internet by an egress-only gateway",
}


def past_barrier(network: Network, way: Way, subnet: str, kind: str) -> Way:
    """Block Public Access judges a connection when it is opened, at the internet gateway, by the
    subnet of the interface or NAT gateway that has the public address (F59).

    kind   INWARD | OUTWARD | BY_NAT | BY_EIGW, which it treats as a NAT gateway
    """
    barrier = network.barriers.get(subnet)
    if barrier is None:
        return way
    stops: Tri = getattr(barrier, BY_NAT if kind == BY_EIGW else kind)
    what = WORDS[kind].format(subnet)
    direction = "ingress" if kind == INWARD else "egress"
    end = Disposition.DENIED_IN if kind == INWARD else Disposition.DENIED_OUT
    ties = barrier.origins
    if stops is Tri.YES:
        text = f"Block Public Access stops {what}"
        hop = Hop(barrier.id, KIND, "drop", text, origins=ties, codes=(CODE,))
        fix = f"exclude {subnet} from Block Public Access, or switch it off"
        return way.take(Step(hop, Tri.NO, direction, end, fix))
    codes = (CODE,) if stops is Tri.MAYBE else ()
    text = f"Block Public Access {'may stop' if codes else 'lets through'} {what}"
    unknown = barrier.why if codes else ""
    hop = Hop(barrier.id, KIND, "permit", text, origins=ties, codes=codes, unknown=unknown)
    return way.take(Step(hop, Tri.MAYBE if codes else Tri.YES, direction))
