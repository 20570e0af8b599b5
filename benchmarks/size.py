"""Numbers of interfaces in; what a plan of a hub of that size costs, as multiples, out.

The unit is a process that only does json.load of the plan, with the collector off. As a program:
[INTERFACES], 10,000 unless said; the plan of four times as many is measured beside it.
"""

import sys
import tempfile
from pathlib import Path
from typing import Final

from hub import Hub
from run import TFREACH, Commands, Used, medians
from standing import write

ROUNDS: Final = 3
JSON: Final = "import gc, json, sys; gc.disable(); json.load(open(sys.argv[1]))"
READ: Final = """
import gc, sys
from tfreach.cli.inputs import load
gc.disable()
load(sys.argv[1], None, None, quiet=True)
"""
LOADING, READING, DIFF, REACH = "json.load", "both networks", "tfreach diff", "tfreach reach"


def commands(plan: Path, larger: Path) -> Commands:
    """What is measured, the unit first."""
    python, format_ = sys.executable, ("--format", "json")
    return {
        LOADING: (python, "-c", JSON, str(plan)),
        READING: (python, "-c", READ, str(plan)),
        DIFF: (TFREACH, "diff", str(plan), *format_),
        REACH: (TFREACH, "reach", str(plan), *format_),
        f"{LOADING}, four times the size": (python, "-c", JSON, str(larger)),
        f"{READING}, four times the size": (python, "-c", READ, str(larger)),
        f"{DIFF}, four times the size": (TFREACH, "diff", str(larger), *format_),
    }


def table(found: dict[str, Used]) -> str:
    """A line a command: CPU and peak memory, and how many json.loads that is."""
    width = max(map(len, found))
    unit = found[LOADING]
    lines = [f"{'':<{width}}   CPU s   ratio  peak MB   ratio"]
    lines += [
        f"{title:<{width}}  {one.seconds:6.2f}  {one.seconds / unit.seconds:6.2f}"
        f"  {one.peak:7.0f}  {one.peak / unit.peak:6.2f}"
        for title, one in found.items()
    ]
    return "\n".join(lines)


def growth(found: dict[str, Used]) -> str:
    """What the larger plan costs, as a multiple of the smaller, and `reach` of `diff`."""
    lines = [
        f"{title} of four times the size: {found[larger].seconds / found[title].seconds:.2f} times"
        for title in (LOADING, READING, DIFF)
        if (larger := f"{title}, four times the size") in found
    ]
    return "\n".join(
        [*lines, f"{REACH} ÷ {DIFF}: {found[REACH].seconds / found[DIFF].seconds:.2f}"]
    )


def main() -> None:
    interfaces = int((*sys.argv[1:], "10000")[0])
    with tempfile.TemporaryDirectory() as scratch:
        plans = [
            write(Path(scratch) / f"hub-{size}.json", Hub(size))
            for size in (interfaces, 4 * interfaces)
        ]
        sizes = " and ".join(f"{plan.stat().st_size / 1e6:.0f} MB" for plan in plans)
        print(f"{interfaces} and {4 * interfaces} interfaces, plans of {sizes}")
        found = medians(commands(*plans), rounds=ROUNDS)
    print(table(found))
    print(growth(found))


if __name__ == "__main__":
    main()
