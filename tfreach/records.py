"""A class with annotated fields in; the same as a frozen record that is cheap to make, out.

To mypy this `dataclass` is that of the standard library, so an assignment to a field is an error
of `make lint`. At run time nothing stands guard: the standard library's guard makes each object
five times as slow to build, and each class four times as slow to define, which is most of what
starting tfreach costs (docs/decisions/0010).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses
    from operator import attrgetter

    def dataclass(*, frozen=False, order=False, eq=True, **given):
        """As the standard library's, which makes those itself that may change or have an order."""
        if order or not frozen:
            return dataclasses.dataclass(frozen=frozen, order=order, eq=eq, **given)

        def made(cls):
            record = dataclasses.dataclass(cls, repr=False, eq=False, **given)
            _unless_written(record, "__repr__", _shown)
            if eq:
                fields = dataclasses.fields(record)
                same, hashed = _compared(tuple(one.name for one in fields if one.compare))
                _unless_written(record, "__eq__", same)
                record.__hash__ = hashed
            return record

        return made

    def _unless_written(cls, name, function):
        if name not in cls.__dict__:
            setattr(cls, name, function)

    def _shown(self):
        fields = (one.name for one in dataclasses.fields(self) if one.repr)
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in fields)
        return f"{type(self).__qualname__}({said})"

    def _compared(names):
        """Equality and hash by these fields."""
        values = attrgetter(*names) if names else type

        def same(self, other):
            if other.__class__ is not self.__class__:
                return NotImplemented
            return self is other or values(self) == values(other)

        def hashed(self):
            return hash(values(self))

        return same, hashed
