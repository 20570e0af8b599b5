"""A block and one of an override file in; the block as Terraform merges them, out.

See developer.hashicorp.com/terraform/language/files/override.
"""

from __future__ import annotations

from tfreach.plan.syntax import Block, Body


def merged(base: Block, override: Block) -> Block:
    """The base with what the override sets; nested blocks replace all of their type."""
    body = _body(base.body, override.body)
    return Block(base.type, base.labels, body, base.file, base.line)


def _body(base: Body, override: Body) -> Body:
    sets = {_type(block) for block in override.blocks}
    # In a JSON file it is not to be seen which attributes are blocks: there a name is both.
    attributes = {name: one for name, one in base.attributes.items() if name not in sets}
    kept = [
        block
        for block in base.blocks
        if (_type(block) not in sets or _by_argument(block))
        and _type(block) not in override.attributes
    ]
    merges = {_type(block): block for block in kept if _by_argument(block)}
    added = [
        merged(merges[block.type], block) if block.type in merges else block
        for block in override.blocks
    ]
    replaced = {block.type for block in override.blocks if block.type in merges}
    blocks = [block for block in kept if block.type not in replaced] + added
    return Body({**attributes, **override.attributes}, tuple(blocks))


def _type(block: Block) -> str:
    """The type of nested block that it makes."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _by_argument(block: Block) -> bool:
    return block.type == "lifecycle"
