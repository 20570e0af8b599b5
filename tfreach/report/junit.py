"""What `check` found in; JUnit XML with a test for each result, out."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree

from tfreach.policy.results import Result, Status
from tfreach.report.check_words import message, pair_of
from tfreach.report.found import CheckFound
from tfreach.report.places import of_result
from tfreach.report.text_check import AGAINST, details, summary
from tfreach.report.words import clean

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def check(found: CheckFound) -> str:
    cases = [_case(one, found) for one in found.results]
    tags = Counter(child.tag for case in cases for child in case)
    numbers = {
        "tests": str(len(cases)),
        "failures": str(tags["failure"]),
        "errors": "0",
        "skipped": str(tags["skipped"]),
    }
    name = f"tfreach {clean(found.basis.name)}"
    suite = ElementTree.Element("testsuite", {"name": name, **numbers})
    suite.extend(cases)
    told = [summary(found.results), *(f"warning: {clean(one)}" for one in found.basis.warnings)]
    told += [f"assumed: {clean(one)}" for one in found.basis.assumptions]
    told += [
        f"not modelled: {clean(f'{one.type}: {one.effect}')}" for one in found.basis.unmodelled
    ]
    ElementTree.SubElement(suite, "system-out").text = "\n".join(told)
    numbers.pop("skipped")
    root = ElementTree.Element("testsuites", {"name": "tfreach", **numbers})
    root.append(suite)
    ElementTree.indent(root)
    return f"{HEAD}{ElementTree.tostring(root, encoding='unicode')}\n"


def _case(result: Result, found: CheckFound) -> ElementTree.Element:
    """What does not make the check fail is skipped, and says why: it did not pass either. A place
    stands in the text: the schema of Jenkins has no attribute for it."""
    at = of_result(result, found.basis.files)
    pair = pair_of(result)
    case = ElementTree.Element(
        "testcase",
        {
            "classname": f"tfreach.{clean(found.basis.name)}.{result.rule}",
            "name": clean(result.name) + (f": {pair}" if pair else "") + _state(result),
        },
    )
    if result.status is Status.PASS:
        return case
    said = {"message": message(result)}
    if result.fails:
        outcome = ElementTree.SubElement(case, "failure", {**said, "type": result.status.value})
        outcome.text = "\n".join([str(at), *details([result], found)])
    else:
        word = f"{result.severity}: " if result.status in AGAINST else ""
        ElementTree.SubElement(case, "skipped", {"message": word + said["message"]})
    return case


def _state(result: Result) -> str:
    return " (current)" if result.state == "current" else ""
