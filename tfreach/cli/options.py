"""The options that several commands share, as click decorators; loads nothing but click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Command = Callable[..., Any]


def _all(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


plan = click.argument("plan", metavar="PLAN")

client_ports = click.option(
    "--client-ports",
    metavar="RANGE",
    default="1024-65535",
    show_default=True,
    help="The client ports a reply must reach.",
)
state = click.option(
    "--state",
    type=click.Choice(["current", "planned"]),
    help="Which snapshot to look at (default: planned; a state has only current).",
)
allow_empty = click.option(
    "--allow-empty", is_flag=True, help="A selector that selects nothing is no error."
)
today = click.option(
    "--today",
    metavar="DATE",
    help="The day on which waivers are judged, such as 2027-03-31 (default: today, UTC).",
)
exit_zero = click.option("--exit-zero", is_flag=True, help="Findings do not change the exit code.")
exit_code = click.option(
    "--exit-code", is_flag=True, help="Exit 1 when there is something to report."
)


policy = click.option(
    "--policy",
    metavar="FILE",
    multiple=True,
    required=True,
    help="A policy in YAML or JSON, or builtin:baseline and its parts; several are joined.",
)


def judging_policies(command: Command) -> Command:
    """How rules and waivers are judged."""
    return _all(
        click.option(
            "--all",
            "judge_all",
            is_flag=True,
            help="Judge totals by the rules marked `new: true` too, which are for what PLAN opens.",
        ),
        today,
    )(command)


def linting(command: Command) -> Command:
    """Which lints look, and what of their findings is shown."""
    return _all(
        click.option("--only", metavar="ID", multiple=True, help="Only this lint; repeatable."),
        click.option("--skip", metavar="ID", multiple=True, help="Not this lint; repeatable."),
        click.option("--new", "only_new", is_flag=True, help="Only what is not so before PLAN."),
        click.option("--list", "list_them", is_flag=True, help="Name the lints, and look at none."),
    )(command)


def source(command: Command) -> Command:
    """Where the source of PLAN is."""
    return _all(
        click.option(
            "--config-dir",
            metavar="DIR",
            help="The Terraform source of PLAN (root module): settles what PLAN leaves unknown.",
        ),
        click.option(
            "--config",
            metavar="FILE",
            help="The same, from a binary plan file, which has its source inside.",
        ),
    )(command)


def output(*formats: str) -> Callable[[Command], Command]:
    """Where the result goes and how it looks, for a command with these formats."""
    return _all(
        click.option(
            "--format",
            "formats",
            metavar="F[=FILE]",
            multiple=True,
            help=f"{', '.join(formats)}; repeatable, each with a file of its own (default: text).",
        ),
        click.option("-o", "out", metavar="FILE", help="Where the format without a file goes."),
        click.option("--project", metavar="NAME", help="Name of this stack (default: its folder)."),
        click.option("--quiet", is_flag=True, help="No notes and no progress on standard error."),
        click.option("--verbose", is_flag=True, help="All that is otherwise summed up."),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
        ),
    )


def ends(*, required: bool) -> Callable[[Command], Command]:
    """--from and --to."""
    word = "" if required else " (default: everything)"
    return _all(
        click.option(
            "--from",
            "source",
            metavar="SELECTOR",
            required=required,
            help=f"An address, glob, identifier, IP block, `internet` ...{word}",
        ),
        click.option(
            "--to", "destination", metavar="SELECTOR", required=required, help=f"Likewise{word}."
        ),
    )
