"""A lint and a network in; what it finds, as short texts, out."""

from __future__ import annotations

from tfreach.diff.changes import Planned
from tfreach.engine.verdicts import Options
from tfreach.lint.model import Finding, Lint, Linted
from tfreach.lint.run import lint as look
from tfreach.lint.table import LINTS
from tfreach.topology.network import Network

BY_ID = {one.id: one for one in LINTS}
NO_PLAN: dict[str, Planned] = {}


def lint(id_: str) -> Lint:
    return BY_ID[id_]


def linted(id_: str, network: Network, before: Network | None = None) -> Linted:
    return look(before or network, network, NO_PLAN, Options(), (lint(id_),))


def findings(id_: str, network: Network) -> tuple[Finding, ...]:
    return linted(id_, network).findings


def found(id_: str, network: Network) -> list[str]:
    """`ADDRESS: what`."""
    return [f"{one.address}: {one.what}" for one in findings(id_, network)]


def at(id_: str, network: Network) -> list[str]:
    """The addresses of what it finds."""
    return [one.address for one in findings(id_, network)]


def unsure(id_: str, network: Network) -> list[str]:
    return [f"{one.address}: {one.why}" for one in linted(id_, network).undecided]
