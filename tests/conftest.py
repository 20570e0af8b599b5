"""What every test may use: FIXTURES, the `golden` fixture and --update-golden."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator
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
    """A test marked `terraform` or `moto` is skipped, visibly, where what it runs is missing."""
    missing = {
        "terraform": "" if shutil.which("terraform") else "terraform (on the PATH)",
        "moto": "" if importlib.util.find_spec("moto") else "moto (make fixtures-env)",
    }
    for item in items:
        wanted = [what for mark, what in missing.items() if what and item.get_closest_marker(mark)]
        if wanted:
            reason = f"not on this machine: {', '.join(wanted)}"
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True, scope="session")
def _no_cache() -> Iterator[None]:
    """Tests parse source themselves, and leave nothing in the home of who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TFREACH_CACHE_DIR", "")
        yield


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
