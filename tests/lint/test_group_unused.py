"""group-unused, case by case."""

from __future__ import annotations

import pytest

from tests.lint.found import at, found, unsure
from tests.lint.hcl import planned
from tfreach.lint.lints.group_unused import LINT

GROUP = 'resource "aws_security_group" "app" {\n  vpc_id = aws_vpc.main.id\n}\n'
MINE = "aws_security_group.app.id"


@pytest.mark.parametrize(
    ("more", "fires"),
    [
        pytest.param("", True, id="nothing-is-there"),
        pytest.param(
            f"""
resource "aws_launch_template" "app" {{
  vpc_security_group_ids = [{MINE}]
}}
""",
            False,
            id="a-launch-template-names-it",
        ),
        pytest.param(
            f"""
resource "aws_instance" "app" {{
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = [{MINE}]
}}
""",
            False,
            id="an-instance-carries-it",
        ),
        pytest.param(
            """
resource "aws_instance" "app" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = var.groups
}
""",
            False,
            id="an-instance-carries-nobody-knows-what",
        ),
        pytest.param(
            """
resource "aws_launch_template" "app" {
  vpc_security_group_ids = var.groups
}
""",
            False,
            id="so-does-a-launch-template",
        ),
        pytest.param(
            f"""
resource "aws_network_interface_sg_attachment" "app" {{
  security_group_id    = {MINE}
  network_interface_id = "eni-1"
}}
""",
            False,
            id="an-interface-of-elsewhere",
        ),
        pytest.param(
            """
resource "aws_worklink_fleet" "w" {
  name = "w"
}
""",
            False,
            id="something-that-is-not-modelled",
        ),
    ],
)
def test_cases(more: str, fires: bool) -> None:
    assert at(LINT.id, planned(GROUP + more).after) == (["aws_security_group.app"] if fires else [])


def test_who_may_carry_it_is_said() -> None:
    source = (
        GROUP
        + """
resource "aws_instance" "app" {
  subnet_id              = aws_subnet.private.id
  vpc_security_group_ids = var.groups
}
"""
    )
    (said,) = unsure(LINT.id, planned(source).after)
    assert said.startswith("aws_instance.app: ")


def test_what_names_it_does_not_carry_it() -> None:
    rule = f"""
resource "aws_vpc_security_group_ingress_rule" "r" {{
  security_group_id            = aws_security_group.other.id
  referenced_security_group_id = {MINE}
  ip_protocol                  = "-1"
}}
"""
    both = GROUP + GROUP.replace('"app"', '"other"') + rule
    assert found(LINT.id, planned(both).after) == [
        "aws_security_group.app: nothing here carries aws_security_group.app; rules of "
        "aws_security_group.other name it",
        "aws_security_group.other: nothing here carries aws_security_group.other",
    ]


def test_one_that_is_managed_elsewhere() -> None:
    source = """
resource "aws_vpc_security_group_ingress_rule" "r" {
  security_group_id = "sg-1"
  cidr_ipv4         = "10.0.0.0/8"
  ip_protocol       = "-1"
}
"""
    assert at(LINT.id, planned(source).after) == []
