"""A plan of some 5 MB in; what `tfreach diff` of it costs, as a multiple of `terraform show`, out.

Terraform plans a network here: nothing is applied, and the provider asks no cloud. The JSON that is
read is what the command that is compared with writes. One in ten of its resources is a host.
Skipped where Terraform, or the provider, is not to be had. As a program: [HOSTS].
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from run import TFREACH, Commands, measure, table

HOSTS: Final = 350
SHOW: Final = "terraform show -json"
STACK: Final = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "5.100.0" }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

locals {
  zones  = ["us-east-1a", "us-east-1b", "us-east-1c"]
  hosts  = { for n in range(HOSTS) : format("h%04d", n) => n }
  groups = toset([for n in range(60) : format("g%02d", n)])
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "main" {
  count             = 6
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet("10.0.0.0/16", 4, count.index)
  availability_zone = local.zones[count.index % 3]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table_association" "public" {
  count          = 3
  subnet_id      = aws_subnet.main[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_security_group" "main" {
  for_each = local.groups
  name     = each.key
  vpc_id   = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "near" {
  for_each                     = local.groups
  security_group_id            = aws_security_group.main[each.key].id
  referenced_security_group_id = aws_security_group.main["g00"].id
  ip_protocol                  = "tcp"
  from_port                    = 8000
  to_port                      = 8080
}

resource "aws_vpc_security_group_ingress_rule" "far" {
  for_each          = local.groups
  security_group_id = aws_security_group.main[each.key].id
  cidr_ipv4         = "203.0.113.0/24"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "all" {
  for_each          = local.groups
  security_group_id = aws_security_group.main[each.key].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_ssm_parameter" "other" {
  count = 9 * HOSTS
  name  = "other-${count.index}"
  type  = "String"
  value = "of no network"
}

resource "aws_instance" "main" {
  for_each                    = local.hosts
  ami                         = "ami-12345678"
  instance_type               = "t3.micro"
  subnet_id                   = aws_subnet.main[each.value % 6].id
  associate_public_ip_address = each.value % 6 < 3
  vpc_security_group_ids      = [aws_security_group.main[format("g%02d", each.value % 60)].id]
}
"""


def planned(folder: Path, hosts: int) -> Path:
    """The JSON of a plan that Terraform made in `folder`; beside it the plan itself."""
    (folder / "main.tf").write_text(STACK.replace("HOSTS", str(hosts)))
    for command in (("init", "-input=false"), ("plan", "-input=false", "-out=plan.bin")):
        subprocess.run(["terraform", *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    file = folder / "plan.json"
    with file.open("w") as out:
        subprocess.run(
            ["terraform", "show", "-json", "plan.bin"], cwd=folder, check=True, stdout=out
        )
    return file


def main() -> None:
    if shutil.which("terraform") is None or "TF_CLI_CONFIG_FILE" not in os.environ:
        print("skipped: no Terraform, or no TF_CLI_CONFIG_FILE that says where its provider is")
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        plan = planned(folder, int(sys.argv[1]) if sys.argv[1:] else HOSTS)
        os.chdir(folder)
        print(f"a plan of {plan.stat().st_size / 1e6:.1f} MB")
        found: Commands = {
            SHOW: ("terraform", "show", "-json", "plan.bin"),
            "tfreach diff": (TFREACH, "diff", "plan.json"),
            "tfreach diff --config-dir": (TFREACH, "diff", "plan.json", "--config-dir", "."),
        }
        print(table(measure(found), SHOW))


if __name__ == "__main__":
    main()
