"""What a module may read, and the source that a binary plan file holds."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.plan.layout import NO_CACHE, child_of, source_of, write
from tests.plan.shown import shown
from tfreach.errors import InputError
from tfreach.plan import folders
from tfreach.plan.modules import Source

READING = {
    "main.tf": 'module "m" { source = "./m" }',
    "top.txt": "top",
    "m/main.tf": "",
    "m/a.txt": "a",
    "m/below/b.txt": "b",
    "mm/c.txt": "c",
}


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        pytest.param("m/a.txt", b"a", id="its-own-file"),
        pytest.param("./m/below/../a.txt", b"a", id="its-own-file-the-long-way"),
        pytest.param("m/below/b.txt", b"b", id="below-it"),
        pytest.param("m/link.txt", b"a", id="a-link-within"),
        pytest.param("top.txt", None, id="above-it"),
        pytest.param("m/../top.txt", None, id="above-it-by-dots"),
        pytest.param("mm/c.txt", None, id="a-folder-that-begins-like-it"),
        pytest.param("m/out.txt", None, id="a-link-that-leads-out"),
        pytest.param("m/outside/top.txt", None, id="a-linked-folder-that-leads-out"),
        pytest.param("m/loop", None, id="a-link-to-itself"),
        pytest.param("m/pipe", None, id="a-pipe"),
        pytest.param("m", None, id="a-folder"),
        pytest.param("m/none.txt", None, id="nothing"),
        pytest.param("/etc/passwd", None, id="an-absolute-path"),
        pytest.param("m/a.txt\0", None, id="a-zero-byte"),
        pytest.param("m/" + "x" * 5000, None, id="a-name-too-long"),
    ],
)
def test_a_module_reads_its_own_folder_only(
    tmp_path: Path, path: str, wanted: bytes | None
) -> None:
    folder = write(tmp_path, READING)
    for link, target in {
        "m/link.txt": "a.txt",
        "m/out.txt": "../top.txt",
        "m/outside": "..",
        "m/loop": "loop",
    }.items():
        (folder / link).symlink_to(target)
    os.mkfifo(folder / "m" / "pipe")
    module = child_of(Source.of_folder(folder, NO_CACHE).root, "m")
    assert module.read(path) == wanted


def test_files_below_a_folder(tmp_path: Path) -> None:
    root = source_of(tmp_path, READING).root
    module = child_of(root, "m")
    assert module.files("m") == ["a.txt", "below/b.txt", "main.tf"]
    assert module.files("m/below") == ["b.txt"]
    assert module.files(".") is None
    assert module.files("m/none") is None
    (tmp_path / "m" / "link.txt").symlink_to("a.txt")
    assert module.files("m") == ["a.txt", "below/b.txt", "link.txt", "main.tf"]
    (tmp_path / "m" / "out.txt").symlink_to("../top.txt")
    assert module.files("m") is None


def test_a_file_that_is_too_big_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "LARGEST", 3)
    root = source_of(tmp_path, {"a.txt": "abc", "b.txt": "abcd"}).root
    assert (root.read("a.txt"), root.read("b.txt")) == (b"abc", None)


def test_a_shared_file_that_is_linked_from_elsewhere_is_parsed(tmp_path: Path) -> None:
    write(tmp_path, {"shared.tf": "locals {\n l = 1\n}", "root/main.tf": ""})
    (tmp_path / "root" / "shared.tf").symlink_to("../shared.tf")
    assert Source.of_folder(tmp_path / "root", NO_CACHE).root.local("l") is not None


def plan_file(files: Mapping[str, str]) -> bytes:
    """As Terraform writes it: a zip that holds the source of every module."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return kept.getvalue()


