"""What a lint says of itself, and what it finds: plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from tfreach.lint.view import View
from tfreach.policy.rules import Waiver
from tfreach.records import dataclass
from tfreach.topology.network import Location

ERROR: Final = "error"
WARNING: Final = "warning"
INFO: Final = "info"
SEVERITIES: Final = (ERROR, WARNING, INFO)
"""error: it cannot do what it is there for; warning: it does less than it says, or other things;
info: it does nothing, or it may be meant to be so."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a lint sees at one resource.

    address  of the resource to mend; of what AWS adds unasked with its role in brackets
    what     one sentence, with the values
    key      what tells it from others of this lint at this address, alike on both sides
    also     addresses of other resources that have a part in it
    part     the nested block that it is about (Origin.part); "" for all of the resource
    """

    address: str
    what: str
    key: str = ""
    also: tuple[str, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True)
class Unsure:
    """What a lint cannot judge, and why: the plan leaves open what it depends on."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class Lint:
    """id        kebab-case; it names the file, and is what remarks and --only say
    severity  `error`, `warning` or `info`
    summary   one sentence: what is wrong
    why       what follows from it
    fix       what to do
    facts     numbers of the facts of AWS that it rests on (docs/model.md)
    wrong     HCL in which it finds something
    right     the same, mended
    look      finds it in one network; silent where something that matters is not known
    """

    id: str
    severity: str
    summary: str
    why: str
    fix: str
    facts: tuple[str, ...]
    wrong: str
    right: str
    look: Callable[[View], Iterable[Found | Unsure]]


@dataclass(frozen=True, slots=True)
class Related:
    """Another resource that has a part in a finding, and where its block stands."""

    address: str
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a lint found in the snapshot that is judged.

    address   Terraform address of the resource to mend
    what      one sentence, with the values
    key       with the lint and the address what it is known by, in any run
    location  of the block of that resource, or of the one in it that it is about; None where the
              source is not given, or lacks it
    new       it is not in the current snapshot
    waiver, expired  what waives it, and what would if it had not expired
    """

    lint: Lint
    address: str
    what: str
    key: str
    location: Location | None = None
    new: bool = False
    also: tuple[Related, ...] = ()
    waiver: Waiver | None = None
    expired: tuple[Waiver, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is something to report: nothing waives it."""
        return self.waiver is None


@dataclass(frozen=True, slots=True)
class Undecided:
    """What a lint could not judge in the snapshot that is judged."""

    lint: Lint
    address: str
    why: str


@dataclass(frozen=True, slots=True)
class Linted:
    """findings   in the order of severity, lint and address
    ran        ids of the lints that looked
    """

    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...]
    ran: tuple[str, ...]
