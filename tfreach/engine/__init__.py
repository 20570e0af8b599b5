"""A Network in; traces of single flows, and the reachability of all pairs, out."""
