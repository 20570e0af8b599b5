"""Text of configuration files in; their trees out, parsed once and then kept in the user's folder.

Source may hold a secret: files are for the user alone. Entries are JSON, and whatever is wrong with
one, or with the folder, only costs the time to parse.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tfreach import __version__
from tfreach.plan.packed import pack, unpack
from tfreach.plan.source import parse, parse_json, parser_version
from tfreach.plan.syntax import Body

FORMAT: Final = 1
"""One more for every change of the tree, of what is read into it, or of how it is packed."""

MOST: Final = 4000
"""Entries that are kept; the ones used last."""


class Cache:
    """Parsed files by their text. Without a home nothing is kept."""

    def __init__(self, home: Path | None) -> None:
        self._home = home
        self._pruned = False

    @classmethod
    def of_user(cls, environment: Mapping[str, str] = os.environ) -> Cache:
        """The one in the user's cache folder, or in TFREACH_CACHE_DIR; none when that is empty."""
        return cls(home(environment, sys.platform))

    def parse(self, text: str, file: str) -> Body:
        """What a file holds, by its text and the end of its name. Raises SourceError."""
        read = parse_json if file.endswith(".json") else parse
        if self._home is None:
            return read(text, file)
        entry = self._home / _key(text, read.__name__)
        packed = _loaded(entry)
        if packed is not None:
            return unpack(packed, file)
        body = read(text, file)
        with contextlib.suppress(OSError, RecursionError, ValueError):
            self._store(entry, pack(body))
        return body

    def _store(self, entry: Path, packed: Any) -> None:
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = json.dumps(packed, separators=(",", ":")).encode()
        handle, scratch = tempfile.mkstemp(dir=entry.parent, suffix=".new")  # 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_checksum(data) + b"\n" + data)
            os.replace(scratch, entry)
        except OSError:
            Path(scratch).unlink(missing_ok=True)
            raise
        if not self._pruned:
            self._pruned = True
            _prune(entry.parent)


def home(environment: Mapping[str, str], platform: str) -> Path | None:
    """The folder of the cache; None when it is turned off or there is no home."""
    if (given := environment.get("TFREACH_CACHE_DIR")) is not None:
        return Path(given) if given else None
    for base in _bases(environment, platform):
        if base.is_absolute():
            return base / "tfreach"
    return None


def _bases(environment: Mapping[str, str], platform: str) -> Iterator[Path]:
    yield Path(environment.get("XDG_CACHE_HOME", ""))
    if platform == "win32":
        yield Path(environment.get("LOCALAPPDATA", ""))
        return
    user = Path(environment.get("HOME", ""))
    yield user / "Library" / "Caches" if platform == "darwin" else user / ".cache"


def _key(text: str, kind: str) -> str:
    made = f"{FORMAT} {__version__} {parser_version()} {kind}\n"
    return hashlib.sha256((made + text).encode(errors="surrogatepass")).hexdigest() + ".json"


def _checksum(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def _loaded(entry: Path) -> Any:
    """The packed body; None when it is not there, damaged or not the user's own."""
    try:
        if hasattr(os, "geteuid") and entry.stat().st_uid != os.geteuid():
            return None
        checksum, _, data = entry.read_bytes().partition(b"\n")
        if checksum != _checksum(data):
            return None
        os.utime(entry)
        return json.loads(data)
    except (OSError, ValueError, RecursionError):
        return None


def _prune(folder: Path) -> None:
    """Remove the entries that were used longest ago, and what a crash left behind."""
    with os.scandir(folder) as found:
        entries = [(item.stat().st_mtime, item.path) for item in found if item.is_file()]
    for _, path in sorted(entries, reverse=True)[MOST:]:
        Path(path).unlink(missing_ok=True)
