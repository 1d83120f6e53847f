"""Feeds from the command line: imported, tried, linked by their address, and gone back from."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from skill.app import App
from skill.cli.catalogue import catalogue
from skill.cli.common import documentation, errors, facts_of, open_app, table, tells_what_is_wrong
from skill.cli.feed_options import feed_options
from skill.deployment import place_of
from skill.errors import BadInput
from skill.merchants import versions
from skill.merchants.importing import Source, import_feed, report_of, reports, watched
from skill.merchants.publish import Wanted
from skill.merchants.report import ImportReport, as_json
from skill.merchants.report_text import as_text
from skill.merchants.shop_file import read_heard, read_shop
from skill.merchants.sources import Fetched, Unchanged, shown

# Where there is no terminal to ask.
_WIDTH = 120
_WEB = ("https://", "http://")


def _showing(command: Callable[..., None]) -> Callable[..., None]:
    """How the report is wanted."""
    page = click.Path(path_type=Path, dir_okay=False, writable=True)
    for option in reversed(
        (
            click.option("--json", "json_", is_flag=True, help="The report as one JSON object."),
            click.option("--page", type=page, help="Write the report as a page to this file."),
        )
    ):
        command = option(command)
    return command


@catalogue.command("import")
@click.argument("feed")
@click.option(
    "--shop",
    "shop_file",
    type=click.Path(path_type=Path),
    help="The shop file (TOML); the facts in the store when left out.",
)
@feed_options
@click.option("--yes", is_flag=True, help="Even if more than a third of the products goes.")
@click.option("--dry-run", is_flag=True, help="Tell what it would do, and do nothing.")
@_showing
@tells_what_is_wrong
def import_(
    feed: str,
    shop_file: Path | None,
    dialect: str | None,
    currency: str | None,
    encoding: str | None,
    yes: bool,
    dry_run: bool,
    json_: bool,
    page: Path | None,
) -> None:
    """Import FEED and make it live: a file, an https address, or - for standard input.

    Google (TSV, CSV, XML), Meta, OpenAI, Agentic Commerce Protocol, Shopify, WooCommerce, Magento and
    schema.org feeds are told by their content, packed with gzip or zip or not. What is live stays live
    until all is well."""
    wanted = Wanted(
        facts=read_shop(shop_file) if shop_file else None,
        heard=read_heard(shop_file) if shop_file else None,
        yes=yes,
        dry_run=dry_run,
    )
    source = Source(stream=sys.stdin.buffer, name=feed, dialect=dialect, currency=currency, encoding=encoding)
    _import(feed, source, wanted, json_=json_, page=page)


@catalogue.command("update")
@click.argument("feed")
@click.option("--remove", "gone", multiple=True, metavar="SKU", help="Take a product out; may be repeated.")
@feed_options
@click.option("--dry-run", is_flag=True, help="Tell what it would do, and do nothing.")
@_showing
@tells_what_is_wrong
def update(
    feed: str,
    gone: tuple[str, ...],
    dialect: str | None,
    currency: str | None,
    encoding: str | None,
    dry_run: bool,
    json_: bool,
    page: Path | None,
) -> None:
    """Put the rows of FEED into the live catalogue, or in place of those with the same id; the rest stays."""
    source = Source(stream=sys.stdin.buffer, name=feed, dialect=dialect, currency=currency, encoding=encoding)
    _import(feed, source, Wanted(partly=True, gone=gone, dry_run=dry_run), json_=json_, page=page)


@catalogue.command("versions")
@tells_what_is_wrong
def versions_() -> None:
    """The catalogue versions that were live and can be gone back to."""
    app = open_app()
    live = facts_of(app).catalogue
    told = table("version", "products", "moved", "by", "went live", "")
    for version in versions.known(app.store, place_of(app).folder):
        state = "live" if version.name == live else "" if version.here else "not on this machine"
        how = "changes" if version.partly else "import"
        at = version.at.isoformat(timespec="seconds")
        told.add_row(version.name, f"{version.products:,}", f"{version.moves:,}", how, at, state)
    Console().print(told, markup=False)


@catalogue.command("rollback")
@click.argument("version", default="")
@tells_what_is_wrong
def rollback(version: str) -> None:
    """Make the version before the live one live again, or the one named. Stock stays as it is."""
    place = place_of(open_app())
    name = versions.roll_back(place.store, place.folder, to=version, push=place.push)
    click.echo(f"version {name} is live again")


@catalogue.command("report")
@click.argument("id", default="")
@click.option("--list", "only_list", is_flag=True, help="Tell which reports there are.")
@_showing
@tells_what_is_wrong
def report_(id: str, only_list: bool, json_: bool, page: Path | None) -> None:
    """The report of the last import, or of the one with this id."""
    app = open_app()
    if only_list:
        told = table("id", "feed", "rows", "lost", "went live")
        for name, one in reports(app.store):
            told.add_row(name, one.source, f"{one.rows:,}", f"{one.lost:,}", one.version or "nothing")
        Console().print(told if told.rows else "nothing was imported yet", markup=False)
        return
    last = next(iter(reports(app.store, limit=1)), ("", None))[1]
    found = report_of(app.store, id) if id else last
    if found is None:
        raise BadInput("there is no such report; 'sayso catalogue report --list' tells which there are")
    _show(app, found, json_=json_, page=page)


def _import(feed: str, source: Source, wanted: Wanted, *, json_: bool, page: Path | None) -> None:
    app = open_app()
    if wanted.facts is None:
        facts_of(app)
    with _opened(feed, source) as opened, _bar("Indexing") as indexing:
        _, report = import_feed(opened, place=place_of(app), wanted=wanted, progress=indexing)
    _show(app, report, json_=json_, page=page)
    if not report.live and not report.dry_run:
        sys.exit(2)


def _show(app: App, report: ImportReport, *, json_: bool, page: Path | None) -> None:
    if page:
        # Only now: few ask for a page, and Jinja takes its time.
        from skill.merchants.report_page import as_html

        page.write_text(as_html(report, shop=facts_of(app).name if report.version else ""), "utf-8")
        click.echo(f"the report is in {page}", err=True)
    if json_:
        click.echo(json.dumps(as_json(report), ensure_ascii=False))
    elif not page:
        Console(width=None if sys.stdout.isatty() else _WIDTH).print(as_text(report, site=documentation()))


@contextmanager
def _opened(feed: str, source: Source) -> Iterator[Source]:
    """The source with its bytes at hand, wherever they come from. Raises BadInput."""
    if feed == "-":
        yield replace(source, name="standard input")
        return
    if feed.startswith(_WEB):
        fetched = _fetched(feed)
        try:
            with fetched.path.open("rb") as stream:
                encoding = source.encoding or fetched.charset or None
                yield replace(source, stream=stream, name=shown(feed), encoding=encoding)
        finally:
            fetched.path.unlink(missing_ok=True)
        return
    path = Path(feed)
    try:
        size, stream = path.stat().st_size, path.open("rb")
    except OSError as error:
        raise BadInput(f"{feed}: cannot be read: {error.strerror}") from error
    with stream, _bar("Reading") as reading:
        yield replace(source, stream=watched(stream, size, reading), name=path.name)


def _fetched(url: str) -> Fetched:
    # Only now: a file needs no HTTP.
    from skill.web.fetch import fetch

    with errors.status(f"Fetching {shown(url)} …"):
        fetched = fetch(url, allow_local=True)
    assert not isinstance(fetched, Unchanged)
    return fetched


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, from the first that is heard of it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    # Without a thread that draws ten times a second beside the one that works.
    with Progress(*columns, console=errors, transient=True, auto_refresh=False) as progress:
        task = progress.add_task(what, visible=False)
        told = 0

        def tell(done: int, of: int) -> None:
            nonlocal told
            # A hundred steps are as many as anybody sees.
            if (done - told) * 100 >= of or done == of:
                told = done
                progress.update(task, completed=done, total=max(of, 1), visible=True, refresh=True)

        yield tell
