"""A Network in; the mistakes that hide in it, each found by a lint of its own, out."""
