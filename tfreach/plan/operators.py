"""An operator and its operands in; the result, by Terraform's rules, out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from tfreach.plan.conversion import convert
from tfreach.plan.numbers import rounded
from tfreach.plan.sameness import equal
from tfreach.plan.values import BOOL, NUMBER, Derived, Invalid, Null, Value, derived, is_unknown


def condition(value: Value) -> bool | Derived:
    wanted = convert(value, BOOL)
    if is_unknown(wanted):
        return derived(BOOL, wanted)
    if isinstance(wanted, Null):
        raise Invalid("a condition must not be null")
    return bool(wanted)


def unary(operation: str, value: Value) -> Value:
    """`-value` or `!value`. Raises Invalid."""
    wanted = BOOL if operation == "!" else NUMBER
    operand = convert(value, wanted)
    if isinstance(operand, Null):
        raise Invalid("an operand must not be null")
    if is_unknown(operand):
        return derived(wanted, operand)
    return (not operand) if operation == "!" else -operand  # type: ignore[operator]


def binary(operation: str, left: Value, right: Value) -> Value:
    """`left operation right`. Raises Invalid."""
    if operation in ("==", "!="):
        same = equal(left, right)
        if same is None:
            return derived(BOOL, left, right)
        return same == (operation == "==")
    if operation in ("&&", "||"):
        return _logical(operation, left, right)
    return _arithmetic(operation, left, right)


def _logical(operation: str, left: Value, right: Value) -> Value:
    """One side may settle it, whatever the other turns out to be."""
    sides = [condition(left), condition(right)]
    settling = operation == "||"
    if settling in sides:
        return settling
    return derived(BOOL, left, right) if any(map(is_unknown, sides)) else not settling


def _divided(left: int | Fraction, right: int | Fraction) -> Fraction:
    return Fraction(left) / Fraction(right)


def _remainder(left: int | Fraction, right: int | Fraction) -> Fraction:
    """With the sign of the dividend."""
    dividend, divisor = Fraction(left), abs(Fraction(right))
    return -(-dividend % divisor) if dividend < 0 else dividend % divisor


_OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    **{"+": operator.add, "-": operator.sub, "*": operator.mul},
    **{"/": _divided, "%": _remainder},
    **{"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge},
}


def _arithmetic(operation: str, left: Value, right: Value) -> Value:
    numbers = [convert(left, NUMBER), convert(right, NUMBER)]
    if any(isinstance(number, Null) for number in numbers):
        raise Invalid("an operand must not be null")
    infinite = operation in "/%" and numbers[1] == 0  # Terraform goes on with an infinite number
    if infinite or any(map(is_unknown, numbers)):
        return derived(NUMBER if operation in "+-*/%" else BOOL, *numbers)
    result = _OPERATORS[operation](*numbers)
    return result if isinstance(result, bool) else rounded(result)
