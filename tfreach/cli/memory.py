"""What the system says of its memory in; how many bytes this process may still take, out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

SYSTEM: Final = Path("/")


def free(system: Path = SYSTEM) -> int | None:
    """Bytes that can be had without swapping, within the limits of the container that this runs in;
    None where the system does not say (it says on Linux).

    system   where `proc` and `sys` are
    """
    found = [room for room in (_of_machine(system), *_of_groups(system)) if room is not None]
    return min(found, default=None)


def _of_machine(system: Path) -> int | None:
    said = re.search(r"^MemAvailable:\s+(\d+) kB", _text(system / "proc/meminfo"), re.MULTILINE)
    return int(said[1]) * 1024 if said else None


def _of_groups(system: Path) -> list[int | None]:
    """Of the control group that this process is in, and of those around it (cgroups(7))."""
    root = system / "sys/fs/cgroup"
    found: list[int | None] = []
    for line in _text(system / "proc/self/cgroup").splitlines():
        _, controllers, place = (*line.split(":", 2), "", "")[:3]
        if controllers == "":
            named = "memory.max", "memory.current", "inactive_file"
            found += [_of_group(group, *named) for group in _upward(root, place)]
        elif "memory" in controllers.split(","):
            named = "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
            found += [_of_group(group, *named) for group in _upward(root / "memory", place)]
    return found


def _upward(root: Path, place: str) -> list[Path]:
    """A group and all around it. In a container they are not all to be seen."""
    inner = root / place.strip("/")
    return [group for group in (inner, *inner.parents) if group.is_relative_to(root)]


def _of_group(group: Path, limit: str, usage: str, cache: str) -> int | None:
    """What a group may still take. Cached files that nobody uses are given back when needed."""
    most, used = _text(group / limit).strip(), _text(group / usage).strip()
    if not (most.isdigit() and used.isdigit()):
        return None
    cached = re.search(rf"^{cache} (\d+)$", _text(group / "memory.stat"), re.MULTILINE)
    return max(0, int(most) - int(used) + (int(cached[1]) if cached else 0))


def _text(file: Path) -> str:
    """ "" for what cannot be read."""
    try:
        return file.read_text()
    except (OSError, ValueError):
        return ""
