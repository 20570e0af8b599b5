"""A folder or a binary plan file in; its modules, and what each declares, out.

Nothing is parsed before something asks for it: a file that does not hold the name that is asked
for is not parsed at all.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tfreach.plan.cache import Cache
from tfreach.plan.folders import Folders, InPlan, OnDisk
from tfreach.plan.overrides import merged
from tfreach.plan.syntax import Attribute, Block, Body, Literal
from tfreach.plan.templates import SourceError
from tfreach.records import dataclass

Key = tuple[str, ...]
"""What is asked for: `("resource", type, name)`, `("module", name)`, `("local", name)`."""

_BLOCKS: Final = {"managed": "resource", "data": "data", "ephemeral": "ephemeral"}
_MODES: Final = {kind: mode for mode, kind in _BLOCKS.items()}
_LABELS: Final = {**dict.fromkeys(_MODES, 2), "module": 1, "variable": 1, "output": 1}
_EXTENSIONS: Final = (".tf", ".tf.json", ".tofu", ".tofu.json")


class Problem(NamedTuple):
    """What of the source could not be used."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that a module declares; a resource by mode, type and name."""

    resources: tuple[tuple[str, str, str], ...]
    calls: tuple[str, ...]
    outputs: tuple[str, ...]
    locals: tuple[str, ...]
    variables: tuple[str, ...]


class Source:
    """The configuration that a plan is made from.

    problems   what could not be read or parsed so far
    """

    def __init__(self, folders: Folders, cache: Cache | None = None) -> None:
        self.problems: list[Problem] = []
        self.folders = folders
        self.cache = Cache.of_user() if cache is None else cache
        self.root = Module(self, ".", ())

    @classmethod
    def of_folder(cls, path: Path, cache: Cache | None = None) -> Source:
        """The source in the folder that Terraform runs in."""
        return cls(OnDisk(path), cache)

    @classmethod
    def of_plan_file(cls, data: bytes, name: str, cache: Cache | None = None) -> Source:
        """The source that is kept in a binary plan file. Raises InputError."""
        return cls(InPlan(data, name), cache)


@dataclass(slots=True, eq=False)
class _File:
    """One configuration file; `contents` is None until it is parsed."""

    name: str
    text: str
    contents: dict[Key, Block | Attribute] | None = None

    def may_hold(self, key: Key) -> bool:
        """Whether the text has the words of the key, or escapes that could stand for them."""
        return "\\u" in self.text or all(
            word in self.text or not word.isascii() for word in key[1:]
        )

    def likely_holds(self, key: Key) -> bool:
        """Whether the text looks as if it declares what is asked for."""
        *words, last = (re.escape(word) for word in key[1:])
        ends = r'"?\s*[=:{]'
        pattern = "".join(rf'{word}"[\s:{{"]+' for word in words) + last + ends
        return re.search(pattern, self.text) is not None


