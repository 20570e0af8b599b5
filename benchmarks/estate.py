"""A size in; the Terraform source of an estate, and the plan that creates it, out.

Both come from one description, the same bytes each time. As a program it takes a folder to write
them into.
"""

import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from estate_blocks import (
    Call,
    Key,
    Locals,
    Module,
    Nested,
    Output,
    Part,
    Raw,
    Resource,
    Values,
    written,
)
from estate_common import AMI, ESTATE, OUT, OUT_VALUES, REGION
from estate_network import Network, network_module
from estate_plan import plan
from estate_service import Service, service_module

NETWORKS: Final = 10
SERVICES: Final = 30
SEED: Final = 7
OFFICE: Final = {"office": "203.0.113.0/24", "vpn": "198.51.100.0/25"}
POOL: Final = {
    "admin": 9000,
    "api": 8443,
    "cache": 6379,
    "queue": 5672,
    "search": 9200,
    "web": 8080,
}
PROVIDER: Final = """
terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
"""


def networks(count: int, dice: random.Random) -> list[Network]:
    """Each lets in the one before it."""
    found: list[Network] = []
    for number in range(1, count + 1):
        upstream = {"upstream": found[-1].cidr} if found else {}
        found.append(
            Network(
                number=number,
                trusted={**OFFICE, **upstream},
                zones=[f"{REGION}{letter}" for letter in "abc"[: dice.choice((2, 2, 3))]],
                single_nat=dice.random() < 0.5,
                bastion=dice.random() < 0.5,
            )
        )
    return found


def services(count: int, within: Sequence[Network], dice: random.Random) -> list[Service]:
    """Spread over the networks; some have a module of their own for their instances."""
    found: list[Service] = []
    for number in range(len(within) + 1, len(within) + count + 1):
        names = sorted(dice.sample(sorted(POOL), dice.choice((2, 3, 4))))
        found.append(
            Service(
                number=number,
                trusted=OFFICE,
                network=within[number % len(within)],
                ports={name: POOL[name] for name in names},
                replicas=dice.choice((1, 2, 3)),
                database=dice.random() < 0.7,
                child=number % 6 == 0,
            )
        )
    return found


def network_call(shape: Network) -> Call:
    """How the root module makes one network."""
    text = {
        "name": json.dumps(shape.name),
        "cidr": f"cidrsubnet(local.supernet, 8, {shape.number})",
        "zones": f"slice(local.zones, 0, {len(shape.zones)})",
        "single_nat_gateway": json.dumps(shape.single_nat),
        "create_bastion": json.dumps(shape.bastion),
        "trusted": "local.trusted",
        "tags": "local.tags",
    }
    if shape.number > 1:
        upstream = f"module.m{shape.number - 1:02}.cidr"
        text["trusted"] = f"merge(local.trusted, {{ upstream = {upstream} }})"
    return Call(shape.name, f"./modules/{shape.name}", text, {None: network_module(shape)})


def service_call(shape: Service) -> Call:
    """How the root module makes one service."""
    text = {
        "name": json.dumps(shape.name),
        "network": f'local.networks["{shape.network.name}"]',
        "create_database": json.dumps(shape.database),
        "replicas": str(shape.replicas),
        "services": hcl_object(listening(shape)),
        "trusted": "local.trusted",
        "tags": "local.tags",
    }
    made: dict[Key, Module] = {None: service_module(shape)}
    constants = {"services": listening(shape)}
    return Call(shape.name, f"./modules/{shape.name}", text, made, constants=constants)


def listening(shape: Service) -> dict[str, Any]:
    return {
        name: {"port": port, **({"trusted": True} if shape.is_trusting(name) else {})}
        for name, port in shape.ports.items()
    }


def hcl_object(value: Any) -> str:
    """An object in HCL, a line for each of its fields; what is in these on that line."""
    width = max(map(len, value))
    lines = [f"  {name:<{width}} = {inline(one)}" for name, one in value.items()]
    return "\n".join(["{", *lines, "}"])


