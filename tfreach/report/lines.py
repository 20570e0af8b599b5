"""Words in; lines with columns and colours, and the head and foot that all answers share, out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tfreach.report.found import Basis, Style, Tally
from tfreach.report.words import clean, count, unmodelled_words
from tfreach.topology.network import Network

_CODES = {"red": 31, "green": 32, "yellow": 33, "cyan": 36, "dim": 2, "bold": 1}
WIDEST = 60
"""A column is padded to its longest text, but no further than this."""


def paint(text: str, colour: str, style: Style) -> str:
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m" if style.color and colour else text


def columns(rows: Sequence[Sequence[str]], gap: str = "  ") -> list[str]:
    """Rows of cells as lines, each column as wide as its widest cell; no trailing spaces."""
    widths = [min(max(map(len, column)), WIDEST) for column in zip(*rows, strict=True)]
    used = [at for at, width in enumerate(widths) if width]
    return [gap.join(row[at].ljust(widths[at]) for at in used).rstrip() for row in rows]


def title(basis: Basis, network: Network) -> str:
    """The first line of every answer: which stack, how much of it."""
    interfaces = sum(len(end.interfaces) for end in network.endpoints.values())
    parts = ["tfreach", clean(basis.name)]
    if basis.state != "current":
        parts.append(f"{_changing(basis.changing)}")
    if basis.state:
        parts.append(basis.state)
    parts.append(f"{count(interfaces, 'interface')}, {count(len(network.vpcs), 'VPC')}")
    return " · ".join(part for part in parts if part)


def _changing(number: int) -> str:
    return "1 resource changes" if number == 1 else f"{number:,} resources change"


def warnings(basis: Basis, style: Style) -> list[str]:
    return [f"{paint('warning', 'yellow', style)}  {clean(text)}" for text in basis.warnings]


def foot(first: str, basis: Basis, style: Style) -> list[str]:
    """The last line, and with --verbose all that it sums up."""
    said = [first] if first else []
    if basis.assumptions:
        how = "" if style.verbose else " (--verbose)"
        said.append(f"{count(len(basis.assumptions), 'assumption')}{how}.")
    if links := links_words(basis.references):
        said.append(links)
    if basis.unmodelled:
        said.append(f"Not modelled: {unmodelled_words(basis.unmodelled)}.")
    lines = [" ".join(said)] if said else []
    if style.verbose:
        lines += [f"  assumed  {clean(text)}" for text in basis.assumptions]
        lines += [
            f"  not modelled  {clean(one.type)} ({len(one.addresses)}): {clean(one.effect)}"
            for one in basis.unmodelled
        ]
    return lines


def links_words(tally: Tally) -> str:
    """How the links of the plan were resolved; "" when it has none."""
    ways = {
        "known": tally.known,
        "evaluated": tally.evaluated,
        "followed": tally.followed,
        "one of several": tally.one_of,
        "unknown": tally.unknown,
    }
    if not (total := sum(ways.values())):
        return ""
    listed = ", ".join(f"{number:,} {word}" for word, number in ways.items() if number)
    unclear = tally.one_of or tally.unknown
    where = "tfreach coverage lists them" if tally.evaluated else "--config-dir settles them"
    return f"{count(total, 'link')}: {listed}{f' ({where})' if unclear else ''}."


def page(blocks: Iterable[Sequence[str]]) -> str:
    """Blocks of lines with an empty line between them; empty blocks leave nothing."""
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
