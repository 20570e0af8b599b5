"""The paths that a user gave in; where the source, the policies and the plan lie, out."""

from __future__ import annotations

from pathlib import Path

from tfreach.report.found import Files

STDIN = "plan.json"
"""What a plan is called that comes by standard input: what is read must have some name."""


def files_of(plan: str, config_dir: str | None, config: str | None) -> Files:
    """From the root of the repository. Source inside a plan file begins where that file lies."""
    here = Path.cwd()
    root = repository(here)
    beside = Path(config or ("." if plan == "-" else plan)).parent
    source = here / (beside if config_dir is None else config_dir)
    name = STDIN if plan == "-" else Path(plan).as_posix()
    return Files(_below(source.resolve(), root), _below(here, root), name)


def repository(folder: Path) -> Path:
    """The nearest folder above with a `.git`; the folder itself where there is none."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)


def _below(path: Path, root: Path) -> str:
    """Relative to the root where it lies in it."""
    inside = path.relative_to(root) if path.is_relative_to(root) else path
    return "" if inside == Path() else inside.as_posix()
