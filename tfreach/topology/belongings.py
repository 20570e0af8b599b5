"""Where filters and tables belong, and which of them something uses, in the words of the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from tfreach.records import dataclass


@dataclass(frozen=True, slots=True)
class Homes:
    """vpcs      id of a group, ACL or table -> the id of its VPC, where that is sure
    managed   VPCs that are managed here: nothing is added to them elsewhere
    mains     tables that are the main one of a VPC, or may be
    used      groups, ACLs and tables that something is tied to, or may be, whatever that is: it may
              be no part of the network, or stand in another plan
    """

    vpcs: Mapping[str, str] = field(default_factory=dict)
    managed: frozenset[str] = frozenset()
    mains: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()


NO_HOMES: Final = Homes()
