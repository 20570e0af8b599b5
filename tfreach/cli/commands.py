"""Every command: its options in, and the function of cli.answers that does it, loaded late, out."""

from __future__ import annotations

from typing import Any

import click

from tfreach import __version__
from tfreach.cli import options
from tfreach.cli.guard import Guarded
from tfreach.errors import UsageError


@click.group(
    cls=Guarded, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="tfreach", message="%(prog)s %(version)s")
def main() -> None:
    """What can talk to what in AWS, before and after a Terraform plan.

    PLAN is what `terraform show -json` prints of a plan file or a state; `-` is standard input.

    Exit codes: 0 done, 1 findings, 2 wrong usage, 3 the input could not be read or analysed.
    """


@main.command()
@options.plan
@options.source
@options.client_ports
@options.output("text", "json", "markdown", "sarif", "policy")
@options.exit_code
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="Terraform's own codes: 0 no change, 1 error, 2 changes.",
)
@options.exit_zero
def diff(**given: Any) -> int:
    """What can talk to what that could not before PLAN, and the reverse."""
    from tfreach.cli import answers

    if given["exit_code"] and given["detailed_exitcode"]:
        raise UsageError("--exit-code and --detailed-exitcode exclude each other")
    return answers.diff(**given)


@main.command()
@options.plan
@options.source
@options.policy
@options.judging_policies
@options.client_ports
@options.allow_empty
@options.output("text", "json", "markdown", "sarif", "junit", "github", "gitlab", "atlantis")
@options.exit_zero
def check(**given: Any) -> int:
    """The gate: whether the network after PLAN keeps a policy. Exit code 1 where it does not."""
    from tfreach.cli import gate

    return gate.check(**given)


@main.command()
@click.argument("plan", metavar="[PLAN]", required=False)
@options.source
@options.linting
@options.client_ports
@options.today
@options.output("text", "json", "markdown", "sarif")
@options.exit_code
@options.exit_zero
def lint(**given: Any) -> int:
    """Mistakes that hide in a network: rules that never match, one-way ACLs, no way out ..."""
    from tfreach.cli import linting

    return linting.lint(**given)


@main.command()
@options.plan
@options.source
@options.ends(required=True)
@click.option(
    "--protocol",
    metavar="P",
    help="tcp, udp, icmp, icmpv6, any or a number. Default: tcp with --port, else any.",
)
@click.option(
    "--port",
    metavar="N",
    help="Destination port; for icmp TYPE/CODE (default: echo). Without it: a table of flows.",
)
@click.option(
    "--family",
    type=click.Choice(["ipv4", "ipv6"]),
    help="Ask about one address family (default: each by which the two ends may talk).",
)
@click.option("--source-port", metavar="N", type=click.IntRange(0, 65535), help="Client port.")
@options.state
@options.client_ports
@options.allow_empty
@options.output("text", "json")
def trace(**given: Any) -> int:
    """Hop by hop, both directions: every rule that decides, all that blocks."""
    from tfreach.cli import answers

    return answers.trace(**given)


@main.command()
@options.plan
@options.source
@options.ends(required=False)
@options.state
@options.client_ports
@options.allow_empty
@options.output("text", "json", "csv")
@options.exit_code
@options.exit_zero
def reach(**given: Any) -> int:
    """All that is reachable in one snapshot, as exact sets of flows."""
    from tfreach.cli import answers

    return answers.reach(**given)


@main.command()
@click.argument("name", required=False)
def schema(name: str | None) -> int:
    """Print a JSON Schema: check, coverage, diff, lint, reach, trace (outputs), policy (a file)."""
    from tfreach.cli.outputs import to_stdout
    from tfreach.report.schema import schema as read

    to_stdout(read(name or ""))
    return 0


@main.command()
@click.argument("plan", metavar="[PLAN]", required=False)
@options.source
@options.output("text", "json")
def coverage(**given: Any) -> int:
    """Which resource types are modelled; with PLAN, what became of each of its resources."""
    from tfreach.cli import answers

    return answers.coverage(**given)
