"""tfreach: a Terraform plan in, what it makes reachable or unreachable in the network out."""

__version__ = "0.1.0"
