"""The command line: thin, one function a command."""

from skill.cli import catalogue, shoppers, talk
from skill.cli.common import main

__all__ = ["catalogue", "main", "shoppers", "talk"]
