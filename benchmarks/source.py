"""The estate of estate.py in; what its source adds to the CPU time of commands, and why, out.

The unit is loading the plan: reading the JSON, its changes and its configuration, as every command
does first. A process does only that; the start of Python with the same modules is taken off.
Where that is too short to measure, in the small estate, the unit is `coverage` without source.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

from estate import NETWORKS, SERVICES, write
from run import ROUNDS, TFREACH, Commands, measure, table
from stopwatch import watched

from tfreach import pipeline
from tfreach.plan import cache, complete, source
from tfreach.plan.modules import Source

MANY: Final = (NETWORKS, SERVICES)
FEW: Final = (2, 4)
"""Networks and services of an estate. On the large one `diff` alone takes minutes: whatever hangs
on a link that is one of several is tried with each."""

START: Final = "import tfreach.pipeline as p, tfreach.plan.configuration as c"
LOAD: Final = f"""{START}
import sys
from pathlib import Path
document = p.document.read(Path(sys.argv[1]).read_bytes(), "plan")
p.snapshots(document)
c.read_configuration(document)
"""
LOADING: Final = "loading the plan"
COVERAGE: Final = "tfreach coverage"
STATES: Final = ("empty", "full")
PARTS: Final[Mapping[tuple[ModuleType | type, str], str]] = {
    (pipeline, "_with_source"): "finding blocks and the rest",
    (source, "_tree"): "parsing: python-hcl2",
    (cache, "parse"): "parsing: the rest",
    (cache.Cache, "parse"): "the cache",
    (complete, "evaluated"): "evaluating",
    (complete, "_other_names"): "comparing names",
    (complete, "findings"): "comparing values",
    (complete, "_filled"): "filling in",
}
"""Who is timed, and what his time is called; time spent in one within another is the inner's."""


def sourced(title: str, folder: Path, command: Sequence[str]) -> Commands:
    """A command with the source, its cache empty and full."""
    return {
        f"{title} --config-dir, {state} cache": (
            "env",
            f"TFREACH_CACHE_DIR={folder / state}",
            *command,
            "--config-dir",
            str(folder / "source"),
        )
        for state in STATES
    }


def commands(folder: Path, asked: Sequence[str]) -> Commands:
    """What is measured of an estate, by the name it has in the table; not all is shown in it."""
    plan = str(folder / "plan.json")
    found: Commands = {
        "start": (sys.executable, "-c", START),
        LOADING: (sys.executable, "-c", LOAD, plan),
    }
    for name in ("coverage", "diff"):
        command = (TFREACH, name, plan)
        found |= {f"tfreach {name}": command} if name in asked else {}
        found |= sourced(f"tfreach {name}", folder, command)
    return found


def measured(folder: Path, asked: Sequence[str]) -> dict[str, float]:
    """CPU seconds by what the table calls it: loading the plan alone, and whole commands."""
    found = measure(
        commands(folder, asked), lambda: shutil.rmtree(folder / "empty", ignore_errors=True)
    )
    found[LOADING] -= found.pop("start")
    return found


def added(medians: dict[str, float]) -> str:
    """What --config-dir adds to `coverage`: not all it costs, as it saves a search for links."""
    alone = medians[COVERAGE]
    lines = [
        f"{state} cache: adds {(seconds - alone) / medians[LOADING]:.1f} times loading the plan, "
        f"{(seconds - alone) / alone:.0%} of {COVERAGE}"
        for state in STATES
        if (seconds := medians[f"{COVERAGE} --config-dir, {state} cache"])
    ]
    return "\n".join(lines)


def analysed(folder: Path, home: Path) -> pipeline.Analysis:
    """The plan of an estate, all of it compared with its source; home: where parsed files are."""
    plan = (folder / "plan.json").read_bytes()
    given = Source.of_folder(folder / "source", cache.Cache(home))
    return pipeline.analyse(plan, "plan", given, check_all=True)


def refuse_what_differs(folder: Path) -> None:
    """An estate whose source is not believed everywhere would measure something else."""
    found = analysed(folder, folder / "full")
    open_links = {link.how.value for link in found.links} - {"known", "evaluated"}
    check = found.source
    if check is None or check.disagreements or check.unevaluated or found.warnings or open_links:
        raise SystemExit(f"the plan is not as its source says: {check}, {found.warnings}")


def profile(folder: Path, home: Path) -> dict[str, float]:
    """CPU seconds by part, in this process, of one analysis with its source."""
    with watched(PARTS) as stopwatch:
        analysed(folder, home)
    return dict(stopwatch.seconds)


def shares(title: str, parts: dict[str, float], loading: float) -> str:
    """A line of what takes how much of it, the most first."""
    whole = sum(parts.values())
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    listed = ", ".join(f"{name} {seconds / whole:.0%}" for name, seconds in ordered)
    return f"{title}: {whole / loading:.1f} times loading the plan; of it {listed}"


def profiles(folder: Path, loading: float) -> str:
    """The parts with an empty and with a full cache; the parser is loaded before."""
    before = time.process_time()
    source.parse("", "nothing")
    parser = time.process_time() - before
    rounds: dict[str, list[dict[str, float]]] = {state: [] for state in STATES}
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(dir=folder) as home:
            for state in rounds:
                rounds[state].append(profile(folder, Path(home)))
    lines = [f"loading the parser: {parser / loading:.1f} times loading the plan"]
    for state, found in rounds.items():
        typical = sorted(found, key=lambda parts: sum(parts.values()))[ROUNDS // 2]
        lines.append(shares(f"the source, {state} cache", typical, loading))
    return "\n".join(lines)


def report(
    folder: Path, size: tuple[int, int], asked: Sequence[str], unit: str
) -> dict[str, float]:
    """Make an estate, measure it, print the table."""
    plan, _, lines = write(folder, *size)
    kilobytes = plan.stat().st_size // 1000
    print(f"{sum(size)} modules, {lines} lines of HCL, a plan of {kilobytes} kB")
    found = measured(folder, asked)
    refuse_what_differs(folder)
    print(table(found, unit), end="\n\n")
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        many, few = Path(scratch, "many"), Path(scratch, "few")
        found = report(many, MANY, ("coverage",), LOADING)
        print("what --config-dir adds to coverage, and what all that it does costs:")
        print(added(found))
        print(profiles(many, found[LOADING]), end="\n\n")
        report(few, FEW, ("coverage", "diff"), COVERAGE)


if __name__ == "__main__":
    main()
