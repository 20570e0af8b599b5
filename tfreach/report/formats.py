"""The name of a command and of a format in; the function that renders it, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tfreach.report import csv, json, text
from tfreach.report.found import Style

Render = Callable[[Any, Style], str]


def _plain(render: Callable[[Any], str]) -> Render:
    return lambda found, _style: render(found)


FORMATS: Final[Mapping[str, Mapping[str, Render]]] = {
    "diff": {"text": text.diff, "json": _plain(json.diff)},
    "trace": {"text": text.trace, "json": _plain(json.trace)},
    "reach": {"text": text.reach, "json": _plain(json.reach), "csv": _plain(csv.reach)},
    "coverage": {"text": text.coverage, "json": _plain(json.coverage)},
}
