"""What `check` does: from its options to its exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tfreach.cli.answers import basis_of, load_plan, send
from tfreach.cli.guard import DONE, FINDINGS, say
from tfreach.cli.inputs import options
from tfreach.cli.outputs import places
from tfreach.cli.progress import Progress
from tfreach.diff.undone import Replays
from tfreach.errors import UsageError
from tfreach.pipeline import Analysis
from tfreach.policy.checks import check as judge
from tfreach.policy.document import read_policy
from tfreach.policy.mistakes import where as where_is
from tfreach.policy.ready import BUILTIN, ready
from tfreach.policy.remarks import read_remarks
from tfreach.policy.results import unused
from tfreach.policy.rules import Policy
from tfreach.policy.scene import Scene
from tfreach.policy.waivers import Remark
from tfreach.report.found import CheckFound


def check(**given: Any) -> int:
    where = places("check", given["formats"], given["out"])
    judging = options(given["client_ports"])
    today = day(given["today"])
    policy = policy_of(given["policy"])
    analysis = load_plan(given, where)
    scene = Scene(
        analysis.before,
        analysis.after,
        analysis.planned,
        judging,
        today,
        totals=given["judge_all"],
        lenient=given["allow_empty"],
        replays=Replays(analysis.undo, judging) if analysis.undo else None,
        drift=analysis.drift,
    )
    names = [name for name, _ in policy.rules()]
    with Progress("checking", quiet=given["quiet"]):
        results = judge(policy, scene, source_remarks(analysis, names, given, _of_no_lint))
    for one in unused(policy.waivers, results):
        needless = f"this waiver is not needed, nothing that it means breaks {one.rule!r}"
        _note(f"{where_is(one.location)}: {needless}", given)
    basis = basis_of(given, analysis, _state(analysis))
    found = CheckFound(basis, analysis.before, analysis.after, results, not scene.alone)
    send("check", found, where, given)
    fails = any(one.fails for one in results)
    return FINDINGS if fails and not given["exit_zero"] else DONE


def _of_no_lint(rule: str) -> bool:
    from tfreach.lint.run import named

    return not named(rule)


def _state(analysis: Analysis) -> str:
    return "current" if analysis.kind == "state" else ""


def _note(text: str, given: Mapping[str, Any]) -> None:
    if not given["quiet"]:
        say(f"note: {text}")


def source_remarks(
    analysis: Analysis,
    rules: Sequence[str],
    given: Mapping[str, Any],
    mine: Callable[[str], bool],
) -> list[Remark]:
    """The waivers of these rules that stand in the source. Raises UsageError.

    mine   whether a remark that says this is for the command that asks
    """
    if analysis.given is None:
        return []
    from tfreach.plan.remarks import remarks

    written = [one for one in remarks(analysis.given) if mine(one.rule)]
    found, others = read_remarks(written, rules)
    for text in others:
        _note(text, given)
    return found


def policy_of(names: Sequence[str]) -> Policy:
    """The policy that files, and those that the package ships, say together. Raises UsageError."""
    shipped = ready(name for name in names if name.startswith(BUILTIN))
    own = [(name, _read(name)) for name in names if not name.startswith(BUILTIN)]
    return read_policy([*own, *shipped], lenient=[name for name, _ in shipped])


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", where=name) from error


def day(text: str | None) -> date:
    """The day on which waivers are judged. Raises UsageError."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--today {text}: {error}", hint="as in 2027-03-31") from error
