"""Numbers in, numbers out, as Terraform reckons: exact, or with the 64 bits of a float."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from tfreach.plan.conversion import convert
from tfreach.plan.library.common import TooLarge, bounded, from_float, whole
from tfreach.plan.numbers import rounded
from tfreach.plan.sameness import uncertain_length
from tfreach.plan.values import (
    NUMBER,
    SEQUENCES,
    Invalid,
    List,
    Null,
    Value,
    derived,
    wholly_known,
)

Number = int | Fraction

MOST_IN_RANGE: Final = 1024
MOST_DIGITS: Final = 4000

_LARGEST_SCALE: Final = 2**12
_LN2_HIGH: Final = 6.93147180369123816490e-01
_LN2_LOW: Final = 1.90821492927058770002e-10
_LOG: Final = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)


def absolute(number: Number) -> Value:
    return number if number >= 0 else -number


def ceil(number: Number) -> Value:
    return math.ceil(number)


def floor(number: Number) -> Value:
    return math.floor(number)


def signum(number: Number) -> Value:
    value = whole(number, "number")
    return (value > 0) - (value < 0)


def largest(*numbers: Number) -> Value:
    if not numbers:
        raise Invalid("must pass at least one number")
    return max(numbers)


def smallest(*numbers: Number) -> Value:
    if not numbers:
        raise Invalid("must pass at least one number")
    return min(numbers)


def power(number: Number, exponent: Number) -> Value:
    try:
        return from_float(_power(float(number), float(exponent)))
    except (OverflowError, ZeroDivisionError):
        return derived(NUMBER)


def _power(number: float, exponent: float) -> float:
    """As Go reckons it, to the last bit. Raises TooLarge for a fraction that is no square root."""
    if number == 0 or exponent == 0 or abs(exponent) == 0.5:
        result = number**exponent
        return result if isinstance(result, float) else math.nan
    if not exponent.is_integer():
        if number < 0:
            return math.nan
        raise TooLarge
    result, scale = 1.0, 0
    mantissa, size = math.frexp(number)
    count = int(abs(exponent))
    while count and abs(size) <= _LARGEST_SCALE:
        if count & 1:
            result, scale = result * mantissa, scale + size
        mantissa, size, count = mantissa * mantissa, size * 2, count // 2
        if mantissa < 0.5:
            mantissa, size = mantissa * 2, size - 1
    scale += size if count else 0
    return math.ldexp(result, scale) if exponent > 0 else math.ldexp(1 / result, -scale)


def logarithm(number: Number, base: Number) -> Value:
    if number < 0 or base < 0:
        raise Invalid("the result is not a number")
    if number == 0 or base in (0, 1):
        return derived(NUMBER)
    try:
        return from_float(_log(float(number)) / _log(float(base)))
    except OverflowError:
        return derived(NUMBER)


def _log(number: float) -> float:
    """The natural logarithm as FreeBSD and Go reckon it, to the last bit."""
    fraction, exponent = math.frexp(number)
    if fraction < math.sqrt(2) / 2:
        fraction, exponent = fraction * 2, exponent - 1
    over = fraction - 1
    ratio = over / (2 + over)
    square = ratio * ratio
    fourth = square * square
    odd = square * (_LOG[0] + fourth * (_LOG[2] + fourth * (_LOG[4] + fourth * _LOG[6])))
    even = fourth * (_LOG[1] + fourth * (_LOG[3] + fourth * _LOG[5]))
    half = 0.5 * over * over
    rest = half - (ratio * (half + odd + even) + exponent * _LN2_LOW)
    return exponent * _LN2_HIGH - (rest - over)


def parseint(text: Value, base: Value) -> Value:
    if not isinstance(text, str):
        raise Invalid("first argument must be a string")
    radix = whole(base, "base")
    if not 2 <= radix <= 62:
        raise Invalid("base must be a whole number between 2 and 62 inclusive")
    digits = text.removeprefix("-") if text.startswith("-") else text.removeprefix("+")
    bounded(len(digits), MOST_DIGITS)
    result = 0
    for digit in digits:
        value = _digit(digit, radix)
        if value >= radix:
            raise Invalid("cannot parse this text as a number of that base")
        result = result * radix + value
    if not digits:
        raise Invalid("cannot parse this text as a number of that base")
    return rounded(-result if text.startswith("-") else result)


def _digit(digit: str, radix: int) -> int:
    """The value of one digit; of more than any base where it is none."""
    if digit in "0123456789":
        return ord(digit) - ord("0")
    if "a" <= digit <= "z":
        return ord(digit) - ord("a") + 10
    if "A" <= digit <= "Z":
        return ord(digit) - ord("A") + (10 if radix <= 36 else 36)
    return 99


def total(collection: Value) -> Value:
    if not isinstance(collection, SEQUENCES):
        raise Invalid("argument must be list, set, or tuple of number values")
    if not collection.items:
        raise Invalid("cannot sum an empty list")
    if not wholly_known(collection) or uncertain_length(collection):
        return derived(NUMBER, collection)
    result: Number = 0
    for item in collection.items:
        number = convert(item, NUMBER)
        if isinstance(item, Null) or not isinstance(number, int | Fraction):
            raise Invalid("argument must be list, set, or tuple of number values")
        result = rounded(result + number)
    return result


def counting(*limits: Number) -> Value:
    """`range`: from, up to but without, and by; up to 1024 numbers, as in Terraform."""
    if not 1 <= len(limits) <= 3:
        raise Invalid("must have one, two, or three arguments")
    start, end = (0, limits[0]) if len(limits) == 1 else limits[:2]
    step = limits[2] if len(limits) == 3 else (1 if end >= start else -1)
    if start != end and (step == 0 or (step > 0) != (end > start)):
        raise Invalid("step must lead from start to end")
    count = math.ceil(Fraction(end - start) / Fraction(step)) if step else 0
    if count > MOST_IN_RANGE:
        raise Invalid("more than 1024 values were generated")
    return List(tuple(rounded(start + place * step) for place in range(count)), NUMBER)
