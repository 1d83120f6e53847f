"""`python -m skill` is the same as `sayso`."""

from skill.cli import main

main()
