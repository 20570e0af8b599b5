"""Every lint there is, in the order of their ids: the one visible list."""

from __future__ import annotations

from typing import Final

from tfreach.lint.lints import (
    acl_entry_redundant,
    acl_entry_shadowed,
    nat_serves_own_subnet,
)
from tfreach.lint.model import Lint

LINTS: Final[tuple[Lint, ...]] = (
    acl_entry_redundant.LINT,
    acl_entry_shadowed.LINT,
    nat_serves_own_subnet.LINT,
)
