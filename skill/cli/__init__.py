"""The command line: thin, one function a command."""

from skill.cli import alexa, catalogue, shoppers, talk
from skill.cli.common import main

__all__ = ["alexa", "catalogue", "main", "shoppers", "talk"]
