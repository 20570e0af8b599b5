"""Terraform's numbers: binary, with 512 bits, as Python's exact `int` and `Fraction`."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from tfreach.plan.values import Invalid

PRECISION: Final = 512
"""Bits of a number's mantissa."""

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,5})?")


def rounded(number: int | Fraction) -> int | Fraction:
    """The nearest number with a mantissa of PRECISION bits, half to even; whole ones as int."""
    if isinstance(number, int) and number.bit_length() <= PRECISION:
        return number
    exact = Fraction(number)
    if exact.denominator & (exact.denominator - 1) or exact.numerator.bit_length() > PRECISION:
        size = abs(exact.numerator).bit_length() - exact.denominator.bit_length()
        shift = PRECISION - size
        scaled = round(exact * 2**shift)
        if abs(scaled).bit_length() > PRECISION:
            shift -= abs(scaled).bit_length() - PRECISION
            scaled = round(exact * Fraction(2) ** shift)
        exact = Fraction(scaled) / Fraction(2) ** shift
    return exact.numerator if exact.denominator == 1 else exact


def parse_number(text: str) -> int | Fraction:
    """Raises Invalid."""
    if not _NUMBER.fullmatch(text):
        raise Invalid("not a number")
    return rounded(Fraction(text))


def number_text(number: int | Fraction) -> str:
    """The shortest decimal that is read back as the same number."""
    if isinstance(number, int):
        return str(number)
    low, high = 1, PRECISION
    while low < high:
        digits = (low + high) // 2
        if rounded(Fraction(_decimal(number, digits))) == number:
            high = digits
        else:
            low = digits + 1
    return _decimal(number, low)


def _decimal(number: Fraction, digits: int) -> str:
    """`number` with that many significant digits, without an exponent."""
    sign, size = ("-" if number < 0 else ""), abs(number)
    exponent = len(str(int(size))) if size >= 1 else -_leading_zeros(size)
    scale = digits - exponent
    whole = round(size * Fraction(10) ** scale)
    text = str(whole).rjust(scale + 1, "0") if scale > 0 else str(whole) + "0" * -scale
    if scale <= 0:
        return sign + text
    return sign + f"{text[:-scale]}.{text[-scale:]}".rstrip("0").rstrip(".")


def _leading_zeros(size: Fraction) -> int:
    zeros = 0
    while size * 10 < 1:
        size, zeros = size * 10, zeros + 1
    return zeros
