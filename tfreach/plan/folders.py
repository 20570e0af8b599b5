"""A folder on disk or a binary plan file in; the configuration files of every module, out."""

from __future__ import annotations

import io
import json
import os
import posixpath
import stat
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from tfreach.errors import InputError

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of the largest file that is read."""

MOST: Final = 20_000
"""Files that one folder, or one plan file, may hold."""

_TOTAL: Final = 256 * 1024 * 1024
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


class Folders(Protocol):
    """Where modules have their files. Folders are named as `path.module` is: from the root."""

    exact: bool
    """Whether the manifest is sure to be of this configuration."""

    @property
    def manifest(self) -> Mapping[str, str]:
        """The folder of each module, by its names from the root: `vpc.subnets`."""
        ...

    def names(self, folder: str) -> Sequence[str] | None:
        """The names of its files; None when there is no such folder."""
        ...

    def load(self, folder: str, name: str) -> bytes | None:
        """A configuration file; None when it cannot be read."""
        ...

    def read(self, folder: str, path: str) -> bytes | None:
        """Any file at or below a module's folder, by its path from the root."""
        ...

    def below(self, folder: str, path: str) -> Sequence[str] | None:
        """All files below `path`, relative to it; None when that is not sure."""
        ...


class OnDisk:
    """The folder that Terraform runs in, and the modules that it leads to."""

    exact = False

    def __init__(self, root: Path) -> None:
        self._root = root
        self._manifest: Mapping[str, str] | None = None

    @property
    def manifest(self) -> Mapping[str, str]:
        if self._manifest is None:
            data = _bytes(self._root / ".terraform" / "modules" / "modules.json")
            self._manifest = _manifest(data, "Modules")
        return self._manifest

    def names(self, folder: str) -> Sequence[str] | None:
        try:
            with os.scandir(self._root / folder) as found:
                return [entry.name for entry in found if not _is_folder(entry)][:MOST]
        except (OSError, ValueError):
            return None

    def load(self, folder: str, name: str) -> bytes | None:
        return _bytes(self._root / folder / name)

    def read(self, folder: str, path: str) -> bytes | None:
        place = self._inside(folder, path)
        return _bytes(place) if place else None

    def below(self, folder: str, path: str) -> Sequence[str] | None:
        place, found = self._inside(folder, path), list[str]()
        if place is None or not place.is_dir():
            return None
        errors: list[OSError] = []
        for here, folders, files in os.walk(place, onerror=errors.append):
            at = Path(here)
            found += [(at / name).relative_to(place).as_posix() for name in files]
            links = [name for name in (*folders, *files) if (at / name).is_symlink()]
            if len(found) > MOST or any(not self._plain(folder, at / name) for name in links):
                return None
        return None if errors else sorted(found)

    def _plain(self, folder: str, link: Path) -> bool:
        """Whether a link leads to a file that the module may read."""
        place = self._inside(folder, str(link.absolute()))
        return place is not None and place.is_file()

    def _inside(self, folder: str, path: str) -> Path | None:
        """Where a path leads, links resolved; None when that is outside of the module."""
        try:
            home = (self._root / folder).resolve()
            place = (self._root / path).resolve()
            return place if place.is_relative_to(home) else None
        except (OSError, RuntimeError, ValueError):
            return None


class InPlan:
    """The configuration that a binary plan file holds: no other files."""

    exact = True

    def __init__(self, data: bytes, name: str) -> None:
        try:
            files = _unzipped(data)
            self.manifest: Mapping[str, str] = _manifest(files.get(("", "modules.json")))
        except _DAMAGED as error:
            raise InputError("the binary plan file is damaged", where=name) from error
        if not self.manifest:
            raise InputError("there is no configuration in the binary plan file", where=name)
        self._files: dict[str, dict[str, bytes]] = {"": {}}
        for key, folder in self.manifest.items():
            own = {file: text for (place, file), text in files.items() if place == f"m-{key}"}
            self._files.setdefault(folder, own)

    def names(self, folder: str) -> Sequence[str] | None:
        found = self._files.get(folder)
        return None if found is None else list(found)

    def load(self, folder: str, name: str) -> bytes | None:
        return self._files.get(folder, {}).get(name)

    def read(self, folder: str, path: str) -> bytes | None:
        place, name = posixpath.split(posixpath.normpath(path))
        inside = posixpath.normpath(place) == folder
        return self.load(folder, name) if inside else None

    def below(self, folder: str, path: str) -> Sequence[str] | None:
        return None


def _unzipped(data: bytes) -> dict[tuple[str, str], bytes]:
    """The files below `tfconfig/`, by folder and name. Sizes in a zip are not believed."""
    files: dict[tuple[str, str], bytes] = {}
    left = _TOTAL
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > MOST:
            raise ValueError("too many files")
        for entry in entries:
            top, _, path = entry.filename.partition("/")
            folder, _, name = path.rpartition("/")
            if top != "tfconfig" or not name:
                continue
            with archive.open(entry) as file:
                text = file.read(min(LARGEST, left) + 1)
            left -= len(text)
            if len(text) > LARGEST or left < 0:
                raise ValueError("too big")
            files[folder, name] = text
    return files


def _manifest(data: bytes | None, key: str = "") -> Mapping[str, str]:
    """The folder of each module; nothing when the file is damaged or not there."""
    try:
        content: Any = json.loads(data or b"[]")
    except (ValueError, RecursionError):
        return {}
    content = content.get(key) if key and isinstance(content, dict) else content
    return {
        entry["Key"]: posixpath.normpath(entry["Dir"].replace("\\", "/"))
        for entry in (content if isinstance(content, list) else ())
        if isinstance(entry, dict)
        and isinstance(entry.get("Key"), str)
        and isinstance(entry.get("Dir"), str)
    }


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _bytes(path: Path) -> bytes | None:
    """A plain file that is not too big."""
    try:
        with open(path, "rb", opener=_opened) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            data = file.read(LARGEST + 1)
    except (OSError, ValueError):
        return None
    return data if len(data) <= LARGEST else None


def _opened(path: str, flags: int) -> int:
    """Open without waiting for the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
