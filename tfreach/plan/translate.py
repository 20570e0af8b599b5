"""A parse tree of python-hcl2 in; the expressions and the body that it stands for, out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tfreach.plan.syntax import (
    Attr,
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Conditional,
    ForObject,
    ForTuple,
    Index,
    Item,
    Literal,
    Name,
    Node,
    Number,
    ObjectOf,
    Pair,
    Splat,
    Template,
    TemplateFor,
    TemplateIf,
    TupleOf,
    Unary,
)
from tfreach.plan.templates import Piece, Plain, Sequence, SourceError

Tree = Any  # lark's: data, children
Step = tuple[str, Any]

MAX_DEEP: Final = 100
MAX_CHAIN: Final = 200
_NEW_LINE: Final = "new_line_or_comment"
_CONSTANTS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}


def _trees(tree: Tree) -> list[Tree]:
    """The children that are neither words nor line breaks."""
    return [
        child for child in tree.children if hasattr(child, "children") and child.data != _NEW_LINE
    ]


class Translation:
    """What one parsed text holds."""

    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        self.templates = plain.templates
        self.texts, self.names = plain.texts, plain.names
        self._depth = 0

    def body(self, tree: Tree) -> Body:
        """A body: a whole file, or what stands between braces."""
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        for child in tree.children:
            if child.data == "attribute":
                token = child.children[0].children[0]
                name = self._word(token)
                if name in attributes:
                    raise self._error(f"{name} is set twice", token.start_pos)
                line = self.plain.line(token.start_pos)
                attributes[name] = Attribute(name, self.node(child.children[2]), line)
            elif child.data == "block":
                blocks.append(self._block(child))
        return Body(attributes, tuple(blocks))

    def _block(self, tree: Tree) -> Block:
        *heads, inner = _trees(tree)
        token = heads[0].children[0]
        labels = (head.children[0] for head in heads[1:])
        names = tuple(self.texts.get(label) or self._word(label) for label in labels)
        line = self.plain.line(token.start_pos)
        return Block(self._word(token), names, self.body(inner), self.plain.file, line)

    def _word(self, token: Any) -> str:
        """A name, where a quoted text may not stand."""
        if token in self.texts:
            raise self._error("unexpected text", token.start_pos)
        return self.names.get(token, str(token))

    def node(self, tree: Tree) -> Node:
        """An expression."""
        while tree.data == "expr_term":
            children = tree.children
            tree = children[0] if len(children) == 1 else _trees(tree)[0]
        self._depth += 1
        if self._depth > MAX_DEEP:
            raise self._error("nested too deeply", tree.meta.start_pos)
        found = _READERS[tree.data](self, tree)
        self._depth -= 1
        return found

    def _error(self, message: str, position: int) -> SourceError:
        return SourceError(message, file=self.plain.file, line=self.plain.line(position))

    def _identifier(self, tree: Tree) -> Node:
        token = tree.children[0]
        if (text := self.texts.get(token)) is not None:
            return Literal(text)
        return Name(self._word(token))

    def _constant(self, tree: Tree) -> Node:
        return Literal(_CONSTANTS[tree.children[0]])

    def _whole(self, tree: Tree) -> Node:
        text = str(tree.children[0])
        return Literal(int(text)) if len(text) < 1000 else Number(text)

    def _fraction(self, tree: Tree) -> Node:
        return Number(str(tree.children[0]))

    def _unary(self, tree: Tree) -> Node:
        token, of = tree.children[0], self.node(tree.children[1])
        operators = self.plain.operators.get(token.start_pos, token)
        if len(operators) > MAX_DEEP:
            raise self._error("too many operators in a row", token.start_pos)
        for operator in reversed(operators):
            of = _applied(operator, of)
        return of

    def _binary(self, tree: Tree) -> Node:
        rights: list[tuple[str, Tree]] = []
        while tree.data == "binary_op":  # a long sum is deep to the left
            tree, term = tree.children[:2]
            operator, right = _trees(term)
            rights.append((str(operator.children[0]).split()[-1], right))
            if len(rights) > MAX_CHAIN:
                raise self._error("too many operators in a row", operator.children[0].start_pos)
        left = self.node(tree)
        for operator, right in reversed(rights):
            left = Binary(operator, left, self.node(right))
        return left

    def _conditional(self, tree: Tree) -> Node:
        condition, then, otherwise = map(self.node, _trees(tree))
        return Conditional(condition, then, otherwise)

    def _tuple(self, tree: Tree) -> Node:
        return TupleOf(tuple(map(self.node, _trees(tree))))

    def _object(self, tree: Tree) -> Node:
        return ObjectOf(tuple(map(self._pair, _trees(tree))))

    def _pair(self, tree: Tree) -> Pair:
        key, _, value = tree.children
        inner = key.children[0]
        if inner.data == "keyword":
            return Pair(Literal(str(inner.children[0])), self.node(value))
        name = self.node(inner)
        if isinstance(name, Name) and len(inner.children) == 1:  # not (name)
            name = Literal(name.name)
        elif isinstance(name, Literal) and isinstance(name.value, bool | None):
            name = Literal({True: "true", False: "false", None: "null"}[name.value])
        return Pair(name, self.node(value))

    def _call(self, tree: Tree) -> Node:
        token = tree.children[0].children[0]
        given = next((child for child in _trees(tree) if child.data == "arguments"), None)
        arguments = tuple(map(self.node, _trees(given))) if given else ()
        if (pieces := self.templates.get(token)) is not None:
            found = assembled(pieces, arguments)
            if found is None:
                raise self._error("a template that does not close", token.start_pos)
            return found
        last = [child.type for child in given.children if hasattr(child, "type")] if given else ()
        return Call(self._word(token), arguments, "ELLIPSIS" in last[-1:])

    def _traversal(self, tree: Tree) -> Node:
        steps: list[Step] = []
        while True:
            if tree.data == "expr_term" and len(tree.children) == 1:
                tree = tree.children[0]
            elif tree.data in _TRAVERSALS:
                tree, tail = tree.children
                steps.extend(self._steps(tail))
                if len(steps) > MAX_CHAIN:
                    raise self._error("too many steps in a row", tail.meta.start_pos)
            else:
                return _apply(self.node(tree), iter(steps[::-1]))

    def _steps(self, tail: Tree) -> Iterator[Step]:
        """What follows a term, the last first."""
        if tail.data in ("attr_splat", "full_splat"):
            for child in reversed(_trees(tail)):
                yield from self._steps(child)
            yield ("splat" if tail.data == "full_splat" else "star", None)
        elif tail.data == "get_attr":
            name = tail.children[1].children[0]
            yield "attr", self._word(name)
        elif tail.data == "short_index":
            yield "number", Literal(int(tail.children[1]))
        else:
            yield "index", self.node(_trees(tail)[0])

    def _for_tuple(self, tree: Tree) -> Node:
        intro, body, *conditions = _trees(tree)
        key, value, collection = self._intro(intro)
        return ForTuple(key, value, collection, self.node(body), self._condition(conditions))

    def _for_object(self, tree: Tree) -> Node:
        intro, name, body, *conditions = _trees(tree)
        key, value, collection = self._intro(intro)
        grouping = any(getattr(child, "type", "") == "ELLIPSIS" for child in tree.children)
        inner, condition = (self.node(name), self.node(body)), self._condition(conditions)
        return ForObject(key, value, collection, *inner, grouping, condition)

    def _intro(self, tree: Tree) -> tuple[str, str, Node]:
        *names, collection = _trees(tree)
        key, value = [""] * (2 - len(names)) + [self._word(name.children[0]) for name in names]
        return key, value, self.node(collection)

    def _condition(self, trees: list[Tree]) -> Node | None:
        return self.node(_trees(trees[0])[0]) if trees else None


_TRAVERSALS: Final = frozenset(
    {"get_attr_expr_term", "index_expr_term", "attr_splat_expr_term", "full_splat_expr_term"}
)

_READERS: Final[Mapping[str, Callable[[Translation, Tree], Node]]] = {
    "identifier": Translation._identifier,
    "literal_value": Translation._constant,
    "int_lit": Translation._whole,
    "float_lit": Translation._fraction,
    "unary_op": Translation._unary,
    "binary_op": Translation._binary,
    "conditional": Translation._conditional,
    "tuple": Translation._tuple,
    "object": Translation._object,
    "function_call": Translation._call,
    "for_tuple_expr": Translation._for_tuple,
    "for_object_expr": Translation._for_object,
    **dict.fromkeys(_TRAVERSALS, Translation._traversal),
}


def _applied(operator: str, of: Node) -> Node:
    match of:
        case Literal(int(value)) if operator == "-" and not isinstance(value, bool):
            return Literal(-value)
        case Number(text) if operator == "-":
            return Number(text[1:] if text[0] == "-" else f"-{text}")
    return Unary(operator, of)


def _apply(of: Node, steps: Iterator[Step]) -> Node:
    """A traversal. Within `[*]` stands all that follows it, within `.*` only attributes."""
    for kind, what in steps:
        if kind == "attr":
            of = Attr(of, what)
        elif kind in ("index", "number"):
            of = Index(of, what)
        elif kind == "splat":
            return Splat(of, _apply(Item(), steps))
        else:
            each: Node = Item()
            rest = list(steps)
            inside = next((at for at, (k, _) in enumerate(rest) if k not in _IN_STAR), len(rest))
            each = _apply(each, iter(rest[:inside]))
            return _apply(Splat(of, each), iter(rest[inside:]))
    return of


_IN_STAR: Final = ("attr", "number")


class _Assembly:
    """Pieces of a template, and the expressions of their sequences, on their way to be a node."""

    def __init__(self, pieces: list[Piece], arguments: tuple[Node, ...]) -> None:
        self._pieces = iter(pieces)
        self._arguments = iter(arguments)

    def whole(self) -> Node | None:
        """The template, or None when it does not close."""
        parts, end = self._parts()
        if end or next(self._arguments, None):
            return None
        if all(isinstance(part, Literal) for part in parts) and not self._taken:
            return Literal("".join(str(part.value) for part in parts if isinstance(part, Literal)))
        return Template(tuple(parts))

    _taken = False

    def _next(self) -> Node:
        self._taken = True
        return next(self._arguments)

    def _parts(self) -> tuple[list[Node], str]:
        """The parts up to the next `else` or end, and that."""
        parts: list[Node] = []
        for piece in self._pieces:
            if isinstance(piece, str):
                parts.append(Literal(piece))
            elif piece.kind == "$":
                parts.append(self._next())
            elif piece.kind == "if":
                parts.append(self._if(self._next()))
            elif piece.kind == "for":
                parts.append(self._for(piece, self._next()))
            else:
                return parts, piece.kind
        return parts, ""

    def _if(self, condition: Node) -> Node:
        then, end = self._parts()
        otherwise: list[Node] = []
        if end == "else":
            otherwise, end = self._parts()
        if end != "endif":
            raise StopIteration
        return TemplateIf(condition, Template(tuple(then)), Template(tuple(otherwise)))

    def _for(self, piece: Sequence, collection: Node) -> Node:
        body, end = self._parts()
        if end != "endfor":
            raise StopIteration
        return TemplateFor(piece.key, piece.value, collection, Template(tuple(body)))


def assembled(pieces: list[Piece], arguments: tuple[Node, ...]) -> Node | None:
    """The template that pieces make with their expressions, or None when it does not close."""
    try:
        return _Assembly(pieces, arguments).whole()
    except StopIteration:
        return None
