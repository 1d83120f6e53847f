"""One reader under atheris, in a process of its own: `python -m tests.fuzz.target NAME [options]`, those of
libFuzzer."""

from __future__ import annotations

import io
import resource
import sys
from datetime import UTC, datetime

import atheris

from tests.fuzz import MEMORY

with atheris.instrument_imports(include=["skill.catalogue", "csv", "gzip", "zipfile", "json"]):
    from skill.catalogue.feed import read_feed
    from skill.catalogue.problem import Problem
    from skill.commerce.product import Product

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read(content: bytes, dialect: str | None) -> None:
    """Every item told, numbered and in one of the two kinds. Raises whatever a reader should not."""
    feed = read_feed(io.BytesIO(content), language="en", currency="USD", dialect=dialect, now=NOW)
    for number, item in feed.numbered:
        if isinstance(item, Problem):
            assert (number, bool(str(item)), bool(item.why)) == (item.row, True, True)
        else:
            assert isinstance(item, Product)
            assert item.sku
            assert item.title
            assert number > 0


def main(name: str, options: list[str]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    dialect = {"source": None, "xml": "google"}.get(name, name)
    # Told by its content every other time, as most feeds are.
    atheris.Setup(
        [name, *options], lambda content: read(content[1:], dialect if content[:1] > b"@" else None)
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
