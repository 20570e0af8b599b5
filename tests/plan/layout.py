"""Folders of configuration files, written for a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tfreach.plan.cache import Cache
from tfreach.plan.modules import Module, Source

NO_CACHE = Cache(None)


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


def source_of(folder: Path, files: Mapping[str, str]) -> Source:
    return Source.of_folder(write(folder, files), NO_CACHE)


def child_of(module: Module, *names: str) -> Module:
    for name in names:
        child = module.child(name)
        assert child is not None
        module = child
    return module
