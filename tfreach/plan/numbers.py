"""Terraform's numbers: binary, with 512 bits, as Python's exact `int` and `Fraction`."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from tfreach.plan.values import Invalid

PRECISION: Final = 512
"""Bits of a number's mantissa."""

LONGEST: Final = 4000
"""Characters of a number that are read; Python refuses to read many more."""

DIGITS: Final = 160
"""Decimal digits that are enough to tell any two numbers of that mantissa apart."""

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,5})?")


def rounded(number: int | Fraction) -> int | Fraction:
    """The nearest number with a mantissa of PRECISION bits, half to even; whole ones as int."""
    if isinstance(number, int) and number.bit_length() <= PRECISION:
        return number
    exact = Fraction(number)
    if exact.denominator & (exact.denominator - 1) or exact.numerator.bit_length() > PRECISION:
        size = abs(exact.numerator).bit_length() - exact.denominator.bit_length()
        shift = PRECISION - size
        scaled = round(exact * Fraction(2) ** shift)
        if abs(scaled).bit_length() > PRECISION:
            shift -= abs(scaled).bit_length() - PRECISION
            scaled = round(exact * Fraction(2) ** shift)
        exact = Fraction(scaled) / Fraction(2) ** shift
    return exact.numerator if exact.denominator == 1 else exact


def parse_number(text: str) -> int | Fraction:
    """Raises Invalid."""
    if len(text) > LONGEST or not _NUMBER.fullmatch(text):
        raise Invalid("not a number")
    return rounded(Fraction(text))


def number_text(number: int | Fraction) -> str:
    """The shortest decimal that is read back as the same number."""
    if isinstance(number, int) and number.bit_length() <= PRECISION:
        return str(number)
    exact = Fraction(number)
    exponent = _exponent(abs(exact))
    low, high = 1, DIGITS
    while low < high:
        digits = (low + high) // 2
        if rounded(_scaled(exact, digits - exponent)) == number:
            high = digits
        else:
            low = digits + 1
    return _decimal(exact, low - exponent)


def _scaled(number: Fraction, places: int) -> Fraction:
    """`number` rounded to that many decimal places."""
    unit = Fraction(10) ** places
    return round(number * unit) / unit


def _decimal(number: Fraction, places: int) -> str:
    """`number` with that many decimal places; places below zero are noughts before the point."""
    sign, whole = ("-" if number < 0 else ""), str(round(abs(number) * Fraction(10) ** places))
    if places <= 0:
        return sign + whole + "0" * -places
    text = whole.rjust(places + 1, "0")
    return sign + f"{text[:-places]}.{text[-places:]}".rstrip("0").rstrip(".")


def _exponent(size: Fraction) -> int:
    """How many digits stand before the point; below zero, how many noughts follow it."""
    bits = size.numerator.bit_length() - size.denominator.bit_length()
    exponent = bits * 30103 // 100000
    while size >= Fraction(10) ** exponent:
        exponent += 1
    while size < Fraction(10) ** (exponent - 1):
        exponent -= 1
    return exponent
