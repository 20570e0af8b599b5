"""An expression of the source in; the names it mentions, as `references` of a plan do, out."""

from __future__ import annotations

from collections.abc import Iterator

from tfreach.plan.configuration import Expression
from tfreach.plan.expressions import references
from tfreach.plan.syntax import Attr, ForObject, ForTuple, Name, Node, TemplateFor, children

Mention = tuple[str, str, str]
"""Root, type and name: `("resource", "aws_vpc", "main")`, `("var", "", "cidr")`."""


def mentions(node: Node, own: frozenset[str] = frozenset()) -> Iterator[Mention]:
    """Every name, but for those (`own`) that a `for` or a `dynamic` block gives."""
    steps: list[str] = []
    at = node
    while isinstance(at, Attr):
        steps.append(at.name)
        at = at.of
    if isinstance(at, Name) and at.name not in own:
        mention = _mention(at.name, steps[::-1])
        if mention is not None:
            yield mention
        return
    if isinstance(node, ForTuple | ForObject | TemplateFor):
        yield from mentions(node.collection, own)
        own = own | {node.key, node.value}
        for child in children(node):
            if child is not node.collection:
                yield from mentions(child, own)
        return
    for child in children(node):
        yield from mentions(child, own)


def _mention(root: str, steps: list[str]) -> Mention | None:
    if root == "data":
        return ("data", steps[0], steps[1]) if len(steps) > 1 else None
    if not steps:
        return None
    if root in ("var", "local", "module", "each", "count", "path", "terraform", "self"):
        return (root, "", steps[0])
    return ("resource", root, steps[0])


def same_names(node: Node, expression: Expression) -> bool:
    """Whether a plan's `expression` can have been written as `node`: the names are the same."""
    if expression.has_constant:
        return not any(mentions(node))
    listed = {(one.root, one.type, one.name) for one in references(expression.references)}
    return listed == set(mentions(node))
