"""What every test may use: FIXTURES, the `golden` fixture and --update-golden."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

FIXTURES: Final = Path(__file__).resolve().parent.parent / "fixtures"

# No deadline: how long one example takes says something of the machine, not of the code.
settings.register_profile("tfreach", deadline=None)
settings.load_profile("tfreach")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files instead of comparing with them",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test marked `terraform` is skipped, visibly, where what it runs is missing."""
    if missing := _missing_for_terraform():
        skip = pytest.mark.skip(reason=f"not on this machine: {', '.join(missing)}")
        for item in items:
            if item.get_closest_marker("terraform"):
                item.add_marker(skip)


def _missing_for_terraform() -> list[str]:
    there = {
        "terraform (on the PATH)": shutil.which("terraform") is not None,
        "moto (make fixtures-env)": importlib.util.find_spec("moto") is not None,
    }
    return [what for what, found in there.items() if not found]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compares a text with a file, byte for byte; under --update-golden writes the file."""
    update = request.config.getoption("--update-golden")

    def check(path: Path, actual: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(actual.encode())
        assert path.exists(), f"no golden file {path}: run `make golden` and read the diff"
        assert actual == path.read_bytes().decode()

    return check
