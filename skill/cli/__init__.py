"""The command line: thin, one function a command."""

from skill.cli import alexa, catalogue, imports, linked, merchants, shoppers, talk
from skill.cli.common import main

__all__ = ["alexa", "catalogue", "imports", "linked", "main", "merchants", "shoppers", "talk"]
