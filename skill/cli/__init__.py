"""The command line: thin, one function a command."""

from skill.cli.common import main

__all__ = ["main"]
