"""A search laid open: how the words were read, what was found, and how each score came about."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from skill.catalogue.explaining import PARTS, Explained, outcome_json, query_json
from skill.speech.spoken import money

_FIGURES = ("price", "score", *PARTS, "covers")
# Wide enough for a name, its price and the parts of its score when there is no terminal to ask.
_WIDTH = 160


def show(explained: Explained, *, locale: str, details: bool) -> None:
    """The hits as a table; with `details`, how the words were read and the parts of each score."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    if details:
        read = query_json(explained.query)
        console.print("  ".join(f"{name}={value}" for name, value in read.items() if value or value == 0))
        console.print(_words(explained))
    table = Table(box=None, pad_edge=False, header_style="dim")
    titles = ("", "sku", "name", *_FIGURES, "why") if details else ("", "sku", "name", "price")
    for title in titles:
        table.add_column(title, justify="right" if title in _FIGURES else "left")
    for number, (hit, why) in enumerate(zip(explained.hits, explained.why, strict=True), start=1):
        cells = [str(number), hit.product.sku, hit.product.name(locale)]
        cells.append(money(hit.product.price_at(explained.query.now), locale=locale))
        if details:
            parts = (hit.score, *(getattr(hit.rank, part) for part in PARTS))
            cells += [*(f"{part:.3f}" for part in parts), f"{hit.cover} %", ", ".join(why)]
        table.add_row(*cells)
    console.print(table)
    outcome = outcome_json(explained.result)
    console.print(" ".join(f"{name}: {value}" for name, value in outcome.items()), highlight=False)


def _words(explained: Explained) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("word", "in", "stands for", "sound"):
        table.add_column(title)
    for word in explained.words:
        others = ", ".join(f"{sense.token} {sense.weight:.2f}" for sense in word.senses)
        table.add_row(word.token, f"{word.frequency} products", others, word.sound)
    read = {
        name: value
        for name, value in query_json(explained.query).items()
        if value not in (None, False, [], "")
    }
    table.title = "  ".join(f"{name}={value}" for name, value in read.items())
    table.title_justify = "left"
    return table
