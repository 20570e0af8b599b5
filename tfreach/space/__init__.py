"""Numbers only: sets of addresses, ports and packets; no AWS, no Terraform."""
