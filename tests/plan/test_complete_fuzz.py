"""A source that is damaged anywhere: an answer with a warning or without, and never a defect."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import FIXTURES
from tests.plan.stacks import analysed

STEP = FIXTURES / "modules-count-foreach" / "create"
FILES = sorted(path.relative_to(STEP) for path in STEP.rglob("*.tf"))
PLAN = (STEP / "plan.json").read_bytes()
EXAMPLES = int(os.environ.get("TFREACH_EXAMPLES", "40"))
JUNK = ["", "{", "}", chr(34), "${", "[*]", "each.value", "local.x", "null", "...", "<<EOT\n"]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 4000), st.integers(0, 12), st.sampled_from(JUNK))
def test_damaged_source(file: Path, start: int, length: int, junk: str) -> None:
    """What it still evaluates is what the whole source says, unless the damage is a real change."""
    with tempfile.TemporaryDirectory() as folder:
        for one in FILES:
            text = (STEP / one).read_text()
            if one == file:
                at = start % len(text)
                text = text[:at] + junk + text[at + length :]
            target = Path(folder) / one
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        found = analysed(PLAN, Path(folder))
    assert found.source is not None
