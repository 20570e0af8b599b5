"""SAY: what a command found in; text for people, JSON for programs, CSV for tables, out."""
