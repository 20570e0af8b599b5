"""What `check` found in; the text that Atlantis puts into its comment, out.

Atlantis shows what a step prints inside a ```diff fence, so lines begin with the sign that colours
them, and no fence ends here. Of a custom policy check it looks for the word "fail" in the output,
and for nothing else: of a check that passes no line may hold it, whatever things are called.
"""

from __future__ import annotations

import re

from tfreach.policy.results import Result, Status
from tfreach.report.found import CheckFound, Style
from tfreach.report.lines import foot, page, title, warnings
from tfreach.report.text_check import details, heads, summary

SIGNS = {Status.FAIL: "!", Status.UNDETERMINED: "!", Status.WAIVED: " ", Status.PASS: "+"}
INDENT = " " * 10
JOINER = "\u2060"
"""Of no width, and no place to break a line."""
_FAIL = re.compile("(?<=f)(?=ail)", re.IGNORECASE)


def check(found: CheckFound) -> str:
    lines: list[str] = []
    for group, head in heads(found):
        lines.append(f"{_sign(group[0])} {head}")
        lines += [INDENT + line for line in details(group, found)]
    plain = Style()
    first = [title(found.basis, found.after), *warnings(found.basis, plain)]
    fails = any(one.fails for one in found.results)
    last = summary(found.results) if fails else summary(found.results).removeprefix("0 failed, ")
    said = page([first, lines, [last], foot("", found.basis, plain)]).replace("`", r"\x60")
    return said if fails else _FAIL.sub(JOINER, said)


def _sign(result: Result) -> str:
    return "-" if result.fails else SIGNS[result.status]
