"""`make demo-gate` does what it says: stopped at the line to look at, waived, let pass, mended."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.skipif(shutil.which("make") is None, reason="not on this machine: make")
def test_the_demo_of_the_gate() -> None:
    command = ["make", "demo-gate", f"BIN={Path(sys.executable).parent}", "-o", ".venv/.run"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    runs = done.stdout.split("\n\n/")
    assert len(runs) == 4
    stopped, waived, let_pass, mended = (run.splitlines() for run in runs)
    (cause,) = (line for line in stopped if "db_open" in line)
    assert "main.tf:144" in cause
    assert any(line.startswith("FAIL  no Internet to the data tier") for line in stopped)
    assert "1 failed, 1 passed, 0 waived, 0 undetermined" in stopped
    assert "0 failed, 1 passed, 1 waived, 0 undetermined" in waived
    assert "1 failed, 1 passed, 0 waived, 0 undetermined" in let_pass
    assert "0 failed, 2 passed, 0 waived, 0 undetermined" in mended