def inline(value: Any) -> str:
    if not isinstance(value, dict):
        return json.dumps(value)
    return "{ " + ", ".join(f"{name} = {inline(one)}" for name, one in value.items()) + " }"


def estate(network_count: int, service_count: int) -> Module:
    """The root module: networks, services, and a probe in each network to watch it from within."""
    dice = random.Random(SEED)
    every = networks(network_count, dice)
    stood_in = "\n".join(f"  {shape.name} = module.{shape.name}.network" for shape in every)
    text = {
        "region": json.dumps(REGION),
        "supernet": '"10.0.0.0/8"',
        "zones": '[for letter in ["a", "b", "c"] : "${local.region}${letter}"]',
        "tags": f"{{ Estate = {json.dumps(ESTATE)} }}",
        "trusted": hcl_object(OFFICE),
        "networks": f"{{\n{stood_in}\n}}",
    }
    return Module(
        {
            "main.tf": [Raw(PROVIDER), Locals(text)],
            "networks.tf": [network_call(shape) for shape in every],
            "services.tf": [service_call(shape) for shape in services(service_count, every, dice)],
            "probes.tf": probes(every),
            "outputs.tf": [
                Output("cidrs", "{ for name, one in local.networks : name => one.cidr }"),
                Output("probes", "values(aws_instance.probe)[*].private_ip"),
            ],
        }
    )


def probes(every: Sequence[Network]) -> list[Part]:
    group = {
        "for_each": "local.networks",
        "name": '"probe-${each.key}"',
        "vpc_id": "each.value.vpc_id",
        "tags": "local.tags",
    }
    ingress = {
        "protocol": '"tcp"',
        "from_port": "22",
        "to_port": "22",
        "cidr_blocks": "[each.value.cidr]",
    }
    instance = {
        "for_each": "local.networks",
        "ami": json.dumps(AMI),
        "instance_type": '"t3.micro"',
        "subnet_id": "element(each.value.subnet_ids, length(each.value.subnet_ids) - 1)",
        "vpc_security_group_ids": "[aws_security_group.probe[each.key].id]",
        "tags": 'merge(local.tags, { Name = "probe-${each.key}" })',
    }
    tags = {"Estate": ESTATE}
    groups: dict[Key, Values] = {}
    instances: dict[Key, Values] = {}
    for shape in every:
        inward = {
            **OUT_VALUES["egress"][0],
            "protocol": "tcp",
            "from_port": 22,
            "to_port": 22,
            "cidr_blocks": [shape.cidr],
        }
        name = f"probe-{shape.name}"
        groups[shape.name] = {"name": name, "ingress": [inward], **OUT_VALUES, "tags": tags}
        instances[shape.name] = {"tags": {**tags, "Name": name}}
    nested = (Nested("ingress", ingress), Nested("egress", OUT))
    return [
        Resource("aws_security_group", "probe", group, groups, nested),
        Resource("aws_instance", "probe", instance, instances),
    ]


def write_source(module: Module, folder: Path, name: str = "the estate") -> int:
    """Write a module and those it calls; how many lines that is."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = 0
    for file, parts in module.files.items():
        text = f"# {file.removesuffix('.tf').capitalize()} of {name}.\n{written(parts)}"
        (folder / file).write_text(text, encoding="utf-8")
        lines += text.count("\n")
        for part in parts:
            if isinstance(part, Call):
                inner = next(iter(part.instances.values()))
                within = f"{part.name} in {name}" if folder.name.startswith("m") else part.name
                lines += write_source(inner, folder / part.source, within)
    return lines


def write(
    folder: Path, networks: int = NETWORKS, services: int = SERVICES
) -> tuple[Path, Path, int]:
    """Write plan and source into `folder`: where each is, and how many lines the source has."""
    source, target = folder / "source", folder / "plan.json"
    whole = estate(networks, services)
    lines = write_source(whole, source)
    target.write_text(json.dumps(plan(whole, REGION), separators=(",", ":")), encoding="utf-8")
    return target, source, lines


def main() -> None:
    target, source, lines = write(Path(sys.argv[1]))
    print(f"{target}\n{source}: {lines} lines")


if __name__ == "__main__":
    main()
