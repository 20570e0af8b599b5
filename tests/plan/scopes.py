"""Scopes to evaluate in, without a plan: resources that are not made yet, and plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tfreach.plan.evaluate import Scope, evaluate
from tfreach.plan.source import expression
from tfreach.plan.values import Object, Symbol, Tuple, Value


class NoFiles:
    """Surroundings without any file."""

    def read(self, path: str) -> bytes | None:
        return None

    def files(self, folder: str) -> Sequence[str] | None:
        return None

    def render(self, text: str, variables: Mapping[str, Value]) -> Value:
        return text


def resource(address: str) -> Object:
    """A resource of which the plan knows the name only."""
    unknown = {
        name: Symbol(address, (name,), unique=name == "id")
        for name in ("id", "arn", "public_ip", "listeners")
    }
    return Object({"name": address.rpartition(".")[2], **unknown})


NAMES: Mapping[str, Value] = {
    "aws_subnet": Object(
        {
            "one": resource("aws_subnet.one"),
            "many": Tuple(tuple(resource(f"aws_subnet.many[{at}]") for at in range(3))),
            "keyed": Object({key: resource(f'aws_subnet.keyed["{key}"]') for key in "abc"}),
            "none": Tuple(()),
        }
    ),
    "local": Object({"zones": Tuple(("a", "b", "c")), "yes": True, "empty": Tuple(())}),
}


def evaluated(text: str, **own: Value) -> Value:
    return evaluate(expression(text), Scope(NAMES, NoFiles(), own))
