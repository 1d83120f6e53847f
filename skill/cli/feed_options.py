"""What may be said of any feed."""

from __future__ import annotations

from collections.abc import Callable

import click

from skill.catalogue.dialects import DIALECTS

_DIALECTS = sorted(dialect.name for dialect in DIALECTS)


def feed_options(command: Callable[..., None]) -> Callable[..., None]:
    """What may be said of any feed."""
    for option in reversed(
        (
            click.option(
                "--dialect", type=click.Choice(_DIALECTS), help="Told by its content when left out."
            ),
            click.option("--currency", help="Of amounts that name none; the shop's when left out."),
            click.option("--encoding", help="Where it is neither UTF-8 nor UTF-16: latin-1, cp1252 …"),
        )
    ):
        command = option(command)
    return command
