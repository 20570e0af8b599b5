"""The line that says what a long run is doing: on a terminal only, late, and gone at the end."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

PLAN = Path(__file__).parents[2] / "fixtures" / "public-private" / "change" / "plan.json"
PATIENT = (
    "import tfreach.cli.progress as p; p.PATIENCE = {seconds}; from tfreach.cli import main; main()"
)


def program(seconds: float, *more: str, plan: Path = PLAN) -> list[str]:
    """`diff` with that patience."""
    return [sys.executable, "-c", PATIENT.format(seconds=seconds), "diff", str(plan), *more]


def on_terminal(command: list[str]) -> bytes:
    """What a terminal gets on standard error."""
    terminal, other_end = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=other_end) as process:
        os.close(other_end)
        found = b""
        try:
            while read := os.read(terminal, 4096):
                found += read
        except OSError:  # how Linux says that nobody writes to a terminal any more
            pass
    os.close(terminal)
    assert process.returncode == 0
    return found


def test_a_long_run_says_what_it_does_and_erases_it() -> None:
    said = on_terminal(program(0))
    assert f"reading {PLAN} …".encode() in said
    assert b"\rresolving links \xe2\x80\xa6" in said
    assert b"\rbuilding the networks \xe2\x80\xa6" in said
    assert b"\rcomparing \xe2\x80\xa6" in said
    assert said.endswith(b"\r" + b" " * len("comparing …") + b"\r")


def test_a_short_run_says_nothing() -> None:
    assert on_terminal(program(60)) == b""


def test_quiet_says_nothing() -> None:
    assert on_terminal(program(0, "--quiet")) == b""


@pytest.mark.parametrize("seconds", [0, 60])
def test_what_is_no_terminal_gets_nothing(seconds: float) -> None:
    done = subprocess.run(program(seconds), capture_output=True, check=True)
    assert done.stderr == b""


def test_a_note_stands_on_a_line_of_its_own(tmp_path: Path) -> None:
    marked = tmp_path / "plan.json"
    marked.write_bytes(b"\xef\xbb\xbf" + PLAN.read_bytes())
    said = on_terminal(program(0, plan=marked))
    lines = [line.rstrip(b"\r").rpartition(b"\r")[2] for line in said.split(b"\n")]
    assert f"note: {marked}: dropped a byte-order mark".encode() in lines
