"""A binary plan file in; the JSON that Terraform, or OpenTofu, prints of it, out."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tfreach.errors import InputError
from tfreach.plan.document import SHOW

SECONDS: Final = 600


def shown_by_terraform(data: bytes, name: str, folders: Iterable[Path]) -> bytes:
    """What `terraform show -json` prints of the plan file. Raises InputError.

    folders   where its providers may be installed; the first that has a `.terraform` is taken
    """
    program = shutil.which("terraform") or shutil.which("tofu")
    if program is None:
        message = "this is a binary plan file, and there is no terraform or tofu to read it with"
        raise InputError(message, where=name, hint=SHOW)
    places = [folder for folder in folders if folder.is_dir()]
    place = next((folder for folder in places if (folder / ".terraform").is_dir()), places[0])
    with tempfile.TemporaryDirectory(prefix="tfreach-") as scratch:
        file = Path(scratch) / "tfplan"
        file.touch(mode=0o600)
        file.write_bytes(data)
        return _show([program, "show", "-json", "-no-color", str(file)], place, name)


def _show(command: list[str], place: Path, name: str) -> bytes:
    quiet = {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", "TF_CLI_ARGS": ""}
    try:
        done = subprocess.run(
            command,
            cwd=place,
            env={**os.environ, **quiet},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"{Path(command[0]).name} show does not answer"
        raise InputError(message, where=name, hint=SHOW) from error
    if done.returncode != 0:
        raise InputError(
            f"{Path(command[0]).name} show cannot read this plan file in {place}",
            where=name,
            hint="run `terraform init` there with the providers of the plan, or " + SHOW,
        )
    return done.stdout
