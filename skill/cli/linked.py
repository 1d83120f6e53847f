"""Feeds linked by their address, from the command line."""

from __future__ import annotations

import sys
from functools import partial

import click
from rich.console import Console

from skill.app import App
from skill.cli.catalogue import catalogue
from skill.cli.common import errors, facts_of, open_app, table, tells_what_is_wrong
from skill.cli.feed_options import feed_options
from skill.deployment import place_of
from skill.errors import BadInput
from skill.merchants import linked
from skill.merchants.sources import Source, interval, shown, spelled


@catalogue.command("link")
@click.argument("url")
@click.option("--every", default="6h", show_default=True, help="How often it is looked at: 30m, 6h, 1d.")
@feed_options
@tells_what_is_wrong
def link(url: str, every: str, dialect: str | None, currency: str | None, encoding: str | None) -> None:
    """Keep the shop fresh from the feed at URL: imported now, and looked at again every so often by
    'sayso serve', or by 'sayso catalogue refresh' wherever that is run from."""
    app = open_app()
    facts_of(app)
    _check(url)
    stated = Source(
        url=url,
        every=interval(every),
        dialect=dialect or "",
        currency=currency or "",
        encoding=encoding or "",
    )
    source = linked.link(app.store, stated)
    click.echo(f"{shown(source.url)} is linked, and looked at every {spelled(source.every)}")
    _refresh(app, every=True, only=url)


@catalogue.command("unlink")
@click.argument("url")
@tells_what_is_wrong
def unlink_(url: str) -> None:
    """Look at the feed at URL no more. What is live stays live."""
    app = open_app()
    if not linked.unlink(app.store, url):
        raise BadInput(f"{shown(url)} is not linked; 'sayso catalogue refresh --list' tells what is")
    click.echo(f"{shown(url)} is not looked at any more")


@catalogue.command("refresh")
@click.option("--all", "every", is_flag=True, help="Also those that are not due yet.")
@click.option("--list", "only_list", is_flag=True, help="Tell what is linked, and do nothing.")
@tells_what_is_wrong
def refresh(every: bool, only_list: bool) -> None:
    """Look at the linked feeds that are due, and import what has changed."""
    app = open_app()
    if not only_list:
        _refresh(app, every=every)
        return
    told = table("feed", "every", "looked at", "outcome")
    for source in linked.linked(app.store):
        looked = source.checked_at.isoformat(timespec="seconds") if source.checked_at else "never"
        told.add_row(shown(source.url), spelled(source.every), looked, source.problem or source.outcome)
    Console().print(told if told.rows else "nothing is linked", markup=False)


def _refresh(app: App, *, every: bool, only: str = "") -> None:
    from skill.web.fetch import fetch

    place, failed = place_of(app), False
    for source in linked.refresh_linked(
        place, fetch=partial(fetch, allow_local=True), every=every, only=only
    ):
        click.echo(f"{shown(source.url)}: {source.outcome}")
        if source.outcome == "failed":
            failed = True
            errors.print(f"  {source.problem}", highlight=False, markup=False, soft_wrap=True)
    if failed:
        sys.exit(2)


def _check(url: str) -> None:
    """Raises BadInput for what is no address of a feed."""
    from skill.web.places import place_of

    place_of(url, allow_local=True)
