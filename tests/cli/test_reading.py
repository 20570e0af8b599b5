"""A plan that is too large, or would not fit in memory: refused before it is read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tfreach.cli import main, memory, reading
from tfreach.errors import InputError

PLAN = Path(__file__).parents[2] / "fixtures" / "public-private" / "change" / "plan.json"


def lines(found: Path, text: str) -> None:
    found.parent.mkdir(parents=True, exist_ok=True)
    found.write_text(text)


def system(root: Path, available: str = "8000000", group: str = "0::/") -> Path:
    lines(root / "proc/meminfo", f"MemTotal: 16000000 kB\nMemAvailable:   {available} kB\n")
    lines(root / "proc/self/cgroup", f"{group}\n")
    return root


def limited(group: Path, most: str, used: str, cached: str = "0") -> None:
    lines(group / "memory.max", f"{most}\n")
    lines(group / "memory.current", f"{used}\n")
    lines(group / "memory.stat", f"anon 5\ninactive_file {cached}\n")


def test_what_the_machine_has_counts_where_no_container_limits_it(tmp_path: Path) -> None:
    root = system(tmp_path)
    limited(root / "sys/fs/cgroup", "max", "100")
    assert memory.free(root) == 8000000 * 1024


def test_what_a_container_may_take_counts_and_its_cached_files_are_given_back(
    tmp_path: Path,
) -> None:
    root = system(tmp_path, group="0::/job")
    limited(root / "sys/fs/cgroup/job", "1000", "900", cached="300")
    limited(root / "sys/fs/cgroup", "max", "100")
    assert memory.free(root) == 400


def test_the_smallest_of_nested_limits_counts(tmp_path: Path) -> None:
    root = system(tmp_path, group="0::/pod/job")
    limited(root / "sys/fs/cgroup/pod/job", "5000", "0")
    limited(root / "sys/fs/cgroup/pod", "700", "0")
    assert memory.free(root) == 700


def test_the_first_version_of_control_groups_is_known(tmp_path: Path) -> None:
    root = system(tmp_path, group="4:cpu,memory:/job")
    group = root / "sys/fs/cgroup/memory/job"
    lines(group / "memory.limit_in_bytes", "1000")
    lines(group / "memory.usage_in_bytes", "600")
    lines(group / "memory.stat", "total_inactive_file 50")
    assert memory.free(root) == 450


def test_a_system_that_says_nothing_sets_no_limit(tmp_path: Path) -> None:
    assert memory.free(tmp_path) is None


def ran(plan: str, stdin: bytes | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["diff", plan], input=stdin)
    return result.exit_code, result.stderr


@pytest.mark.parametrize(
    ("plan", "stdin"),
    [(str(PLAN), None), ("-", PLAN.read_bytes())],
    ids=["a file", "standard input"],
)
def test_a_plan_that_is_too_large_is_refused(
    plan: str, stdin: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST", 100_000)
    code, said = ran(plan, stdin)
    assert code == 3
    assert "are too many: plans of up to 0.1 MB are read\nhint: split the stack" in said


@pytest.mark.parametrize(
    ("plan", "stdin"),
    [(str(PLAN), None), ("-", PLAN.read_bytes())],
    ids=["a file", "standard input"],
)
def test_a_plan_that_does_not_fit_in_memory_is_refused(
    plan: str, stdin: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_SMALL", 0)
    monkeypatch.setattr(reading, "free", lambda: 500_000)
    code, said = ran(plan, stdin)
    assert code == 3
    assert "it does not fit in memory" in said
    assert "and 0.5 MB are free\nhint: run tfreach where there is more memory" in said


def test_a_plan_that_fits_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_SMALL", 0)
    monkeypatch.setattr(reading, "free", lambda: 500_000_000)
    assert reading.read(str(PLAN)) == PLAN.read_bytes()


def test_an_endless_stream_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b" " * size

    stream: Any = Endless()
    monkeypatch.setattr(reading, "LARGEST", 1 << 26)
    with pytest.raises(InputError, match="are too many"):
        reading._bounded(stream, "standard input")
    assert stream.given <= (1 << 26) + reading._CHUNK


def test_memory_that_ends_all_the_same_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(plan: str) -> bytes:
        raise MemoryError

    monkeypatch.setattr("tfreach.cli.inputs.read", full)
    code, said = ran(str(PLAN))
    assert code == 3
    assert said.startswith("error: there is not enough memory\nhint: ")
