"""Every lint there is, in the order of their ids: the one visible list."""

from __future__ import annotations

from typing import Final

from tfreach.lint.lints import (
    acl_denies_all,
    acl_entry_redundant,
    acl_entry_shadowed,
    acl_unused,
    internet_gateway_unused,
    lambda_no_way_out,
    lambda_public_subnet,
    nat_cross_zone,
    nat_serves_own_subnet,
    nat_unused,
    nat_without_eip,
    nat_without_internet_route,
    no_egress,
    public_address_without_route,
    public_subnet_without_addresses,
    route_blackhole,
    route_never_chosen,
    route_table_unused,
    subnet_default_acl,
    subnet_main_route_table,
    uneven_subnets,
)
from tfreach.lint.model import Lint

LINTS: Final[tuple[Lint, ...]] = (
    acl_denies_all.LINT,
    acl_entry_redundant.LINT,
    acl_entry_shadowed.LINT,
    acl_unused.LINT,
    internet_gateway_unused.LINT,
    lambda_no_way_out.LINT,
    lambda_public_subnet.LINT,
    nat_cross_zone.LINT,
    nat_serves_own_subnet.LINT,
    nat_unused.LINT,
    nat_without_eip.LINT,
    nat_without_internet_route.LINT,
    no_egress.LINT,
    public_address_without_route.LINT,
    public_subnet_without_addresses.LINT,
    route_blackhole.LINT,
    route_never_chosen.LINT,
    route_table_unused.LINT,
    subnet_default_acl.LINT,
    subnet_main_route_table.LINT,
    uneven_subnets.LINT,
)
