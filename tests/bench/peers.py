"""The engines measured side by side: ours, SQLite FTS5 and bm25s, each given all text of a product."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from skill.catalogue.search import CatalogueIndex
from skill.catalogue.words import load, understand
from tests.bench import NotReady
from tests.bench.labelled import Record

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
# Title, brand, category, attributes, description. The set's own typed queries choose among them: FTS5 gets
# the benefit of the doubt.
WEIGHTINGS = (
    (1.0, 1.0, 1.0, 1.0, 1.0),
    (2.0, 1.0, 1.0, 1.0, 1.0),
    (4.0, 2.0, 2.0, 1.0, 1.0),
    (4.0, 3.0, 2.0, 0.5, 0.5),
    (8.0, 4.0, 4.0, 1.0, 1.0),
    (10.0, 8.0, 5.0, 0.5, 0.5),
    (10.0, 5.0, 15.0, 1.0, 1.0),
    (10.0, 1.0, 1.0, 1.0, 1.0),
    (20.0, 1.0, 1.0, 1.0, 1.0),
    (40.0, 1.0, 1.0, 1.0, 1.0),
)
_WORDS = re.compile(r"\w+")
_MAPPED_BYTES = 8 << 30


class Engine(Protocol):
    """What can be asked for products by their text."""

    name: str

    def ranked(self, text: str, *, limit: int) -> Sequence[str]:
        """Product ids, best first."""


class Ours:
    """The shop's own search, grammar included."""

    name = "Sayso"

    def __init__(self, folder: Path) -> None:
        self.index = CatalogueIndex(folder)
        self._words = load(self.index.manifest.language)

    def ranked(self, text: str, *, limit: int) -> Sequence[str]:
        query = understand(text, words=self._words, now=NOW)
        return [hit.sku for hit in self.index.search(query, limit=limit)]


class Fts5:
    """SQLite FTS5: porter over unicode61, any of the words, bm25 by column, its segments merged and its
    file mapped."""

    name = "FTS5"

    def __init__(self, path: Path, *, records: Iterable[Record] | None = None) -> None:
        """Opens `path`, or writes `records` into it."""
        if records is not None:
            path.unlink(missing_ok=True)
        self._base = sqlite3.connect(path)
        self._base.execute(f"PRAGMA mmap_size={_MAPPED_BYTES}")
        self.weights: tuple[float, ...] = WEIGHTINGS[0]
        if records is None:
            return
        self._base.execute("PRAGMA journal_mode=OFF")
        self._base.execute("PRAGMA synchronous=OFF")
        self._base.execute(
            "CREATE VIRTUAL TABLE product USING fts5(sku UNINDEXED, title, brand, category, attrs, "
            "description, tokenize='porter unicode61')"
        )
        self._base.executemany(
            "INSERT INTO product VALUES (?, ?, ?, ?, ?, ?)", ((each.id, *each.columns) for each in records)
        )
        self._base.execute("INSERT INTO product(product) VALUES ('optimize')")
        self._base.commit()

    def ranked(self, text: str, *, limit: int) -> Sequence[str]:
        words = dict.fromkeys(_WORDS.findall(text.lower()))
        if not words:
            return []
        asked = " OR ".join(f'"{word}"' for word in words)
        found = self._base.execute(
            "SELECT sku FROM product WHERE product MATCH ? ORDER BY rank LIMIT ?", (asked, limit)
        )
        return [sku for (sku,) in found]

    def weigh(self, weights: tuple[float, ...]) -> None:
        """Rank by these weights of the columns from now on."""
        rank = f"bm25(0.0, {', '.join(map(str, weights))})"
        self._base.execute("INSERT INTO product(product, rank) VALUES ('rank', ?)", (rank,))
        self._base.commit()
        self.weights = weights

    def close(self) -> None:
        """Write everything down."""
        self._base.close()

    def tune(self, worth: Callable[[Engine], float]) -> None:
        """Keep the weighting that `worth` values most."""
        valued = []
        for weights in WEIGHTINGS:
            self.weigh(weights)
            valued.append((worth(self), weights))
        self.weigh(max(valued)[1])


class Bm25s:
    """bm25s with Snowball's English and its own stop words, over all columns as one text."""

    name = "bm25s"

    def __init__(self, *, records: Iterable[Record] | None = None, folder: Path | None = None) -> None:
        """Holds `records`, and keeps them in `folder` for the next time; without records it opens what
        the folder has. Raises NotReady when bm25s is not installed."""
        try:
            import bm25s
            import Stemmer
        except ImportError as error:
            raise NotReady("bm25s is not installed: make .venv/.bench") from error
        self._bm25s: Any = bm25s
        self._stemmer = Stemmer.Stemmer("english")
        if records is None:
            assert folder is not None
            self._model: Any = bm25s.BM25.load(folder)
            self._ids = json.loads((folder / "ids.json").read_text("utf-8"))
            return
        self._ids = []
        texts = []
        for each in records:
            self._ids.append(each.id)
            texts.append(" ".join(each.columns))
        self._model = bm25s.BM25()
        self._model.index(self._tokens(texts), show_progress=False)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
            self._model.save(folder)
            (folder / "ids.json").write_text(json.dumps(self._ids), "utf-8")

    def ranked(self, text: str, *, limit: int) -> Sequence[str]:
        tokens = self._tokens([text], ids=False)
        if not tokens[0]:
            return []
        found = self._model.retrieve(tokens, k=min(limit, len(self._ids)), show_progress=False, n_threads=0)
        pairs = zip(found.documents[0].tolist(), found.scores[0].tolist(), strict=True)
        return [self._ids[number] for number, score in pairs if score > 0]

    def _tokens(self, texts: Sequence[str], *, ids: bool = True) -> Any:
        return self._bm25s.tokenize(
            texts, stopwords="en", stemmer=self._stemmer, return_ids=ids, show_progress=False
        )
