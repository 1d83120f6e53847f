"""The shop's catalogue from the command line: import, change, look into, verify."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.progress import open as progress_open

from skill.app import App
from skill.catalogue.manifest import read_manifest
from skill.catalogue.search import CatalogueIndex
from skill.catalogue.words import load, understand
from skill.cli.common import (
    DEFAULT_USER,
    catalogue_folder,
    ensure_open,
    errors,
    key_of,
    main,
    open_app,
    tells_what_is_wrong,
    to_shelves,
)
from skill.cli.explained import as_json, show
from skill.commerce.merchant import Facts
from skill.errors import BadInput, CatalogueNotLinked, FeedRejected
from skill.merchants.feeds import Report, publish_feed
from skill.merchants.shop_file import read_heard, read_shop

_SHOWN_PROBLEMS = 20


@main.group()
def catalogue() -> None:
    """The shop's catalogue."""


@catalogue.command("import")
@click.argument("feed", type=click.Path(path_type=Path))
@click.option(
    "--shop",
    "shop_file",
    type=click.Path(path_type=Path),
    help="The shop file (TOML); the facts in the store when left out.",
)
@tells_what_is_wrong
def import_feed(feed: Path, shop_file: Path | None) -> None:
    """Import FEED, a Google-format product feed (TSV or CSV), and make it live."""
    app = open_app()
    facts = read_shop(shop_file) if shop_file else _facts(app)
    heard = read_heard(shop_file) if shop_file else None
    _tell(
        _published(
            feed,
            lambda lines: publish_feed(
                lines,
                facts=facts,
                store=app.store,
                folder=catalogue_folder(app),
                now=app.clock(),
                heard=heard,
                push=to_shelves(app),
            ),
        )
    )


@catalogue.command("update")
@click.argument("feed", type=click.Path(path_type=Path))
@click.option("--remove", "gone", multiple=True, metavar="SKU", help="Take a product out; may be repeated.")
@tells_what_is_wrong
def update_feed(feed: Path, gone: tuple[str, ...]) -> None:
    """Put the rows of FEED into the live catalogue, or in place of those with the same id; the rest stays."""
    app = open_app()
    facts = _facts(app)
    _tell(
        _published(
            feed,
            lambda lines: publish_feed(
                lines,
                partly=True,
                gone=gone,
                facts=facts,
                store=app.store,
                folder=catalogue_folder(app),
                now=app.clock(),
                push=to_shelves(app),
            ),
        )
    )


@catalogue.command("search")
@click.argument("text")
@click.option("--locale", help="The language or locale to search in (the shop's own when left out).")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--explain", is_flag=True, help="Show how the words were read and how each score came about.")
@click.option("--json", "json_", is_flag=True, help="Everything as one JSON object.")
@tells_what_is_wrong
def search(text: str, locale: str | None, limit: int, explain: bool, json_: bool) -> None:
    """Look TEXT up as if it had been said."""
    app = open_app()
    ensure_open(app)
    facts = _facts(app)
    shelves = CatalogueIndex(catalogue_folder(app) / facts.catalogue)
    language = (locale or facts.locale)[:2]
    if language not in shelves.manifest.languages:
        known = ", ".join(shelves.manifest.languages)
        raise BadInput(f"the catalogue has no names in {locale}; it is searched in {known}")
    minor = 10**facts.terms.minor_digits
    query = understand(text, words=load(language), now=app.clock(), minor_per_major=minor)
    explained = shelves.explain(query, limit=limit)
    if json_:
        click.echo(json.dumps(as_json(explained, locale=locale or facts.locale), ensure_ascii=False))
        return
    show(explained, locale=locale or facts.locale, details=explain)


@catalogue.command("verify")
@tells_what_is_wrong
def verify() -> None:
    """Compare every file of the live catalogue with its manifest."""
    app = open_app()
    facts = _facts(app)
    folder = catalogue_folder(app) / facts.catalogue
    try:
        manifest = read_manifest(folder, anew=True)
    except CatalogueNotLinked as error:
        raise BadInput(f"{folder}: is not whole; import the feed again") from error
    size = sum(file.bytes for file in manifest.files.values())
    click.echo(
        f"{manifest.version}: {manifest.products} products in {', '.join(manifest.languages)}; "
        f"{len(manifest.files)} files, {size} bytes, all as they were written"
    )


def _facts(app: App) -> Facts:
    try:
        return app.store.visit(key_of(app, DEFAULT_USER)).facts
    except CatalogueNotLinked:
        raise BadInput("this store has no shop yet: name its shop file with --shop FILE") from None


def _published(feed: Path, publish: Callable[[Iterator[str]], Report]) -> Report:
    try:
        return publish(_lines(feed))
    except FeedRejected as rejected:
        rows = "\n  ".join(rejected.rows[:_SHOWN_PROBLEMS])
        raise BadInput(f"{feed}: not one product is usable; what was live stays live\n  {rows}") from rejected


def _tell(report: Report) -> None:
    click.echo(f"{report.products} products are live as version {report.version}")
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        errors.print(f"  {problem}", highlight=False, markup=False)
    if len(report.problems) > _SHOWN_PROBLEMS:
        errors.print(f"  … and {len(report.problems) - _SHOWN_PROBLEMS} more rows with problems")


def _lines(feed: Path) -> Iterator[str]:
    """The feed's lines, with a progress bar on a terminal."""
    try:
        with progress_open(
            feed,
            "rt",
            encoding="utf-8-sig",
            description="Importing",
            console=errors,
            transient=True,
            newline="",
        ) as file:
            yield from file
    except OSError as error:
        raise BadInput(f"{feed}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{feed}: is not UTF-8 (byte {error.start}): save it as UTF-8") from error
