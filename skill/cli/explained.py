"""A search laid open: how the words were read, what was found, and how each score came about."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from skill.catalogue.explaining import Explained
from skill.catalogue.results import Found, Nothing, Several
from skill.catalogue.words import Query
from skill.speech.spoken import money

_PARTS = ("text", "together", "plain", "bonus")
_FIGURES = ("price", "score", *_PARTS, "covers")
# Wide enough for a name, its price and the parts of its score when there is no terminal to ask.
_WIDTH = 160


def as_json(explained: Explained, *, locale: str) -> dict[str, Any]:
    """Everything, for a program to read. Prices are minor units."""
    return {
        "query": _read(explained.query),
        "words": [asdict(word) for word in explained.words],
        "by_sound": explained.by_sound,
        "result": _outcome(explained),
        "hits": [
            {
                "sku": hit.product.sku,
                "name": hit.product.name(locale),
                "price": hit.product.price_at(explained.query.now).minor,
                "currency": hit.product.price.currency,
                "score": round(hit.score, 4),
                "cover": hit.cover,
                "head": hit.head,
                **{part: round(getattr(hit.rank, part), 4) for part in _PARTS},
                "why": list(why),
            }
            for hit, why in zip(explained.hits, explained.why, strict=True)
        ],
    }


def show(explained: Explained, *, locale: str, details: bool) -> None:
    """The hits as a table; with `details`, how the words were read and the parts of each score."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    if details:
        read = _read(explained.query)
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
            parts = (hit.score, *(getattr(hit.rank, part) for part in _PARTS))
            cells += [*(f"{part:.3f}" for part in parts), f"{hit.cover} %", ", ".join(why)]
        table.add_row(*cells)
    console.print(table)
    outcome = _outcome(explained)
    console.print(" ".join(f"{name}: {value}" for name, value in outcome.items()), highlight=False)


def _words(explained: Explained) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("word", "in", "stands for", "sound"):
        table.add_column(title)
    for word in explained.words:
        others = ", ".join(f"{sense.token} {sense.weight:.2f}" for sense in word.senses)
        table.add_row(word.token, f"{word.frequency} products", others, word.sound)
    read = {
        name: value for name, value in _read(explained.query).items() if value not in (None, False, [], "")
    }
    table.title = "  ".join(f"{name}={value}" for name, value in read.items())
    table.title_justify = "left"
    return table


def _read(query: Query) -> dict[str, Any]:
    raw = asdict(query)
    raw.pop("now")
    return {name: list(value) if isinstance(value, tuple) else value for name, value in raw.items()}


def _outcome(explained: Explained) -> dict[str, Any]:
    result = explained.result
    if isinstance(result, Found):
        return {"is": "found", "sku": result.product.sku, "whole": result.whole}
    if isinstance(result, Several):
        return {"is": "several", "close": result.close, "whole": result.whole}
    assert isinstance(result, Nothing)
    return {"is": "nothing", "reason": result.reason, "nearest": [product.sku for product in result.nearest]}
