"""Two networks and their reachabilities in; changes, each with a witness and its causes, out."""