class Module:
    """One module: the files of its folder, override files merged.

    folder   as `path.module` is: `.` for the root, else from the root
    path     the names of the module calls that lead to it
    """

    def __init__(self, source: Source, folder: str, path: tuple[str, ...]) -> None:
        self.folder = folder
        self.path = path
        self._source = source
        self._loaded: tuple[list[_File], list[_File]] | None = None
        self._found: dict[Key, Block | Attribute | None] = {}
        self._children: dict[str, Module | None] = {}
        self._broken = False

    @property
    def complete(self) -> bool:
        """False when a file is broken that may hold what was not found when it was asked for."""
        return not self._broken

    @property
    def overridden(self) -> bool:
        """Whether it has override files: what a block sets may then stand in another file."""
        return bool(self._files()[1])

    def resource(self, mode: str, type: str, name: str) -> Block | None:
        """The block of a resource; mode as in a plan: `managed` or `data`."""
        return self._block(_BLOCKS.get(mode, mode), type, name)

    def call(self, name: str) -> Block | None:
        """The `module` block that calls a module."""
        return self._block("module", name)

    def variable(self, name: str) -> Block | None:
        return self._block("variable", name)

    def output(self, name: str) -> Block | None:
        return self._block("output", name)

    def local(self, name: str) -> Attribute | None:
        """The line of a `locals` block that sets a local value."""
        found = self._lookup(("local", name))
        return found if isinstance(found, Attribute) else None

    def names(self) -> Names:
        """All that the module declares; parses all of its files."""
        keys = dict.fromkeys(key for file in self._files()[0] for key in self._contents(file))

        def of(kind: str) -> tuple[str, ...]:
            return tuple(key[1] for key in keys if key[0] == kind)

        resources = tuple((_MODES[key[0]], key[1], key[2]) for key in keys if key[0] in _MODES)
        return Names(resources, of("module"), of("output"), of("local"), of("variable"))

    def child(self, name: str) -> Module | None:
        """The module that a call leads to; None, and a problem, when its source is not there."""
        if name not in self._children:
            call = self.call(name)
            self._children[name] = self._child(name, call) if call else None
        return self._children[name]

    def owns(self, name: str) -> bool:
        """Whether a call leads by a path to a module of the same repository: nothing downloaded."""
        call = self.call(name)
        return call is not None and _is_local(call)

    def read(self, path: str) -> bytes | None:
        """A file in the module's folder or below, by its path from the root; None for others."""
        return self._source.folders.read(self.folder, path)

    def files(self, folder: str) -> Sequence[str] | None:
        """The paths of all files below a folder, relative to it; None when that is not sure."""
        return self._source.folders.below(self.folder, folder)

    def where(self, name: str) -> str:
        """A file of the module as the user would name it: from the root module's folder."""
        return posixpath.normpath(posixpath.join(self.folder, name))

    def texts(self) -> Iterator[tuple[str, str]]:
        """The name and text of each of its files that may have comments."""
        for some in self._files():
            yield from ((one.name, one.text) for one in some if not one.name.endswith(".json"))

    def parsed(self, name: str) -> Body | None:
        """What one of its files holds; None where that cannot be parsed."""
        for file in (file for some in self._files() for file in some if file.name == name):
            try:
                return self._source.cache.parse(file.text, self.where(name))
            except SourceError as error:
                self._problem(self.where(name), error.line, error.message)
        return None

    def _block(self, *key: str) -> Block | None:
        found = self._lookup(key)
        return found if isinstance(found, Block) else None

    def _lookup(self, key: Key) -> Block | Attribute | None:
        if key not in self._found:
            primary, overrides = self._files()
            found = next(self._holders(primary, key), None)
            for override in self._holders(overrides, key) if found else ():
                both = isinstance(found, Block) and isinstance(override, Block)
                found = merged(found, override) if both else override  # type: ignore[arg-type]
            self._found[key] = found
        return self._found[key]

    def _holders(self, files: list[_File], key: Key) -> Iterator[Block | Attribute]:
        """What the files say of a key, parsing those that look like it first."""
        possible = [file for file in files if file.may_hold(key)]
        if files is self._files()[0]:
            possible.sort(key=lambda file: not file.likely_holds(key))
        for file in possible:
            if (found := self._contents(file).get(key)) is not None:
                yield found

    def _files(self) -> tuple[list[_File], list[_File]]:
        """The files that are read first, and those that override them."""
        if self._loaded is None:
            names = self._source.folders.names(self.folder)
            if names is None:
                self._problem(self.where(""), 0, "there is no such folder")
            files = [file for name in _chosen(names or ()) if (file := self._load(name))]
            overrides = [file for file in files if _overrides(file.name)]
            self._loaded = [file for file in files if file not in overrides], overrides
        return self._loaded

    def _load(self, name: str) -> _File | None:
        data = self._source.folders.load(self.folder, name)
        if data is None:
            self._problem(self.where(name), 0, "cannot be read")
            return None
        try:
            return _File(name, data.decode())
        except UnicodeDecodeError:
            self._problem(self.where(name), 0, "this is not UTF-8")
            return None

    def _problem(self, file: str, line: int, message: str) -> None:
        self._broken = True
        problem = Problem(file, line, message)
        if problem not in self._source.problems:
            self._source.problems.append(problem)

    def _contents(self, file: _File) -> dict[Key, Block | Attribute]:
        if file.contents is None:
            where = self.where(file.name)
            try:
                file.contents = _indexed(self._source.cache.parse(file.text, where))
            except SourceError as error:
                self._problem(where, error.line, error.message)
                file.contents = {}
        return file.contents

    def _child(self, name: str, call: Block) -> Module | None:
        folders, path = self._source.folders, (*self.path, name)
        kept = folders.manifest.get(".".join(path))
        beside = None
        if _is_local(call):
            beside = posixpath.normpath(posixpath.join(self.folder, _written(call)))
        choices = (kept, beside) if folders.exact or not beside else (beside, kept)
        for folder in choices:
            if folder is not None and folders.names(folder) is not None:
                return Module(self._source, folder, path)
        message = f"module {'.'.join(path)} is not there: run terraform init"
        problem = Problem(call.file, call.line, message)
        if problem not in self._source.problems:
            self._source.problems.append(problem)
        return None


def _is_local(call: Block) -> bool:
    return re.match(r"\.\.?(?:/|$)", _written(call)) is not None


def _written(call: Block) -> str:
    """Where a call says that its module is; "" when that is not one text."""
    source = call.body.attributes.get("source")
    value = source.expression.value if source and isinstance(source.expression, Literal) else ""
    return value if isinstance(value, str) else ""


def _chosen(names: Sequence[str]) -> list[str]:
    """The configuration files among the names, in their order; `.tofu` hides `.tf`."""
    found = sorted(name for name in names if name.endswith(_EXTENSIONS) and not _ignored(name))
    return [
        name
        for name in found
        if not (".tf" in name and re.sub(r"\.tf(\.json)?$", r".tofu\1", name) in found)
        or ".tofu" in name
    ]


def _ignored(name: str) -> bool:
    return name.startswith(".") or name.endswith("~") or (name[0] == "#" and name[-1] == "#")


def _overrides(name: str) -> bool:
    return re.search(r"(?:^|_)override\.(?:tf|tofu)(?:\.json)?$", name) is not None


def _indexed(body: Body) -> dict[Key, Block | Attribute]:
    found: dict[Key, Block | Attribute] = {}
    for block in body.blocks:
        if block.type == "locals":
            found.update((("local", name), one) for name, one in block.body.attributes.items())
        elif _LABELS.get(block.type) == len(block.labels):
            found.setdefault((block.type, *block.labels), block)
    return found
