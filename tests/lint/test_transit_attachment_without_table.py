"""transit-attachment-without-table, case by case."""

from __future__ import annotations

import pytest

from tests.engine.networks import attachment, link, network, subnet
from tests.lint.found import at
from tfreach.topology.network import Attachment, TransitGateway, Tri

ID = "transit-attachment-without-table"


@pytest.mark.parametrize(
    ("made", "gateway", "fires"),
    [
        pytest.param(attachment("one", "vpc", "a"), TransitGateway("tgw"), True, id="none"),
        pytest.param(attachment("one", "vpc", "a", "t"), TransitGateway("tgw"), False, id="one"),
        pytest.param(
            attachment("one", "vpc", "a", link("?")), TransitGateway("tgw"), False, id="who-knows"
        ),
        pytest.param(
            attachment("one", "vpc", "a", active=Tri.NO),
            TransitGateway("tgw"),
            False,
            id="inactive",
        ),
        pytest.param(
            attachment("one", "vpc", "a"), TransitGateway("tgw", "of elsewhere"), False, id="apart"
        ),
        pytest.param(
            attachment("one", "vpc", "a", gateway=link("tgw", "?")),
            TransitGateway("tgw"),
            False,
            id="which-gateway",
        ),
    ],
)
def test_cases(made: Attachment, gateway: TransitGateway, fires: bool) -> None:
    assert at(ID, network(subnet("a", "10.0.0.0/24"), gateway, made)) == (["one"] if fires else [])
