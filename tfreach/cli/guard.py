"""A command and its arguments in; the exit code, and one sentence for whatever went wrong, out."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

import click

from tfreach.errors import TfreachError

DONE, FINDINGS, USAGE, UNREADABLE, INTERRUPTED = 0, 1, 2, 3, 130


class Guarded(click.Group):
    """A group whose commands return their exit code, and whose errors are one sentence."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        arguments = sys.argv[1:] if args is None else list(args)
        # Without standalone mode click returns what the command does, and leaves errors to us.
        call = partial(
            super().main, arguments, "tfreach", complete_var, False, windows_expand_args, **extra
        )
        return sys.exit(_run(call, arguments)) if standalone_mode else call()


def run(main: Callable[[], Any]) -> NoReturn:
    """A whole program: ends with the exit code of `main`, and without taking apart what the
    operating system frees at once anyway, which takes long after a large plan."""
    code: object = DONE
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            hush(stream.fileno())
    os._exit(code if isinstance(code, int) else DONE)


def _run(call: Callable[[], Any], arguments: Sequence[str]) -> int:
    # Nothing here makes cycles that are worth looking for, and looking takes a fifth of a long run.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return int(call() or DONE)
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        return INTERRUPTED
    except Exception as error:
        code = _failed(error, verbose="--verbose" in arguments)
        # `diff --detailed-exitcode` speaks Terraform's codes: 2 means changes, 1 any error.
        return 1 if "diff" in arguments and "--detailed-exitcode" in arguments else code
    finally:
        if collecting:
            gc.enable()


def _failed(error: Exception, *, verbose: bool) -> int:
    if isinstance(error, click.ClickException):
        say(_usage(error))
        return error.exit_code
    if isinstance(error, TfreachError):
        say(f"error: {error}")
        return error.exit_code
    if isinstance(error, MemoryError):
        say("error: there is not enough memory\nhint: run tfreach where there is more memory")
        return UNREADABLE
    if verbose:
        traceback.print_exception(error)
    # Its message may quote the plan, and with it a secret: only --verbose shows it.
    where = "" if verbose else "; --verbose shows where"
    say(f"error: this is a defect of tfreach ({type(error).__name__}){where}")
    return UNREADABLE


def _usage(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    hint = f"\nhint: {context.command_path} --help" if context else ""
    return f"error: {error.format_message()}{hint}"


def say(text: str) -> None:
    """Something for people, on standard error; names of the plan in it cannot steer a terminal."""
    lines = ("".join(map(_shown, line)) for line in text.split("\n"))
    try:
        click.echo("\n".join(lines), err=True)
    except BrokenPipeError:
        hush(sys.stderr.fileno())


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode()


def hush(stream: int) -> None:
    """Nobody reads `stream` any more: what is still written to it goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream)
    os.close(nowhere)
