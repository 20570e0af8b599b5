"""Any bytes: a plan, a state, or one clear sentence about what they are instead."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfreach.errors import InputError
from tfreach.plan.configuration import Configuration, ModuleConfig, read_configuration
from tfreach.plan.document import Document, read
from tfreach.plan.snapshot import snapshots

Json = dict[str, Any]
DATA = Path(__file__).parent / "data"
FILES = sorted(path for path in DATA.iterdir() if path.suffix in (".json", ".txt"))

RESOURCE: Json = {"address": "aws_vpc.a", "mode": "managed", "type": "aws_vpc", "name": "a"}
PLAN: Json = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "planned_values": {"root_module": {"resources": [{**RESOURCE, "values": {"tags": None}}]}},
    "resource_changes": [
        {
            **RESOURCE,
            "change": {
                "actions": ["create"],
                "before": None,
                "after": {"tags": None},
                "after_unknown": {"id": True},
            },
        }
    ],
    "configuration": {"root_module": {}},
}
STATE: Json = {
    "format_version": "1.0",
    "terraform_version": "1.11.4",
    "values": {"root_module": {"resources": [{**RESOURCE, "values": {"id": "vpc-1"}}]}},
}
TFSTATE: Json = {
    "version": 4,
    "terraform_version": "1.11.4",
    "serial": 3,
    "lineage": "x",
    "outputs": {},
    "resources": [],
}
TEXT = json.dumps(PLAN)


def plan(**changes: Any) -> bytes:
    return json.dumps({**PLAN, **changes}).encode()


def everything(data: bytes) -> Document:
    """Read all that there is to read."""
    document = read(data, "plan.json")
    snapshots(document)
    if configuration := read_configuration(document):
        for module in modules(configuration):
            for config in module.resources.values():
                for name in config.expressions:
                    for path in ((name,), (name, 0), (name, "x"), (name, 0, "x", 1)):
                        config.expression(path)
    return document


def modules(configuration: Configuration) -> Iterator[ModuleConfig]:
    waiting = [configuration.root]
    while waiting:
        module = waiting.pop()
        waiting += [call.module for call in module.module_calls.values()]
        yield module


def refused(data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        everything(data)
    assert caught.value.exit_code == 3
    assert caught.value.where.startswith("plan.json")
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(PLAN, "plan", id="a-plan"),
        pytest.param({**PLAN, "format_version": "0.1"}, "plan", id="an-old-plan"),
        pytest.param(
            {key: PLAN[key] for key in PLAN if key != "format_version"}, "plan", id="no-version"
        ),
        pytest.param({"planned_values": {}}, "plan", id="an-empty-plan"),
        pytest.param({"prior_state": None, "resource_changes": []}, "plan", id="a-null-state"),
        pytest.param(STATE, "state", id="a-state"),
        pytest.param({**STATE, "values": {}}, "state", id="an-empty-state"),
        pytest.param(TFSTATE, "state", id="a-raw-state"),
    ],
)
def test_kind_is_told_by_content(content: Json, kind: str) -> None:
    document = everything(json.dumps(content).encode())
    assert document.kind == kind
    assert document.notes == ()
    assert document.warnings == ()


@pytest.mark.parametrize(
    ("data", "note"),
    [
        pytest.param(b"\xef\xbb\xbf" + TEXT.encode(), "byte-order mark", id="a-mark"),
        pytest.param(TEXT.encode("utf-16"), "UTF-16-LE", id="a-powershell-redirect"),
        pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16-BE", id="big-endian"),
        pytest.param(TEXT.encode("utf-16-le"), "UTF-16-LE", id="no-mark-little-endian"),
        pytest.param(TEXT.encode("utf-16-be"), "UTF-16-BE", id="no-mark-big-endian"),
        pytest.param(f"[command]terraform\n{TEXT}".encode(), "1 before, 0 after", id="a-command"),
        pytest.param(f"\n{TEXT}\n%0A\n::end".encode(), "0 before, 2 after", id="text-behind"),
        pytest.param(f"+ tags = {{\n{TEXT}".encode(), "1 before", id="a-brace-before"),
        pytest.param(f'x = {{ "a" = {{}} }}\n{TEXT}'.encode(), "1 before", id="hcl-before"),
        pytest.param(f"[2024-05-01 10:00] {TEXT}".encode(), "1 before", id="a-time-before"),
        pytest.param(f'{{"@level":"info"}}\n{TEXT}'.encode(), "1 before", id="a-log-line-before"),
        pytest.param(
            f"{TEXT}\n::set-output name=stdout::{TEXT}%0A".encode(), "1 after", id="said-twice"
        ),
    ],
)
def test_dirt_is_repaired_with_a_note(data: bytes, note: str) -> None:
    document = everything(data)
    assert document.content == PLAN
    assert len(document.notes) == 1
    assert note in document.notes[0]


@pytest.mark.parametrize(
    ("data", "message", "where"),
    [
        pytest.param(b"", "empty", "plan.json", id="an-empty-file"),
        pytest.param(b" \n\t", "empty", "plan.json", id="white-space"),
        pytest.param(b"\xff\xfe", "empty", "plan.json", id="only-a-mark"),
        pytest.param(b"hello", "not JSON", "plan.json:1:1", id="a-word"),
        pytest.param(b'{"a": 1,\n "b" 2}', "not JSON", "plan.json:2:6", id="a-missing-colon"),
        pytest.param(
            plan()[:-2] + b",,}}", "not JSON", "plan.json:1:", id="a-state-inside-is-not-found"
        ),
        pytest.param(b'{"planned_values"', "cut off", "plan.json:1:", id="cut-after-a-key"),
        pytest.param(b"{", "cut off", "plan.json:1:", id="cut-after-the-brace"),
        pytest.param(plan()[:200], "cut off", "plan.json:1:", id="cut-in-the-middle"),
        pytest.param(plan(a="x" * 99)[:-40], "cut off", "plan.json:1:", id="cut-in-text"),
        pytest.param(plan(a=True)[:-3], "cut off", "plan.json:1:", id="cut-in-a-word"),
        pytest.param(b"PK\x03\x04\x14\0", "binary plan file", "plan.json", id="a-plan-file"),
        pytest.param(b"\x7fELF\x01\x01\0\0\0\x05\0", "binary", "plan.json", id="a-program"),
        pytest.param(b"\x1f\x8b\x08\0abc", "not text", "plan.json: byte 1", id="gzip"),
        pytest.param(b'{"a": "\xe9"}', "not text", "plan.json: byte 7", id="latin-1"),
        pytest.param(b'{"@level":"info"}\n{"@level":"x"}', "log", "plan.json", id="log-stream"),
        pytest.param(b'{"@level":"info"}\n{"@lev', "log", "plan.json", id="a-cut-log-stream"),
        pytest.param(
            b'# aws_vpc.a will be created\n + tags = {\n  "a" = "b"\n}',
            "for people",
            "plan.json",
            id="a-plan-for-people",
        ),
        pytest.param(b"[]", "JSON, a list", "plan.json", id="a-list"),
        pytest.param(b'[{"planned_values": {}}]', "a list", "plan.json", id="a-list-of-plans"),
        pytest.param(b'[{"planned_values": {}},', "cut off", "plan.json:1:", id="a-cut-list"),
        pytest.param(b'"plan"', "JSON, text", "plan.json", id="text"),
        pytest.param(b"null", "JSON, nothing", "plan.json", id="null"),
        pytest.param(b"{}", "JSON, an object", "plan.json", id="an-empty-object"),
        pytest.param(b'{"provider_schemas": {}}', "schemas", "plan.json", id="a-schema"),
        pytest.param(b'{"format_version": "1.0"}', "no plan and no state", "plan.json", id="none"),
        pytest.param(b'{"encrypted_data": "x"}', "encrypted", "plan.json", id="encrypted"),
        pytest.param(
            b'{"format_version": "1.2", "configuration": {}}',
            "without planned_values",
            "plan.json",
            id="no-planned-values",
        ),
        pytest.param(f"{TEXT}\n{TEXT}".encode(), "second", "plan.json:2", id="two-plans"),
        pytest.param(plan(format_version="2.0"), "2.0", "/format_version", id="version-2"),
        pytest.param(plan(format_version="10"), "10", "/format_version", id="version-10"),
        pytest.param(plan(format_version=1.2), "a number", "/format_version", id="not-text"),
        pytest.param(
            json.dumps({**TFSTATE, "version": 3}).encode(), "version 4", "/version", id="raw-3"
        ),
        pytest.param(b'{"planned_values": ' + b"9" * 5000 + b"}", "number", "", id="long-number"),
        pytest.param(b'{"planned_values": ' + b"[" * 10**5, "deeply", "", id="deep"),
    ],
)
def test_what_is_no_plan_is_named(data: bytes, message: str, where: str) -> None:
    error = refused(data)
    assert message in error.message
    assert where in error.where


def change(**fields: Any) -> bytes:
    return plan(resource_changes=[{**PLAN["resource_changes"][0], **fields}])


def planned(**fields: Any) -> bytes:
    return plan(planned_values={"root_module": {"resources": [{**RESOURCE, **fields}]}})


def configured(**fields: Any) -> bytes:
    item = {"mode": "managed", "type": "aws_vpc", "name": "a", **fields}
    return plan(configuration={"root_module": {"resources": [item]}})


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        (plan(planned_values=[]), "/planned_values"),
        (plan(planned_values={"root_module": 3}), "/planned_values/root_module"),
        (
            plan(planned_values={"root_module": {"resources": "x"}}),
            "/planned_values/root_module/resources",
        ),
        (
            plan(planned_values={"root_module": {"resources": [1]}}),
            "/planned_values/root_module/resources/0",
        ),
        (
            plan(planned_values={"root_module": {"child_modules": [{}]}}),
            "/planned_values/root_module/child_modules/0/address",
        ),
        (
            plan(planned_values={"root_module": {"child_modules": [{"address": "a.b"}]}}),
            "/planned_values/root_module/child_modules/0/address",
        ),
        (planned(values=[]), "/planned_values/root_module/resources/0/values"),
        (planned(mode=None), "/planned_values/root_module/resources/0/mode"),
        (planned(index=1.5), "/planned_values/root_module/resources/0/index"),
        (planned(index=True), "/planned_values/root_module/resources/0/index"),
        (plan(prior_state="x"), "/prior_state"),
        (plan(prior_state={"values": []}), "/prior_state/values"),
        (plan(resource_changes={}), "/resource_changes"),
        (change(change=None), "/resource_changes/0/change"),
        (change(address=None), "/resource_changes/0/address"),
        (change(address=5), "/resource_changes/0/address"),
        (change(type=[]), "/resource_changes/0/type"),
        (change(previous_address=[]), "/resource_changes/0/previous_address"),
        (change(module_address="x"), "/resource_changes/0/module_address"),
        (change(change={}), "/resource_changes/0/change/actions"),
        (change(change={"actions": [1]}), "/resource_changes/0/change/actions/0"),
        (change(change={"actions": [], "after": 1}), "/resource_changes/0/change/after"),
        (change(change={"actions": [], "before": []}), "/resource_changes/0/change/before"),
        (
            change(change={"actions": [], "after_unknown": []}),
            "/resource_changes/0/change/after_unknown",
        ),
        (plan(errored="no"), "/errored"),
        (plan(complete=1), "/complete"),
        (plan(variables={"a/b": "x"}), "/variables/a~1b"),
        (plan(resource_drift=[{"type": "x"}]), "/resource_drift/0/mode"),
        (plan(configuration=[]), "/configuration"),
        (configured(expressions=[]), "/configuration/root_module/resources/0/expressions"),
        (configured(expressions={"a": 1}), "/configuration/root_module/resources/0/expressions/a"),
        (
            configured(expressions={"a": {"references": [1]}}),
            "/configuration/root_module/resources/0/expressions/a/references",
        ),
        (
            plan(configuration={"root_module": {"module_calls": {"m": []}}}),
            "/configuration/root_module/module_calls/m",
        ),
        (
            json.dumps({**TFSTATE, "resources": [{**RESOURCE, "instances": 1}]}).encode(),
            "/resources/0/instances",
        ),
        (
            json.dumps({**STATE, "values": {"root_module": []}}).encode(),
            "/values/root_module",
        ),
    ],
)
def test_a_wrong_type_is_named_by_its_json_pointer(data: bytes, pointer: str) -> None:
    assert refused(data).where == f"plan.json: {pointer}"


def prior(*names: str, **extra: Any) -> Json:
    listed = [{**RESOURCE, "address": f"aws_vpc.{name}", "name": name, **extra} for name in names]
    return {"prior_state": {"values": {"root_module": {"resources": listed}}}}


@pytest.mark.parametrize(
    ("changes", "facts", "word"),
    [
        pytest.param({"errored": True, "complete": False}, {"errored"}, "errored", id="errored"),
        pytest.param({"complete": False}, {"targeted"}, "not complete", id="says-so"),
        pytest.param(prior("a", "b"), {"targeted"}, "left out: 1", id="leaves-something-out"),
        pytest.param(
            {**prior("a", "b"), "planned_values": {}, "resource_changes": None, "complete": True},
            {"refresh_only"},
            "only refreshes",
            id="nothing-planned-and-nothing-destroyed",
        ),
        pytest.param(
            {**prior("a"), "planned_values": {}, "resource_changes": None, "complete": False},
            {"targeted"},
            "not complete",
            id="a-target-that-matched-nothing",
        ),
        pytest.param(
            {**prior("a"), "planned_values": {}, "resource_changes": None, "errored": True},
            {"errored"},
            "errored",
            id="errored-before-anything-was-planned",
        ),
        pytest.param(prior("a"), set(), "", id="all-listed"),
        pytest.param(prior("b", deposed_key="1"), set(), "", id="a-deposed-object-is-not-left-out"),
        pytest.param(prior("b", mode="data"), set(), "", id="a-data-source-is-not-left-out"),
        pytest.param({"applyable": False, "complete": True}, set(), "", id="no-changes"),
    ],
)
def test_what_kind_of_plan_it_is(changes: Json, facts: set[str], word: str) -> None:
    document = everything(plan(**changes))
    flags = ("errored", "refresh_only", "targeted")
    assert {flag for flag in flags if getattr(document, flag)} == facts
    assert len(document.warnings) == len(facts)
    assert all(word in warning for warning in document.warnings)


def test_drift_of_terraform_1_0_0_has_no_address() -> None:
    drift = {
        **{"module_address": 'module.m["x"]', "mode": "managed", "type": "aws_eip", "name": "e"},
        **{"index": 1, "change": {"actions": ["delete"]}},
    }
    document = everything(plan(resource_drift=[drift, {**RESOURCE, "change": {}}]))
    assert document.drifted == ("aws_vpc.a", 'module.m["x"].aws_eip.e[1]')


def test_variables_are_read_and_never_shown() -> None:
    document = everything(plan(variables={"password": {"value": "hunter2"}, "empty": {}}))
    assert document.variables == {"password": "hunter2", "empty": None}
    assert "hunter2" not in repr(document)


def test_half_a_surrogate_pair_becomes_printable() -> None:
    document = everything(TEXT.replace("aws_vpc.a", r"aws_vpc.a\ud83d\ude00\ud800").encode())
    (address,) = snapshots(document).after.resources
    assert address.encode() == "aws_vpc.a\U0001f600?".encode()


def test_not_a_number_is_read() -> None:
    values = {"root_module": {"resources": [{**RESOURCE, "values": {"a": float("nan")}}]}}
    raw = snapshots(everything(plan(planned_values=values))).after.resources["aws_vpc.a"]
    with pytest.raises(InputError, match="whole number"):
        raw.number("a")


def test_modules_may_be_nested_deeply() -> None:
    module: Json = {}
    for _ in range(300):
        module = {"module_calls": {"m": {"module": module}}, "child_modules": []}
    try:
        everything(plan(configuration={"root_module": module}))
    except InputError as error:
        assert "deeply" in error.message  # noqa: PT017


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("data", [plan(), b"{"])
def test_garbage_collection_is_left_as_it_was(enabled: bool, data: bytes) -> None:
    was = gc.isenabled()
    try:
        gc.enable() if enabled else gc.disable()
        with suppress(InputError):
            read(data, "plan.json")
        assert gc.isenabled() is enabled
    finally:
        gc.enable() if was else gc.disable()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_real_file(path: Path) -> None:
    document = everything(path.read_bytes())
    assert document.kind == "plan"
    assert document.targeted is (path.name == "infracost-target-drift.json")
    assert bool(document.notes) is (path.suffix == ".txt")


def harmless(data: bytes) -> None:
    """Whatever is asked of it, nothing but an InputError is raised."""
    with suppress(InputError):
        sides = snapshots(everything(data))
        for raw in (*sides.before.resources.values(), *sides.after.resources.values()):
            for name in {*raw.values, *(raw.unknown if isinstance(raw.unknown, dict) else ())}:
                for reader in (raw.text, raw.texts, raw.number, raw.flag, raw.blocks, raw.value):
                    with suppress(InputError):
                        reader(name)


@given(st.binary(max_size=200))
def test_random_bytes_are_harmless(data: bytes) -> None:
    harmless(data)


@given(st.text('{}[]":,\\ \nau0@tfn.', max_size=60), st.text('{}[]":,\\ \nau', max_size=20))
def test_random_text_around_a_plan_is_harmless(before: str, after: str) -> None:
    harmless(f"{before}{TEXT}{after}".encode())


SMALL = [path.read_bytes() for path in FILES if path.stat().st_size < 25_000]
LARGEST = max(len(data) for data in SMALL)


@settings(deadline=None)
@given(st.sampled_from(SMALL), st.integers(0, LARGEST), st.integers(0, LARGEST))
def test_a_truncated_plan_is_harmless(data: bytes, start: int, end: int) -> None:
    harmless(data[:end])
    harmless(data[start:end])


@pytest.mark.parametrize("end", range(1, len(TEXT)))
def test_a_plan_cut_anywhere_is_refused(end: int) -> None:
    refused(TEXT[:end].encode())


ODD: list[Any] = [
    *(None, True, 0, -1, 1.5, float("nan"), 10**30, "", "x", "module.a", [], [None], [1], ["x"]),
    *([[]], [{}], {}, {"x": 1}, {"references": 1}, {"constant_value": None}),
]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) inside of a JSON value."""
    found, waiting = [], [value]
    while waiting:
        inner = waiting.pop()
        keys = inner if isinstance(inner, dict) else range(len(inner))
        found += [(inner, key) for key in keys]
        waiting += [inner[key] for key in keys if isinstance(inner[key], dict | list)]
    return found


REAL = [path.read_bytes() for path in FILES if path.suffix == ".json"]


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([*REAL, json.dumps(STATE).encode()]), st.data())
def test_a_swapped_type_anywhere_is_harmless(source: bytes, data: st.DataObject) -> None:
    content = json.loads(source)
    for _ in range(data.draw(st.integers(1, 3))):
        spots = places(content)
        container, key = spots[data.draw(st.integers(0, max(0, len(spots) - 1)))]
        container[key] = deepcopy(data.draw(st.sampled_from(ODD)))
    harmless(json.dumps(content).encode())
