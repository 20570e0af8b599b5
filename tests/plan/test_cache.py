"""Parsed files kept in the user's folder: a file is parsed once, and nothing there can do harm."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.plan.shown import lines
from tfreach.plan import cache
from tfreach.plan.cache import Cache, home
from tfreach.plan.source import SourceError
from tfreach.plan.syntax import Body

TEXT = 'a "b" {\n  c = "${d}"\n}'
WANTED = ['1: a "b"', "  2: c = <d>"]


def refuse(text: str, file: str) -> Body:
    raise AssertionError(f"{file} is parsed again")


refuse.__name__ = "parse"  # which is part of the key


@pytest.fixture
def entries(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "here"


def test_the_second_time_nothing_is_parsed(entries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(Cache(entries).parse(TEXT, "main.tf")) == WANTED
    monkeypatch.setattr(cache, "parse", refuse)
    again = Cache(entries).parse(TEXT, "modules/x/main.tf")
    assert lines(again) == WANTED
    assert again.blocks[0].file == "modules/x/main.tf"


def test_only_the_user_can_read_it(entries: Path) -> None:
    Cache(entries).parse(TEXT, "main.tf")
    (entry,) = entries.iterdir()
    assert stat.S_IMODE(entries.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600
    assert entry.suffix == ".json"


def test_the_two_syntaxes_are_not_mixed_up(entries: Path) -> None:
    kept = Cache(entries)
    assert kept.parse("", "main.tf").blocks == ()
    with pytest.raises(SourceError):
        kept.parse("", "main.tf.json")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[[], []]", id="without-a-checksum"),
        pytest.param(b"0" * 64 + b"\n[[], []]", id="with-a-wrong-checksum"),
        pytest.param(cache._checksum(b"{") + b"\n{", id="no-json"),
        pytest.param(cache._checksum(b"[" * 9999) + b"\n" + b"[" * 9999, id="too-deep"),
    ],
)
def test_a_damaged_entry_is_written_anew(entries: Path, content: bytes) -> None:
    Cache(entries).parse(TEXT, "main.tf")
    (entry,) = entries.iterdir()
    good = entry.read_bytes()
    entry.write_bytes(content)
    assert lines(Cache(entries).parse(TEXT, "main.tf")) == WANTED
    assert entry.read_bytes() == good
    assert list(entries.iterdir()) == [entry]


def test_an_entry_of_another_user_is_not_believed(
    entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Cache(entries).parse(TEXT, "main.tf")
    monkeypatch.setattr(cache, "parse", refuse)
    monkeypatch.setattr(os, "geteuid", lambda: entries.stat().st_uid + 1)
    with pytest.raises(AssertionError):
        Cache(entries).parse(TEXT, "main.tf")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_no_cache(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert lines(Cache(tmp_path / "x").parse(TEXT, "main.tf")) == WANTED


def test_a_file_where_the_folder_should_be_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    assert lines(Cache(tmp_path / "x").parse(TEXT, "main.tf")) == WANTED
    assert lines(Cache(tmp_path / "x" / "y").parse(TEXT, "main.tf")) == WANTED


def test_what_cannot_be_packed_is_not_kept(entries: Path) -> None:
    text = "a = b" + ".c" * 150 + "[0]" * 40
    for _ in range(2):
        assert Cache(entries).parse(text, "main.tf").attributes
    with pytest.raises(SourceError):
        Cache(entries).parse("a = ", "main.tf")


def test_the_entries_used_longest_ago_go(entries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(4):
        Cache(entries).parse(f"a = {at}", "main.tf")
    for at, entry in enumerate(sorted(entries.iterdir())):
        os.utime(entry, (at, at))
    (entries / "left-behind.new").write_text("")
    os.utime(entries / "left-behind.new", (0, 0))
    newest = sorted(entries.glob("*.json"))[-2:]
    monkeypatch.setattr(cache, "MOST", 3)
    Cache(entries).parse("a = 9", "main.tf")
    left = set(entries.iterdir())
    assert len(left) == 3
    assert set(newest) <= left


@pytest.mark.parametrize(
    ("environment", "platform", "wanted"),
    [
        pytest.param({"TFREACH_CACHE_DIR": "/c", "HOME": "/h"}, "linux", "/c", id="as-it-says"),
        pytest.param({"TFREACH_CACHE_DIR": "", "HOME": "/h"}, "linux", None, id="turned-off"),
        pytest.param({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "linux", "/x/tfreach", id="xdg"),
        pytest.param({"XDG_CACHE_HOME": "x", "HOME": "/h"}, "linux", "/h/.cache/tfreach", id="odd"),
        pytest.param({"HOME": "/h"}, "linux", "/h/.cache/tfreach", id="linux"),
        pytest.param({"HOME": "/h"}, "darwin", "/h/Library/Caches/tfreach", id="a-mac"),
        pytest.param({"LOCALAPPDATA": "/l"}, "win32", "/l/tfreach", id="windows"),
        pytest.param({}, "linux", None, id="no-home"),
    ],
)
def test_where_it_is(environment: dict[str, str], platform: str, wanted: str | None) -> None:
    found = home(environment, platform)
    assert found == (None if wanted is None else Path(wanted))
