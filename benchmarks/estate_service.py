"""The shape of a service in; its module, and what its expressions come to, out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from estate_blocks import (
    Call,
    Key,
    Locals,
    Module,
    Output,
    Part,
    Resource,
    Text,
    Values,
    Variable,
)
from estate_common import (
    AMI,
    ANYWHERE,
    Shape,
    counted,
    disk,
    machine,
    named,
    names,
)
from estate_network import Network

WORKLOADS: Final = ("blue", "green")
PASSED: Final = (
    "network",
    "services",
    "trusted",
    "replicas",
    "ami",
    "instance_type",
    "volume_size",
)
"""Variables that a module hands on to its child as they are."""


@dataclass(frozen=True, kw_only=True)
class Service(Shape):
    """What tells one service from the others.

    ports      what it listens on, by name
    child      whether the instances are in a module of their own, once for each workload
    workload   which of these it is, "" outside of them
    """

    network: Network
    ports: Mapping[str, int]
    replicas: int
    database: bool
    child: bool
    workload: str = ""

    @property
    def prefix(self) -> str:
        return "-".join(part for part in (super().prefix, self.workload) if part)

    def tags(self, name: str = "", **more: str) -> dict[str, Any]:
        added = {"Workload": self.workload} if self.workload else {}
        return super().tags(name, **added, **more)

    def is_trusting(self, name: str) -> bool:
        return self.ports[name] > 8000

    def rules(self) -> dict[Key, Values]:
        """What the merged maps of rules come to, as rules of the group of the instances."""
        within = {f"{name}-vpc": (port, self.network.cidr) for name, port in self.ports.items()}
        beyond = {
            f"{name}-{network}": (port, cidr)
            for network, cidr in self.trusted.items()
            for name, port in self.ports.items()
            if self.is_trusting(name)
        }
        return {
            key: {
                "ip_protocol": "tcp",
                "from_port": port,
                "to_port": port,
                "cidr_ipv4": cidr,
                "description": f"{key} of {self.prefix}",
            }
            for key, (port, cidr) in sorted((within | beyond).items())
        }


def service_module(shape: Service) -> Module:
    """The folder of one service, and of its child if it has one."""
    return Module(
        {
            "variables.tf": variables(shape),
            "main.tf": [Locals(names()), *(child(shape) if shape.child else workload(shape))],
            "database.tf": database(shape),
            "outputs.tf": outputs(shape),
        }
    )


def variables(shape: Service) -> list[Part]:
    return [
        Variable("name", "string", f"Name of this service; {shape.name} in this estate."),
        Variable("environment", "string", "What it is for: part of every name.", '"production"'),
        Variable("create_database", "bool", "Whether there is a database.", "true"),
        *workload_variables(shape),
    ]


def workload_variables(shape: Service) -> list[Part]:
    service = (
        'map(object({\n  port     = number\n  protocol = optional(string, "tcp")\n'
        "  trusted  = optional(bool, false)\n}))"
    )
    network = (
        "object({\n  vpc_id           = string\n  cidr             = string\n"
        "  subnet_ids       = list(string)\n  database_subnets = list(string)\n})"
    )
    return [
        Variable("network", network, "Where it stands."),
        Variable("services", service, f"What listens on the instances of {shape.name}."),
        Variable("trusted", "map(string)", "Networks that may reach trusted services.", "{}"),
        Variable("replicas", "number", "Number of instances.", "2"),
        Variable("ami", "string", "Image of the instances.", json.dumps(AMI)),
        Variable("instance_type", "string", "Size of the instances.", '"t3.micro"'),
        Variable("volume_size", "number", "Size of the root disk, in GiB.", str(8 + shape.number)),
        Variable("tags", "map(string)", "Tags of every resource.", "{}"),
    ]


def child(shape: Service) -> list[Part]:
    text = {
        "for_each": f"toset({json.dumps(WORKLOADS)})",
        "name": '"${local.prefix}-${each.key}"',
        **{name: f"var.{name}" for name in PASSED},
        "tags": "merge(local.tags, { Workload = each.key })",
    }
    made: dict[Key, Module] = {key: child_module(replace(shape, workload=key)) for key in WORKLOADS}
    comment = "The instances twice, to switch between the two."
    return [Call("workload", "./workload", text, made, comment)]


def child_module(shape: Service) -> Module:
    name = Variable("name", "string", "Part of every name.")
    return Module(
        {
            "variables.tf": [name, *workload_variables(shape)],
            "main.tf": [Locals({"prefix": "var.name", "tags": "var.tags"}), *workload(shape)],
            "outputs.tf": [
                Output("group_id", "aws_security_group.app.id", "The group of the instances."),
                Output("instance_ids", "aws_instance.app[*].id", "The instances."),
            ],
        }
    )


def workload(shape: Service) -> list[Part]:
    """The instances, their group, and its rules."""
    group = {"name": '"${local.prefix}-app"', "vpc_id": "var.network.vpc_id", "tags": named("app")}
    made = {"name": f"{shape.prefix}-app", **shape.tags("app")}
    outward = {
        "security_group_id": "aws_security_group.app.id",
        "ip_protocol": '"-1"',
        "cidr_ipv4": json.dumps(ANYWHERE),
    }
    instance = {
        "count": "var.replicas",
        "ami": "var.ami",
        "instance_type": "var.instance_type",
        "subnet_id": "element(var.network.subnet_ids, count.index)",
        "vpc_security_group_ids": "[aws_security_group.app.id]",
        "tags": 'merge(local.tags, { Name = "${local.prefix}-app-${count.index + 1}" })',
    }
    instances: dict[Key, Values] = {
        at: {**machine(shape), **shape.tags(f"app-{at + 1}")} for at in range(shape.replicas)
    }
    return [
        Locals(rule_maps()),
        Resource("aws_security_group", "app", group, {None: made}),
        rule(shape),
        Resource("aws_vpc_security_group_egress_rule", "app", outward),
        Resource("aws_instance", "app", instance, instances, (disk(),)),
    ]


def rule_maps() -> Text:
    return {
        "service_rules": (
            '{\n  for name, service in var.services : "${name}-vpc" => {\n'
            "    port     = service.port\n    protocol = service.protocol\n"
            "    cidr     = var.network.cidr\n  }\n}"
        ),
        "trusted_rules": (
            "merge([\n  for network, cidr in var.trusted : {\n"
            '    for name, service in var.services : "${name}-${network}" => {\n'
            "      port     = service.port\n      protocol = service.protocol\n"
            "      cidr     = cidr\n    } if service.trusted\n  }\n]...)"
        ),
        "rules": "merge(local.service_rules, local.trusted_rules)",
    }


def rule(shape: Service) -> Resource:
    text = {
        "for_each": "local.rules",
        "security_group_id": "aws_security_group.app.id",
        "description": '"${each.key} of ${local.prefix}"',
        "ip_protocol": "each.value.protocol",
        "from_port": "each.value.port",
        "to_port": "each.value.port",
        "cidr_ipv4": "each.value.cidr",
    }
    return Resource("aws_vpc_security_group_ingress_rule", "app", text, shape.rules())


def database(shape: Service) -> list[Part]:
    number = int(shape.database)
    count = {"count": "var.create_database ? 1 : 0"}
    name = {"name": '"${local.prefix}-db"'}
    made = {"name": f"{shape.prefix}-db", **shape.tags("db")}
    subnets = {
        **count,
        **name,
        "subnet_ids": "var.network.database_subnets",
        "tags": named("db"),
    }
    group = {**count, **name, "vpc_id": "var.network.vpc_id", "tags": named("db")}
    server = {
        **count,
        "identifier": '"${local.prefix}-db"',
        "engine": '"postgres"',
        "engine_version": '"16.3"',
        "instance_class": '"db.t3.micro"',
        "allocated_storage": "20",
        "username": '"postgres"',
        "manage_master_user_password": "true",
        "skip_final_snapshot": "true",
        "db_subnet_group_name": "one(aws_db_subnet_group.this[*].name)",
        "vpc_security_group_ids": "aws_security_group.database[*].id",
        "tags": named("db"),
    }
    values = {
        "identifier": made["name"],
        "db_subnet_group_name": made["name"],
        **shape.tags("db"),
    }
    return [
        Resource("aws_db_subnet_group", "this", subnets, counted(number, made)),
        Resource("aws_security_group", "database", group, counted(number, made)),
        database_rule(shape),
        Resource("aws_db_instance", "this", server, counted(number, values)),
    ]


def database_rule(shape: Service) -> Resource:
    """From the group of each workload, or of the only one."""
    repeated, source = ("count", "aws_security_group.app.id")
    wanted = "var.create_database ? 1 : 0"
    made: Mapping[Key, Values] = counted(int(shape.database))
    if shape.child:
        repeated, source = ("for_each", "each.value.group_id")
        wanted = "{ for key, one in module.workload : key => one if var.create_database }"
        made = {key: {} for key in (WORKLOADS if shape.database else ())}
    text = {
        repeated: wanted,
        "type": '"ingress"',
        "security_group_id": "aws_security_group.database[0].id",
        "source_security_group_id": source,
        "protocol": '"tcp"',
        "from_port": "5432",
        "to_port": "5432",
    }
    return Resource("aws_security_group_rule", "database", text, made)


def outputs(shape: Service) -> list[Part]:
    groups, instances = "[aws_security_group.app.id]", "aws_instance.app[*].id"
    if shape.child:
        groups = "values(module.workload)[*].group_id"
        instances = "flatten([for one in module.workload : one.instance_ids])"
    return [
        Output("group_ids", groups, f"The groups of the instances of {shape.name}."),
        Output("instance_ids", instances, "The instances."),
        Output("database_address", "one(aws_db_instance.this[*].address)", "Null without one."),
    ]
