"""Where something in the answer came from: plain data that every room passes on untouched."""

from __future__ import annotations

from dataclasses import field

from tfreach.records import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """Where in the source: a file as the user names it, and a line from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A `module` block that leads to a resource: the address of what it makes, and where it stands,
    or what it passes to it where just one argument counts."""

    module: str
    location: Location


@dataclass(frozen=True, slots=True)
class Written:
    """Where something is written, and the calls that lead to that module, from the root."""

    location: Location
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """What brought a rule, route or attachment about.

    address    Terraform address; for what AWS adds unasked the owner's, with the role in brackets:
               `aws_vpc.main (main route table)`
    text       what stands there, in a person's words: `permits tcp/22 from 0.0.0.0/0`
    part       the nested block of the resource, as its values have it: `ingress[2]`; "" for none
    """

    address: str
    text: str = ""
    location: Location | None = None
    part: str = field(default="", compare=False)


NO_ORIGIN = Origin("")
"""For what no resource brought about."""
