"""The fixtures are what real Terraform plans: one scenario rebuilt against a mock AWS."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import FIXTURES


@pytest.mark.terraform
@pytest.mark.moto
def test_a_fixture_rebuilt_by_terraform_plans_the_same_changes() -> None:
    command = [sys.executable, str(FIXTURES / "build.py"), "--check", "rules-four-forms"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if "no AWS provider on this machine" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
