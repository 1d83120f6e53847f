"""Inputs nobody thought of, found by what of the readers they reach.

`python -m tests.fuzz SECONDS [dialect]` (pip install '.[fuzz]')."""

# Bytes of address space: what a feed of a few kilobytes may never need.
MEMORY = 3 * 2**30
