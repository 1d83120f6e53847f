"""Finding what was meant in one catalogue version, and saying how sure we are.

tantivy proposes candidates; each is scored again by how much of the query its name covers, whether
the thing itself (the head noun) is what was asked for, and how much of its name was left unsaid.
"""

from __future__ import annotations

import math
import os
import shutil
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import tantivy

from skill.catalogue.analyser import tokens
from skill.catalogue.index import TEXT_FIELDS, Shape, linked, parse_shape, read_manifest, schema
from skill.catalogue.records import parse
from skill.catalogue.words import Query, load
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.errors import CatalogueNotLinked

_FIELD_WEIGHT = {"title": 1.0, "brand": 0.8, "kind": 0.6, "more": 0.2}
_CANDIDATES = 100
_TIE_SHARE = 0.15
# From here on popularity counts no more: it settles ties, it does not answer questions.
_MOST_POPULAR = 100
# Below this share of the query's words in name, brand and kind, a hit is not worth saying.
_WORTH_SAYING = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One product, clearly meant. `whole`: it holds every word of the query."""

    product: Product
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Several:
    """Products the words fit equally, best first; `close` counts how many of them really tie. Without
    `whole` none holds every word of the query: they are only the nearest."""

    products: tuple[Product, ...]
    close: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Nothing:
    """`reason`: "unknown" (no such product) or "price" (only outside the bounds; `nearest` is offered)."""

    reason: str
    nearest: tuple[Product, ...] = ()


Result = Found | Several | Nothing


@dataclass(frozen=True, slots=True)
class Scored:
    """A product found. `cover`: percent of the query's words its name, brand and kind hold; `head`: it
    is the kind of thing asked for; `score` orders the hits of one query and means nothing else."""

    product: Product
    score: float
    cover: int
    head: bool


class CatalogueIndex:
    """One version, open for reading; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Raises CatalogueNotLinked when the folder holds no catalogue."""
        self.manifest = read_manifest(folder)
        self.version = self.manifest.version
        self._schema = schema()
        # tantivy takes a lock file even to read; where the folder cannot be written (Lambda's package),
        # it gets one of links to the same files.
        if not os.access(folder, os.W_OK):
            folder = linked(folder)
            weakref.finalize(self, shutil.rmtree, folder, True)
        try:
            self._index = tantivy.Index(self._schema, path=str(folder))
        except ValueError as error:
            raise CatalogueNotLinked from error
        if self._index.searcher().num_docs != self.manifest.products:
            raise CatalogueNotLinked
        self._language = self.manifest.language
        self._stop = load(self._language).stop

    def get(self, skus: Iterable[str]) -> dict[str, Product]:
        """The products of these SKUs; unknown ones are absent."""
        wanted = list(dict.fromkeys(skus))
        if not wanted:
            return {}
        query = tantivy.Query.term_set_query(self._schema, "sku", wanted)
        return {product.sku: product for product in self._products(query, limit=len(wanted))}

    def offers(self, now: datetime, *, limit: int = 30) -> tuple[Product, ...]:
        """Products with a live offer, most popular first."""
        query = tantivy.Query.term_query(self._schema, "offer", 1)
        return tuple(p for p in self._products(query, limit=limit * 4, popular=True) if p.on_offer(now))[
            :limit
        ]

    def popular(self, *, limit: int = 3) -> tuple[Product, ...]:
        """The most popular products of all."""
        return tuple(self._products(tantivy.Query.all_query(), limit=limit, popular=True))

    def find(self, query: Query) -> Result:
        """What the query means in this shop, price bounds and wishes obeyed."""
        hits = _whole(self.search(query))
        if query.bounded and query.text:
            free = _whole(self.search(replace(query, low=None, high=None)))
            if free and (not hits or hits[0].cover < free[0].cover):
                if query.high is not None:
                    # The best by text need not be near: what costs just more is looked for by price.
                    above = replace(query, low=query.high + 1, high=None, cheapest=True)
                    free = (*_whole(self.search(above)), *free)
                nearest = sorted(free, key=lambda hit: _distance(hit.product.price_at(query.now), query))
                return Nothing("price", tuple(hit.product for hit in nearest[:3]))
        if not hits:
            return Nothing("unknown")
        products = tuple(hit.product for hit in hits)
        close, whole = _ties(hits), hits[0].cover == 100
        if query.cheapest or (close == 1 and whole):
            return Found(products[0], whole) if query.text else Several(products, len(products))
        return Several(products, close, whole)

    def search(self, query: Query, *, limit: int = 30) -> tuple[Scored, ...]:
        """Hits worth saying, best first (cheapest first when that was asked)."""
        words = list(dict.fromkeys(tokens(query.text, language=self._language, stop=self._stop)))
        if not words and not query.bounded and not query.cheapest:
            return ()
        searcher = self._index.searcher()
        weights = self._rarity(words, searcher)
        phrase = " ".join(tokens(query.text, language=self._language, stop=self._stop))
        hits = []
        for engine, address in self._candidates(words, query, searcher):
            document = searcher.doc(address)
            if (query.bounded or query.without) and not self._fits(document, query):
                continue
            shape = parse_shape(bytes(document["shape"][0]))
            cover, head, score = _scored(shape, words, weights, phrase, engine=engine)
            if cover >= _WORTH_SAYING:
                hits.append((score, cover, head, address))
        if any(head for _, _, head, _ in hits):
            best = max(cover for _, cover, head, _ in hits if head)
            hits = [hit for hit in hits if hit[2] or hit[1] > best]
        if query.cheapest and hits:
            best = max(cover for _, cover, _, _ in hits)
            hits = [hit for hit in hits if hit[1] == best]
        else:
            hits = sorted(hits, key=lambda hit: -hit[0])[: 2 * limit]
        scored = [
            Scored(self._product(searcher, address), score, cover, head)
            for score, cover, head, address in hits
        ]
        if query.cheapest:
            scored.sort(key=lambda hit: (hit.product.price_at(query.now).minor, -hit.score))
        else:
            scored.sort(key=lambda hit: (-hit.score, hit.product.sku))
        return tuple(scored[:limit])

    def _candidates(
        self, words: Sequence[str], query: Query, searcher: tantivy.Searcher
    ) -> list[tuple[float, tantivy.DocAddress]]:
        """The documents worth scoring: the best by text; the cheapest that have every word when that was
        asked, since the best by text need not hold them; the most popular when there is no text."""
        if not words:
            found = searcher.search(self._ask(words, query), _CANDIDATES, order_by_field="popularity").hits
            return [(0.0, address) for _, address in found]
        best = list(searcher.search(self._ask(words, query), limit=_CANDIDATES).hits)
        if not query.cheapest:
            return best
        every = self._ask(words, query, occur=tantivy.Occur.Must)
        order = tantivy.Order.Asc
        cheap = searcher.search(every, _CANDIDATES, order_by_field="low", order=order).hits
        seen = {(address.segment_ord, address.doc) for _, address in best}
        return best + [(0.0, a) for _, a in cheap if (a.segment_ord, a.doc) not in seen]

    def _ask(
        self, words: Sequence[str], query: Query, *, occur: tantivy.Occur = tantivy.Occur.Should
    ) -> tantivy.Query:
        clauses = []
        for word in words:
            fields = [
                tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, name, word), weight)
                for name, weight in _FIELD_WEIGHT.items()
            ]
            clauses.append((occur, tantivy.Query.disjunction_max_query(fields, 0.3)))
        if not clauses:
            clauses.append((tantivy.Occur.Must, tantivy.Query.all_query()))
        text = tantivy.Query.boolean_query(clauses)
        # The price now lies between "low" (offer included) and "price" (without it).
        bounds = [("low", None, query.high), ("price", query.low, None)]
        ranges = [
            tantivy.Query.range_query(self._schema, name, tantivy.FieldType.Integer, low, high)
            for name, low, high in bounds
            if low is not None or high is not None
        ]
        if not ranges:
            return text
        must = [(tantivy.Occur.Must, tantivy.Query.const_score_query(part, 0.0)) for part in ranges]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, text), *must])

    def _fits(self, document: tantivy.Document, query: Query) -> bool:
        product = parse(bytes(document["doc"][0]))
        price = product.price_at(query.now).minor
        if (query.low is not None and price < query.low) or (query.high is not None and price > query.high):
            return False
        return not (query.without and self._has(product, query.without))

    def _rarity(self, words: Sequence[str], searcher: tantivy.Searcher) -> dict[str, float]:
        total = max(1, searcher.num_docs)
        return {
            word: math.log(1 + total / (1 + max(searcher.doc_freq(name, word) for name in TEXT_FIELDS[:3])))
            for word in words
        }

    def _tokens(self, text: str) -> list[str]:
        return tokens(text, language=self._language, stop=self._stop)

    def _has(self, product: Product, unwanted: Sequence[str]) -> bool:
        about = (product.title, *product.names.values(), product.brand, product.colour, product.size)
        held = set(self._tokens(" ".join(about)))
        return any(held.issuperset(self._tokens(phrase)) for phrase in unwanted)

    def _products(self, query: tantivy.Query, *, limit: int, popular: bool = False) -> list[Product]:
        searcher = self._index.searcher()
        if popular:
            hits = searcher.search(query, limit=limit, order_by_field="popularity").hits
        else:
            hits = searcher.search(query, limit=limit).hits
        return [self._product(searcher, address) for _, address in hits]

    def _product(self, searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Product:
        return parse(bytes(searcher.doc(address)["doc"][0]))


def _scored(
    shape: Shape, words: Sequence[str], weights: dict[str, float], phrase: str, *, engine: float
) -> tuple[int, bool, float]:
    """Cover in percent, whether this is the kind of thing asked for, and the score."""
    strength, covered = 0.0, 0
    for word in words:
        place = 0.0
        if word in shape.title:
            place = 1.0
        elif word in shape.brand:
            place = 0.8
        elif word in shape.kind:
            place = 0.6
        covered += place > 0
        strength += weights[word] * place
    asked = [word for word in words if not word.isdigit()][-1:]
    named = not asked or asked[0] in shape.heads
    head = named or asked == list(shape.leaf[-1:]) or set(words) <= set(shape.brand)
    unsaid = sum(1 for token in shape.brief if token not in words and token not in shape.brand)
    score = (
        strength / (sum(weights.values()) or 1.0)
        + (0.35 if named else 0.25 if head else 0.0)
        + (0.2 if words and set(shape.leaf) == set(words) else 0.0)
        + (0.15 if phrase and phrase in " ".join(shape.title) else 0.0)
        + 0.25 / (1 + unsaid)
        + min(shape.popularity, _MOST_POPULAR) / 1000
        + engine / 1000
        - (0.05 if shape.sold_out else 0.0)
    )
    return 100 * covered // len(words) if words else 100, head, score


def _whole(hits: tuple[Scored, ...]) -> tuple[Scored, ...]:
    """The hits with every word asked for, where there are any: whatever lacks a word that others have is
    another thing, as "oat milk" is no soy milk."""
    return tuple(hit for hit in hits if hit.cover == 100) or hits


def _ties(hits: Sequence[Scored]) -> int:
    best = hits[0]
    return sum(1 for hit in hits if hit.cover == best.cover and hit.score >= best.score - _TIE_SHARE)


def _distance(price: Money, query: Query) -> int:
    if query.high is not None and price.minor > query.high:
        return price.minor - query.high
    return query.low - price.minor if query.low is not None else 0
