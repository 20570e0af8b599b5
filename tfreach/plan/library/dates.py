"""Points in time as RFC 3339 text in; other ways to write them, and later ones, out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from typing import Final

from tfreach.plan.library.common import TooLarge
from tfreach.plan.values import Invalid, Value

_TIMESTAMP: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|([+-])(\d\d):(\d\d))", re.ASCII
)
_DURATION: Final = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_UNITS: Final = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS: Final = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def _moment(text: str) -> tuple[datetime, Fraction]:
    """To the second, and the fraction of one. Raises Invalid."""
    found = _TIMESTAMP.fullmatch(text)
    if not found:
        raise Invalid("not a valid RFC3339 timestamp")
    if found[1] == "0000":
        raise TooLarge
    zone: timezone = UTC
    try:
        if found[8] != "Z":
            offset = timedelta(hours=int(found[10]), minutes=int(found[11]))
            zone = timezone(-offset if found[9] == "-" else offset)
        year, month, day, hour, minute, second = (int(found[at]) for at in range(1, 7))
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        raise Invalid("not a valid RFC3339 timestamp") from None
    return moment, Fraction("0" + found[7]) if found[7] else Fraction(0)


def timecmp(left: str, right: str) -> Value:
    one, other = _moment(left), _moment(right)
    return (one > other) - (one < other)


def timeadd(timestamp: str, duration: str) -> Value:
    moment, fraction = _moment(timestamp)
    nanoseconds = _duration(duration) + int(fraction * 10**9)
    try:
        moment += timedelta(seconds=nanoseconds // 10**9)
    except OverflowError:
        raise Invalid("the result is out of range") from None
    return moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + _zone(moment, ":", "Z")


def _duration(text: str) -> int:
    """Go's duration in nanoseconds. Raises Invalid."""
    sign = -1 if text.startswith("-") else 1
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return 0
    if not re.fullmatch(f"(?:{_DURATION.pattern})+", rest, re.ASCII):
        raise Invalid("not a valid duration")
    size = sum(int(Fraction(number) * _UNITS[unit]) for number, unit in _DURATION.findall(rest))
    if size >= 2**63:
        raise Invalid("not a valid duration")
    return sign * size


def _zone(moment: datetime, between: str, utc: str) -> str:
    offset = moment.utcoffset() or timedelta()
    if not offset and utc:
        return utc
    minutes = abs(offset) // timedelta(minutes=1)
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02d}{between}{minutes % 60:02d}"


_WRITERS: Final[dict[str, Callable[[datetime], str]]] = {
    "YYYY": lambda t: f"{t.year:04d}",
    "YY": lambda t: f"{t.year % 100:02d}",
    "MMMM": lambda t: _MONTHS[t.month - 1],
    "MMM": lambda t: _MONTHS[t.month - 1][:3],
    "MM": lambda t: f"{t.month:02d}",
    "M": lambda t: str(t.month),
    "DD": lambda t: f"{t.day:02d}",
    "D": lambda t: str(t.day),
    "EEEE": lambda t: _DAYS[t.weekday()],
    "EEE": lambda t: _DAYS[t.weekday()][:3],
    "hh": lambda t: f"{t.hour:02d}",
    "h": lambda t: str(t.hour),
    "HH": lambda t: f"{t.hour % 12 or 12:02d}",
    "H": lambda t: str(t.hour % 12 or 12),
    "AA": lambda t: "PM" if t.hour >= 12 else "AM",
    "aa": lambda t: "pm" if t.hour >= 12 else "am",
    "mm": lambda t: f"{t.minute:02d}",
    "m": lambda t: str(t.minute),
    "ss": lambda t: f"{t.second:02d}",
    "s": lambda t: str(t.second),
    "ZZZZZ": lambda t: _zone(t, ":", ""),
    "ZZZZ": lambda t: _zone(t, "", ""),
    "ZZZ": lambda t: _zone(t, "", "UTC"),
    "Z": lambda t: _zone(t, ":", "Z"),
}
_TOKEN: Final = re.compile(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^A-Za-z']+)", re.ASCII | re.DOTALL)


def formatdate(template: str, timestamp: str) -> Value:
    moment, _ = _moment(timestamp)
    return "".join(_written(template, moment))


def _written(template: str, moment: datetime) -> Iterator[str]:
    at = 0
    while at < len(template):
        found = _TOKEN.match(template, at)
        if not found:
            raise Invalid("unterminated literal in the date format")
        at = found.end()
        if found[1] is not None:
            yield found[1].replace("''", "'")
        elif found[2]:
            if found[2] not in _WRITERS:
                raise Invalid("unsupported sequence in the date format")
            yield _WRITERS[found[2]](moment)
        else:
            yield found[4]
