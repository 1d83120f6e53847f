"""The command line: thin, one function a command."""

from skill.cli import catalogue, merchants, shoppers, talk
from skill.cli.common import main

__all__ = ["catalogue", "main", "merchants", "shoppers", "talk"]
