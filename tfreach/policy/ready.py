"""The name of a ready policy in; the files of it that the package ships, out."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

from tfreach.errors import UsageError
from tfreach.policy.mistakes import nearest

BUILTIN = "builtin:"
TOPICS = ("internet-paths", "databases", "management-ports", "private-subnets", "environments")
BASELINE = "baseline"
NAMES = (BASELINE, *TOPICS)


def ready(names: Iterable[str]) -> list[tuple[str, bytes]]:
    """The files of `builtin:` names, each once: `builtin:baseline` is all of them. Raises
    UsageError."""
    topics: dict[str, None] = {}
    for name in names:
        topic = name.removeprefix(BUILTIN)
        if topic not in NAMES:
            raise UsageError(f"no ready policy is called {name!r}", hint=nearest(topic, NAMES))
        topics.update(dict.fromkeys(TOPICS if topic == BASELINE else (topic,)))
    folder = files("tfreach.policy") / "library"
    return [(f"{BUILTIN}{name}", (folder / f"{name}.yaml").read_bytes()) for name in topics]
