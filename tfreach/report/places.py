"""What is found in, with what lies where; the file and line to point at in the repository, out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from tfreach.diff.changes import Cause
from tfreach.policy.ready import BUILTIN
from tfreach.policy.results import Result
from tfreach.policy.rules import Waiver
from tfreach.records import dataclass
from tfreach.report.found import Files
from tfreach.report.words import clean
from tfreach.topology.network import Location

SOURCE = (".tf", ".tf.json", ".tofu", ".tofu.json")

DOWNLOADED = ".terraform/modules/"


@dataclass(frozen=True, slots=True)
class Spot:
    """A file as the repository has it, `/` between names, and a line from 1."""

    file: str
    line: int = 1

    def __str__(self) -> str:
        return f"{clean(self.file)}:{self.line}"


def in_source(location: Location, files: Files) -> Spot:
    return Spot(_joined(files.source, location.file), location.line)


def as_given(location: Location, files: Files) -> Spot | None:
    """Of a policy or a waiver; None for what the package ships."""
    if location.file.startswith(BUILTIN):
        return None
    return Spot(_joined(files.here, location.file), location.line)


def of_plan(files: Files) -> Spot:
    """Where there is nothing better: the first line of the plan."""
    return Spot(_joined(files.here, files.plan))


def of_causes(causes: Iterable[Cause], files: Files) -> list[Spot]:
    found = map(_own, causes)
    return [in_source(location, files) for location in found if location]


def _own(cause: Cause) -> Location | None:
    """Where it stands; of what stands in a module that was downloaded, the call of that: the
    repository has no other line of it."""
    places = [cause.location, *(call.location for call in reversed(cause.calls))]
    there = [one for one in places if one]
    own = [one for one in there if DOWNLOADED not in one.file]
    return next(iter(own or there), None)


def of_change(causes: Iterable[Cause], files: Files) -> Spot:
    """Its first cause that is known to stand somewhere, else the plan."""
    return next(iter(of_causes(causes, files)), of_plan(files))


def of_result(result: Result, files: Files) -> Spot:
    """Its first cause that is known to stand somewhere, else its rule, else the plan."""
    found = of_causes(result.causes, files)
    return next(iter(found), as_given(result.location, files) or of_plan(files))


def of_waiver(waiver: Waiver, files: Files) -> Spot | None:
    return (in_source if in_code(waiver) else as_given)(waiver.location, files)


def in_code(waiver: Waiver) -> bool:
    """Whether it is a comment in the source; else it stands in a policy."""
    return waiver.location.file.endswith(SOURCE)


def _joined(folder: str, file: str) -> str:
    return posixpath.normpath(posixpath.join(folder, file))
