"""What `check` found in; the commands by which GitHub Actions marks lines of source, out.

The page of the run, its job summary, is Markdown: the command line writes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tfreach.policy.results import Result, Status
from tfreach.report.check_words import level, message
from tfreach.report.found import CheckFound
from tfreach.report.lines import title
from tfreach.report.places import of_plan, of_result
from tfreach.report.text_check import details, groups, summary
from tfreach.report.words import clean, pair_words

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def check(found: CheckFound) -> str:
    """The worst first: GitHub marks ten errors and ten warnings of a step, and lists the others in
    the log."""
    against = [group for group in groups(found.results) if group[0].status is not Status.PASS]
    lines = [_command("warning", {"title": "tfreach"}, text) for text in found.basis.warnings]
    lines += [_of_results(group, found) for group in against]
    lines += [title(found.basis, found.after), summary(found.results)]
    return "\n".join(map(_inert, lines)) + "\n"


def _of_results(group: Sequence[Result], found: CheckFound) -> str:
    result = group[0]
    at = of_result(result, found.basis.files)
    pairs = [(one.source, one.destination) for one in group]
    others = [f"the same of all {pair_words(pairs, result.via)}"] if len(group) > 1 else []
    text = "\n".join([message(result), *others, *details(group, found)])
    # The plan is no file of the repository: what stands nowhere else is said of the run.
    where = {} if at == of_plan(found.basis.files) else {"file": at.file, "line": str(at.line)}
    named = {**where, "title": f"tfreach: {result.name}"}
    return _command(COMMANDS[level(result)], named, text)


def _command(name: str, properties: Mapping[str, str], text: str) -> str:
    said = ",".join(f"{key}={clean(one).translate(_PROPERTY)}" for key, one in properties.items())
    lines = [clean(line) for line in text.split("\n")]
    return f"::{name} {said}::{'%0A'.join(line.translate(_DATA) for line in lines)}"


def _inert(line: str) -> str:
    """The older form of a command counts anywhere in a line, but in one of the newer form."""
    return line if line.startswith("::") else line.replace("##[", r"##\x5b")
