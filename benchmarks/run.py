"""Plans in; the CPU time of commands on them, as multiples of `python -c "import click"`, out.

A ratio taken inside one run says the same on a fast and on a slow machine; seconds do not.
Each round runs every command once, so that a busy moment hits all of them alike.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

REPOSITORY: Final = Path(__file__).resolve().parent.parent
PLAN: Final = REPOSITORY / "fixtures" / "public-private" / "change" / "plan.json"
ROUNDS: Final = 5
TFREACH: Final = str(Path(sys.executable).parent / "tfreach")
BASELINE: Final = 'python -c "import click"'

Commands = dict[str, Sequence[str]]


class Used(NamedTuple):
    """What one run took, its own children included.

    seconds   of CPU, user and system
    peak      the most memory at one time, in MB
    """

    seconds: float
    peak: float


def used(command: Sequence[str]) -> Used:
    """Run `command` once.

    Byte code is kept from run to run, as after an installation, whatever this shell says.
    """
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=kept)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"exit code {process.returncode}: {' '.join(command)}")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # bytes there, kilobytes elsewhere
    return Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def name(plan: Path) -> str:
    """Where the plan lies, as seen from the repository if it lies there."""
    return str(plan.relative_to(REPOSITORY) if plan.is_relative_to(REPOSITORY) else plan)


def commands(plans: Sequence[Path]) -> Commands:
    """What is measured, by the name it has in the table; the baseline first."""
    found: Commands = {
        BASELINE: (sys.executable, "-c", "import click"),
        "tfreach --help": (TFREACH, "--help"),
    }
    for plan in plans:
        found[f"tfreach diff {name(plan)}"] = (TFREACH, "diff", str(plan))
    return found


def medians(
    measured: Commands, before: Callable[[], None] = lambda: None, rounds: int = ROUNDS
) -> dict[str, Used]:
    """What each command takes, as medians; a first round only warms the disk cache.

    before   is called before each run of a command
    """

    def run(command: Sequence[str]) -> Used:
        before()
        return used(command)

    found = [
        {title: run(command) for title, command in measured.items()} for _ in range(rounds + 1)
    ]
    return {
        title: Used(*map(statistics.median, zip(*(each[title] for each in found[1:]), strict=True)))
        for title in measured
    }


def measure(measured: Commands, before: Callable[[], None] = lambda: None) -> dict[str, float]:
    """The median CPU time of each command, see `medians`."""
    return {title: one.seconds for title, one in medians(measured, before).items()}


def table(medians: dict[str, float], baseline: str = BASELINE) -> str:
    """One line per command: CPU milliseconds, and how many baselines that is."""
    width = max(map(len, medians))
    base = medians[baseline]
    lines = [f"{'command':<{width}}  CPU ms   ratio"]
    lines += [
        f"{title:<{width}}  {seconds * 1000:6.0f}  {seconds / base:6.2f}"
        for title, seconds in medians.items()
    ]
    return "\n".join(lines)


def main() -> None:
    plans = [Path(argument).resolve() for argument in sys.argv[1:]] or [PLAN]
    print(table(measure(commands(plans))))


if __name__ == "__main__":
    main()
