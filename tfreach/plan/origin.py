"""Where something in the answer came from: plain data that every room passes on untouched."""

from __future__ import annotations

from tfreach.records import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """Where in the source: a file as the user names it, and a line from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Origin:
    """What brought a rule, route or attachment about.

    address    Terraform address; for what AWS adds unasked the owner's, with the role in brackets:
               `aws_vpc.main (main route table)`
    text       what stands there, in a person's words: `permits tcp/22 from 0.0.0.0/0`
    """

    address: str
    text: str = ""
    location: Location | None = None


NO_ORIGIN = Origin("")
"""For what no resource brought about."""
