"""Inventories in, frozen networks out: subnets, filters, tables, gateways, endpoints."""
