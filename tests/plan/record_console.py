"""Runs every expression of data/terraform/console.json through `terraform console`, and keeps it.

Usage: python -m tests.plan.record_console [file of more expressions, one a line]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data" / "terraform" / "console.json"
UNKNOWN: Final = "(known after apply)"
CONFIGURATION: Final = """
resource "terraform_data" "x" {}
resource "terraform_data" "y" {}
"""
ENVIRONMENT: Final = {
    "PATH": os.environ.get("PATH", ""),
    "HOME": "/nonexistent",
    "TF_CLI_CONFIG_FILE": "/dev/null",
    "CHECKPOINT_DISABLE": "1",
    "TF_IN_AUTOMATION": "1",
}

Row = dict[str, str]


def record(expression: str) -> Row:
    """What console answers: kind (value, unknown, error) and the text, of an error its summary.

    Console reads one line, so what takes several is made a local value first.
    """
    with tempfile.TemporaryDirectory() as folder:
        configuration, line = CONFIGURATION, expression
        if "\n" in expression:
            configuration += f"locals {{\n  value = {expression}\n}}\n"
            line = "local.value"
        Path(folder, "main.tf").write_text(configuration)
        done = subprocess.run(
            ["terraform", "console", "-no-color"],
            input=f"{line}\n".encode(),
            cwd=folder,
            env=ENVIRONMENT,
            capture_output=True,
            check=False,
            timeout=60,
        )
    if done.returncode:
        return {"kind": "error", "printed": summary(done.stderr.decode())}
    printed = done.stdout.decode().removesuffix("\n")
    return {"kind": "unknown" if printed == UNKNOWN else "value", "printed": printed}


def summary(text: str) -> str:
    """The first line that says what the error is."""
    lines = (line.strip("│╷╵ ") for line in text.splitlines())
    return next((line for line in lines if line.startswith("Error")), "Error")


def recorded(rows: Iterable[Row]) -> list[Row]:
    with ThreadPoolExecutor(4) as pool:
        wanted = list(rows)
        answers = pool.map(record, [row["expression"] for row in wanted])
        return [
            {"expression": row["expression"], **answer, **_ours(row)}
            for row, answer in zip(wanted, answers, strict=True)
        ]


def _ours(row: Row) -> Row:
    """What was written by hand: where our answer is another one, and is meant to be."""
    return {name: row[name] for name in ("ours", "why") if name in row}


def write(rows: Iterable[Row]) -> None:
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    DATA.write_text(f"[\n{lines}\n]\n")


def main() -> None:
    rows: list[Row] = json.loads(DATA.read_text()) if DATA.exists() else []
    known = {row["expression"] for row in rows}
    for name in sys.argv[1:]:
        for line in Path(name).read_text().splitlines():
            if line and line not in known:
                known.add(line)
                rows.append({"expression": line})
    write(recorded(rows))


if __name__ == "__main__":
    main()
