"""A set and all that may tell two of its members apart in; one member of each piece, out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tfreach.space.headers import SHOWN_HOSTS, example
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Rule


def representatives(
    found: IntervalSet,
    cuts: Iterable[IntervalSet],
    every: bool = False,
    any_of: Sequence[Sequence[IntervalSet]] = (),
) -> list[int]:
    """One member of each piece that no set of `cuts` divides; or every member.

    any_of   lists of sets, of each of which it matters only whether a number is in one of them: a
             group permits by whichever of its rules (F1). The member is of the first of the pieces
             that these sets make of one
    """
    if every:
        return list(found.members())
    unions = [IntervalSet.of(span for one in sets for span in one.spans) for sets in any_of]
    pieces = found.cut(dict.fromkeys((*cuts, *unions)))
    fine = dict.fromkeys(one for sets in any_of for one in sets)
    return [example(_first_of(piece, fine)) for piece in pieces]


def _first_of(piece: IntervalSet, cuts: Iterable[IntervalSet]) -> IntervalSet:
    """What `cuts` leave of a piece around its first member, of those that may be shown."""
    found = piece & IntervalSet.of((one, one) for one in (piece.first, *SHOWN_HOSTS))
    for one in cuts:
        found = found & one if found.first in one else found - one
    return found


def is_plain(rule: Rule) -> bool:
    """Whether a rule matches the addresses that it names, and no others."""
    return not (rule.group or rule.unknown or rule.aws_service)
