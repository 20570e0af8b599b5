"""The name of a command and of a format in; the function that renders it, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from tfreach.report import csv, json, text
from tfreach.report.found import Style

Render = Callable[[Any, Style], str]


def _plain(render: Callable[[Any], str]) -> Render:
    return lambda found, _style: render(found)


def _late(module: str, name: str) -> Callable[..., str]:
    """A renderer of this package that is imported where it is called: what it needs is not little,
    and every command loads this table."""

    def render(*given: Any) -> str:
        made: str = getattr(import_module(f"tfreach.report.{module}"), name)(*given)
        return made

    return render


FORMATS: Final[Mapping[str, Mapping[str, Render]]] = {
    "diff": {
        "text": text.diff,
        "json": _plain(json.diff),
        "markdown": _late("markdown_diff", "diff"),
        "sarif": _plain(_late("sarif_diff", "diff")),
        "policy": _plain(_late("policy_diff", "diff")),
    },
    "check": {
        "text": _late("text_check", "check"),
        "json": _plain(_late("json_check", "check")),
        "markdown": _late("markdown_check", "check"),
        "sarif": _plain(_late("sarif_check", "check")),
        "junit": _plain(_late("junit", "check")),
        "github": _plain(_late("github", "check")),
        "gitlab": _plain(_late("gitlab", "check")),
        "atlantis": _plain(_late("atlantis", "check")),
    },
    "lint": {
        "text": _late("text_lint", "lint"),
        "json": _plain(_late("json_lint", "lint")),
        "markdown": _late("markdown_lint", "lint"),
        "sarif": _plain(_late("sarif_lint", "lint")),
    },
    "trace": {"text": text.trace, "json": _plain(json.trace)},
    "reach": {"text": text.reach, "json": _plain(json.reach), "csv": _plain(csv.reach)},
    "coverage": {"text": text.coverage, "json": _plain(json.coverage)},
}