IN_PLAN = {
    "tfplan": "binary",
    "tfconfig/m-/main.tf": 'module "a" { source = "./modules/a" }\nlocals {\n l = 1\n}',
    "tfconfig/m-/x.tf.json": '{"locals": {"m": 2}}',
    "tfconfig/m-/override.tf": "locals {\n l = 3\n}",
    "tfconfig/m-a/main.tf": 'module "b" { source = "hashicorp/b/aws" }',
    "tfconfig/m-a.b/main.tf": 'output "o" { value = 1 }',
    "tfconfig/modules.json": json.dumps(
        [
            {"Key": "", "Dir": "."},
            {"Key": "a", "Source": "./modules/a", "Dir": "modules/a"},
            {"Key": "a.b", "Source": "hashicorp/b/aws", "Dir": ".terraform/modules/a.b"},
        ]
    ),
    ".terraform.lock.hcl": "",
}


def test_a_binary_plan_file_holds_its_source() -> None:
    source = Source.of_plan_file(plan_file(IN_PLAN), "tfplan", NO_CACHE)
    root = source.root
    assert root.names().locals == ("l", "m")
    local = root.local("l")
    assert local is not None
    assert shown(local.expression) == "3"
    inner = child_of(root, "a", "b")
    assert inner.folder == ".terraform/modules/a.b"
    output = inner.output("o")
    assert output is not None
    assert output.file == ".terraform/modules/a.b/main.tf"
    assert root.read("main.tf") == IN_PLAN["tfconfig/m-/main.tf"].encode()
    assert child_of(root, "a").read("main.tf") is None
    assert root.read("x.txt") is None
    assert root.files(".") is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"PK\x03\x04 and more", "the binary plan file is damaged", id="no-zip"),
        pytest.param(
            plan_file(IN_PLAN)[:-30], "the binary plan file is damaged", id="a-zip-cut-off"
        ),
        pytest.param(
            plan_file({"tfplan": ""}),
            "there is no configuration in the binary plan file",
            id="a-zip-of-something-else",
        ),
        pytest.param(
            plan_file({**IN_PLAN, "tfconfig/m-/big.tf": " " * (folders.LARGEST + 1)}),
            "the binary plan file is damaged",
            id="a-file-that-grows-too-big",
        ),
        pytest.param(
            plan_file({f"tfconfig/m-/{at}.tf": "" for at in range(folders.MOST + 1)}),
            "the binary plan file is damaged",
            id="too-many-files",
        ),
    ],
)
def test_a_plan_file_that_cannot_be_used(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        Source.of_plan_file(data, "tfplan", NO_CACHE)
    assert (caught.value.message, caught.value.where) == (message, "tfplan")


@pytest.mark.parametrize("at", range(0, 1400, 35))
def test_a_plan_file_with_a_wrong_byte_is_an_input_error_or_still_read(at: int) -> None:
    data = bytearray(plan_file(IN_PLAN))
    data[at % len(data)] ^= 0xFF
    try:
        Source.of_plan_file(bytes(data), "tfplan", NO_CACHE).root.names()
    except InputError as error:
        assert error.where == "tfplan"  # noqa: PT017 - either is right


@pytest.mark.terraform
def test_a_real_plan_file_holds_what_the_folder_does(tmp_path: Path) -> None:
    files = {
        "main.tf": 'module "a" {\n  source = "./modules/a"\n}\nlocals {\n  l = 1\n}\n',
        "x.tf.json": '{"output": {"o": {"value": "${module.a.o}-${local.l}"}}}',
        "modules/a/main.tf": 'module "b" {\n  source = "./b"\n}\noutput "o" {\n  value = "o"\n}\n',
        "modules/a/b/main.tf": 'resource "terraform_data" "t" {}\n',
    }
    folder = write(tmp_path, files)
    terraform = str(shutil.which("terraform"))
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull}
    for arguments in (["init"], ["plan", "-out=tfplan"]):
        command = [terraform, *arguments, "-input=false"]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    kept = Source.of_plan_file((folder / "tfplan").read_bytes(), "tfplan", NO_CACHE)
    written = Source.of_folder(folder, NO_CACHE)
    for path in ((), ("a",), ("a", "b")):
        one, other = child_of(kept.root, *path), child_of(written.root, *path)
        assert one.folder == other.folder
        assert one.names() == other.names()
    assert not kept.problems
