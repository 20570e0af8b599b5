"""Text that the plan does not know and the source does: kept apart, so that answers can say so."""

from __future__ import annotations


class EvaluatedText(str):
    """As evaluated; or, for an identifier that AWS has not given yet, what stands for it."""

    __slots__ = ()


def placeholder(address: str, attribute: str) -> EvaluatedText:
    """What stands for an identifier that is not given yet; of the id, the address itself."""
    return EvaluatedText(address if attribute == "id" else f"{address}.{attribute}")
