"""Terraform's built-in functions, one module for each family; `plan.functions` has the table."""
