"""Every JSON document validates against the schema the package ships, and says what was found."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tests.report import samples
from tfreach.errors import UsageError
from tfreach.report import csv
from tfreach.report import json as documents
from tfreach.report.formats import FORMATS
from tfreach.report.found import Style
from tfreach.report.schema import DOCUMENTS, NAMES, schema

FOUND = {
    "diff": samples.DIFFS,
    "trace": samples.TRACES,
    "reach": samples.REACHES,
    "coverage": samples.COVERAGES,
    "check": samples.CHECKS,
    "lint": samples.LINTS,
}
CASES = [(name, found) for name, some in FOUND.items() for found in some]


def document(name: str, found: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(FORMATS[name]["json"](found, Style()))
    return parsed


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_a_schema(name: str) -> None:
    read = json.loads(schema(name))
    jsonschema.Draft202012Validator.check_schema(read)
    assert read["$id"] == f"urn:tfreach:{name}:1"
    if name in DOCUMENTS:
        assert read["properties"]["schema"] == {"const": f"tfreach/{name}/1"}
    assert set(DOCUMENTS) == set(FORMATS)


def test_an_unknown_schema_lists_the_names() -> None:
    with pytest.raises(UsageError, match="check, coverage, diff, lint, policy, reach, trace"):
        schema("dif")


@pytest.mark.parametrize(("name", "found"), CASES)
def test_a_document_is_valid_and_strict(name: str, found: Any) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema(name)))
    said = document(name, found)
    validator.validate(said)
    assert not validator.is_valid(said | {"surprise": 1})
    assert FORMATS[name]["json"](found, Style()).isascii()


def test_an_opened_path() -> None:
    said = document("diff", samples.OPENED)
    assert list(said)[:4] == ["schema", "project", "summary", "changes"]
    assert said["summary"] == {
        "opened": 2,
        "closed": 0,
        "changed": 0,
        "undetermined": 0,
        "unchanged_pairs": 40,
    }
    change = said["changes"][1]
    assert change["source"] == {"id": "internet", "kind": "internet"}
    assert change["destination"] == {
        "id": "aws_instance.web[0]",
        "kind": "instance",
        "address": "aws_instance.web[0]",
        "cloud_id": "i-0abc",
        "vpc": "aws_vpc.main",
        "subnets": ["aws_subnet.a"],
    }
    assert change["before"] == []
    assert change["after"] == [
        {
            "family": "ipv4",
            "protocol": "tcp",
            "ports": "22",
            "verdict": "partial",
            "source_addresses": ["203.0.113.0/24"],
        }
    ]
    assert change["endpoint_change"] is None
    assert change["causes"] == [
        {
            "address": "aws_sg_rule.ssh[0]",
            "actions": ["create"],
            "what": "permits tcp/22 from 203.0.113.0/24",
            "location": {"file": "m.tf", "line": 9},
        }
    ]
    assert change["witness"]["flow"]["source_ip"].startswith("203.0.113.")
    assert change["witness"]["before"]["round_trip"] == "no"
    assert change["witness"]["after"]["round_trip"] == "yes"


def test_a_new_host_is_told_from_a_new_hole() -> None:
    said = document("diff", samples.ADDED)
    assert {change["endpoint_change"] for change in said["changes"]} == {
        "source added",
        "destination added",
    }
    assert [one["id"] for one in said["endpoints"]["added"]] == ["aws_instance.new"]
    assert "before" not in said["changes"][0]["witness"]


def test_what_cannot_be_decided_is_listed_with_its_reasons() -> None:
    said = document("diff", samples.UNDECIDED)
    assert said["summary"]["undetermined"] == sum(one["differs"] for one in said["undetermined"])
    assert said["summary"]["undetermined"] > 0
    reason = "aws_vpc_peering_connection.p is not modelled"
    assert {"reason": reason, "pairs": len(said["undetermined"])} in said["unknowns"]
    assert said["warnings"] == ["the plan is errored"]
    assert said["references"] == {
        **{"known": 3, "evaluated": 0, "followed": 2, "one_of": 1, "unknown": 0}
    }
    assert said["unmodelled"] == [
        {
            "type": "aws_lb",
            "count": 1,
            "addresses": ["aws_lb.a"],
            "effect": "no verdict speaks of it",
        }
    ]


def test_reach_rows_are_sorted_ids() -> None:
    said = document("reach", samples.REACHES[0])
    pairs = [(pair["source"], pair["destination"]) for pair in said["pairs"]]
    assert pairs == sorted(pairs)
    assert all(row["verdict"] != "unreachable" for pair in said["pairs"] for row in pair["flows"])


def test_a_trace_shows_both_legs() -> None:
    said = document("trace", samples.TRACES[0])
    assert said["verdict"] == "reachable"
    assert said["flow"]["ports"] == "443"
    assert said["other"] == {"state": "current", "verdict": "reachable"}
    (trace,) = said["traces"]
    assert trace["places"] == ["", "aws_subnet.a"]
    assert [hop["action"] for hop in trace["forward"]["hops"]][-1] == "deliver"
    assert trace["return"]["arrives"] == "yes"
    assert trace["blockers"] == []


def test_a_blocked_trace_lists_its_blockers() -> None:
    said = document("trace", samples.TRACES[1])
    blockers = [one for trace in said["traces"] for one in trace["blockers"]]
    assert {one["code"] for one in blockers} == {"ENI_SG_RULES_MISMATCH"}
    assert said["verdict"] == "partial"


def test_csv_has_a_row_for_each_flow_row() -> None:
    found = samples.REACHES[0]
    rows = csv.reach(found).splitlines()
    said = json.loads(documents.reach(found))
    assert rows[0] == ",".join(csv.FIELDS)
    assert len(rows) - 1 == sum(len(pair["flows"]) for pair in said["pairs"])
    assert "internet,aws_instance.web[0],ipv4,tcp,22,partial,203.0.113.0/24,,,,," in rows
