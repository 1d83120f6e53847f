"""The command line: thin, one function a command."""

from skill.cli import catalogue, talk
from skill.cli.common import main

__all__ = ["catalogue", "main", "talk"]
