"""Finding what was meant in one catalogue version, and saying how sure we are.

tantivy proposes candidates; each is scored again by how much of the query its name covers, whether
the thing itself (the head noun) is what was asked for, and how much of its name was left unsaid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import tantivy

from skill.catalogue.analyser import fused, tokens
from skill.catalogue.asked import Asked
from skill.catalogue.fields import LEXICON, ROWS
from skill.catalogue.lacking import product_lacks
from skill.catalogue.parts import Parts, mapped
from skill.catalogue.ranking import Rank, ranked, size_code
from skill.catalogue.reading import by_sound, read
from skill.catalogue.recent import Recent
from skill.catalogue.results import (
    Found,
    Nothing,
    Result,
    Scored,
    Several,
    decide,
    distance,
    whole,
    worth_saying,
)
from skill.catalogue.rivals import rivals
from skill.catalogue.shelf import Shelf
from skill.catalogue.words import Query, load
from skill.commerce.product import Product
from skill.commerce.quantity import base

if TYPE_CHECKING:
    from skill.catalogue.explaining import Explained

_FIELD_WEIGHT = {"title": 1.0, "kind": 0.65, "more": 0.25}
_CANDIDATES = 50
# Below this share of the query's words in name, brand and kind, a hit is not worth saying.
_WORTH_SAYING = 50
# Words are looked for by their sound when the best of the first five hits holds less of the query.
_HEARD_WELL = 70
# What a version remembers: results, of thirty records each at the most (8 MB if all are), how often a word
# is in it, and the engine's terms for a word.
_RESULTS, _FREQUENCIES, _TERMS = 256, 20_000, 2_000


class CatalogueIndex(Shelf):
    """One version, open for reading; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._rows = {name: Parts(folder, f"{ROWS}-{name}") for name in self.manifest.languages}
        self._lexicon = {
            name: tuple(map(mapped, sorted(folder.glob(f"{LEXICON}-{name}-*.lines"))))
            for name in self.manifest.languages
        }
        self._results = Recent[Result](_RESULTS)
        # Of the searcher and the schema, not of self: what is in a circle is not closed when it is let go.
        self._frequency = lru_cache(maxsize=_FREQUENCIES)(partial(_frequency, self._searcher))
        self._terms = lru_cache(maxsize=_TERMS)(partial(_terms, self._schema))

    def find(self, query: Query) -> Result:
        """What the query means in this shop, bounds and wishes obeyed; when nothing fulfils them, which wish
        it is and what is nearest without it. What is asked for often is looked for once: a version never
        changes, and only prices and offers have to do with the time."""
        if query.bounded or query.on_offer or query.cheapest or query.dearest:
            return self._find(query)[0]
        key = (
            *(query.text, query.language, query.popular, query.only, query.without, query.lacking),
            query.amount,
        )
        known = self._results.get(key)
        if known is not None:
            return known
        result, hits = self._find(query)
        if isinstance(result, Several) and any(hit.rank.offered for hit in hits[: result.close]):
            return result
        return self._results.keep(key, result)

    def _find(self, query: Query) -> tuple[Result, Sequence[Scored]]:
        """The result, and the hits it was decided from."""
        hits = whole(self._said(query))
        return self._decided(hits, query), hits

    def _decided(self, hits: Sequence[Scored], query: Query) -> Result:
        if query.text:
            for reason, free in _relaxed(query):
                better = whole(self._said(free))
                if better and (not hits or _fit(hits[0]) < _fit(better[0])):
                    if reason == "price":
                        return Nothing(reason, self._nearest(better, query))
                    return Nothing(reason, tuple(hit.product for hit in better[:3]))
        if not hits:
            return Nothing("unknown")
        result = decide(hits, query)
        if not isinstance(result, Found) or not result.whole:
            return result
        language = self._language(query)
        others = rivals(
            query,
            language=language,
            frequency=partial(self._frequency, language),
            lexicon=self._lexicon[language],
            search=lambda other: whole(self._said(other)),
        )
        others = tuple(product for product in others if product.sku != result.product.sku)
        return Several((result.product, *others), 1 + len(others), whole=False) if others else result

    def search(self, query: Query, *, limit: int = 30) -> tuple[Scored, ...]:
        """The ranking, best first (by price when that was asked), however little a hit covers."""
        ranks = self._ranked(query, limit=max(limit, _depth(query)))
        return tuple(islice(self._hits(ranks, query), limit))

    def explain(self, query: Query, *, limit: int = 10) -> Explained:
        """The same search, and how it came about."""
        from skill.catalogue import explaining  # nobody asks for it in a turn

        language = self._language(query)
        said = self._words(query, language)
        asked, ranks, by_sound = self._heard(said, query, language, limit=max(limit, _depth(query)))
        hits = tuple(islice(self._hits(ranks, query), limit))
        frequency = partial(self._frequency, language)
        why = tuple(explaining.places(self._rows[language][hit.rank.row], asked) for hit in hits)
        return explaining.Explained(
            query, explaining.told(asked, frequency), by_sound, self.find(query), hits, why
        )

    def _said(self, query: Query, *, limit: int = 30) -> tuple[Scored, ...]:
        """The hits of the kind asked for that hold enough of the query to be said."""
        ranks = worth_saying(self._ranked(query, limit=_depth(query)), floor=_WORTH_SAYING)
        if (query.cheapest or query.dearest or query.popular) and ranks:
            best = max(rank.cover for rank in ranks)
            ranks = [rank for rank in ranks if rank.cover == best]
        hits = self._hits(ranks, query)
        if query.lacking:
            found, language = tuple(hits), self._language(query)
            # "Gluten free" says more than that gluten is not named; but nothing that names it will do.
            lacking = [h for h in found if product_lacks(h.product, query.lacking, locale=language)]
            hits = iter(lacking or found)
        return tuple(islice(hits, limit))

    def _nearest(self, free: Sequence[Scored], query: Query) -> tuple[Product, ...]:
        if query.high is not None:
            # The best by text need not be near: what costs just more is looked for by price.
            above = replace(query, low=query.high + 1, high=None, cheapest=True)
            free = (*whole(self._said(above)), *free)
        once = [hit.product for hit in {hit.sku: hit for hit in free}.values()]
        return tuple(sorted(once, key=lambda product: distance(product.price_at(query.now), query))[:3])

    def _hits(self, ranks: Iterable[Rank], query: Query) -> Iterator[Scored]:
        """Their products, those that fulfil what was wished, in the order that was asked for."""
        limits = query.bounded or query.without or query.only or query.on_offer
        found = (Scored(self._products[rank.row], rank) for rank in ranks)
        fitting = (hit for hit in found if not limits or self._fits(hit.product, query))
        if not (query.cheapest or query.dearest or query.popular):
            return fitting
        figures = ((_figure(hit.product, query), -hit.score, hit) for hit in fitting)
        return (hit for _, _, hit in sorted(figures, key=itemgetter(0, 1)))

    def _language(self, query: Query) -> str:
        return query.language if query.language in self._rows else self.manifest.language

    def _ranked(self, query: Query, *, limit: int) -> list[Rank]:
        language = self._language(query)
        said = self._words(query, language)
        if not said and not (query.lists or query.cheapest or query.dearest):
            return []
        return self._heard(said, query, language, limit=limit)[1]

    def _words(self, query: Query, language: str) -> list[str]:
        said = tokens(query.text, language=language, stop=load(language).stop)
        # A size nobody sells is no word more that a product lacks.
        sizes = (size for size in fused(said, language=language) if self._frequency(language, size))
        return list(dict.fromkeys((*said, *sizes)))

    def _heard(
        self, said: Sequence[str], query: Query, language: str, *, limit: int
    ) -> tuple[Asked, list[Rank], bool]:
        """What was asked for, the ranking, and whether the words were looked for by their sound."""
        frequency = partial(self._frequency, language)
        lexicon = self._lexicon[language]
        total = self._searcher.num_docs
        asked = read(said, language=language, total=total, frequency=frequency, lexicon=lexicon)
        ranks = self._rows_ranked(asked, query, language, limit=limit)
        if not said or max((rank.cover for rank in ranks[:5]), default=0) >= _HEARD_WELL:
            return asked, ranks, False
        asked = by_sound(asked, language=language, lexicon=lexicon)
        return asked, self._rows_ranked(asked, query, language, limit=limit), True

    def _rows_ranked(self, asked: Asked, query: Query, language: str, *, limit: int) -> list[Rank]:
        rows = self._rows[language]
        found = self._candidates(asked, query, language, limit=limit)
        return ranked(found, [rows[row] for row in found], asked, limit=limit, size=_size(query))

    def _candidates(self, asked: Asked, query: Query, language: str, *, limit: int) -> Sequence[int]:
        """Rows worth scoring: the best by text; the first by price or popularity that have every word when
        that was asked, since the best by text need not hold them; the most popular when there is no text."""
        search = self._searcher.search
        if not asked.words:
            hits = search(
                self._ask(asked, query, language), limit, count=False, order_by_field="popularity"
            ).hits
            return self._rows_at(hits)
        rows = self._rows_at(search(self._ask(asked, query, language), limit, count=False).hits)
        for wanted, column, order in (
            (query.cheapest, "low", tantivy.Order.Asc),
            (query.dearest, "price", tantivy.Order.Desc),
            (query.popular, "popularity", tantivy.Order.Desc),
        ):
            if wanted:
                every = self._ask(asked, query, language, every=True)
                first = search(every, limit, count=False, order_by_field=column, order=order).hits
                rows = list(dict.fromkeys((*rows, *self._rows_at(first))))
        return rows

    def _ask(self, asked: Asked, query: Query, language: str, *, every: bool = False) -> tantivy.Query:
        should, must = tantivy.Occur.Should, tantivy.Occur.Must
        clauses = []
        for word in asked.words:
            parts = [
                part
                for sense in word.senses
                for token in sense.words
                for part in self._terms(language, token, sense.weight)
            ]
            if every:
                clauses.append((must, tantivy.Query.boolean_query([(should, part) for part in parts])))
                continue
            # Terms side by side, not nested: so the engine can skip what cannot come among the first.
            clauses += [(should, part) for part in parts]
        text = tantivy.Query.boolean_query(clauses) if clauses else tantivy.Query.all_query()
        # The price now lies between "low" (offer included) and "price" (without it).
        bounds = [("low", None, query.high), ("price", query.low, None)]
        ranges = [
            tantivy.Query.range_query(self._schema, name, tantivy.FieldType.Integer, low, high)
            for name, low, high in bounds
            if low is not None or high is not None
        ]
        if query.on_offer:
            ranges.append(tantivy.Query.term_query(self._schema, "offer", 1))
        if not ranges:
            return text
        free = [(must, tantivy.Query.const_score_query(part, 0.0)) for part in ranges]
        return tantivy.Query.boolean_query([(must, text), *free])

    def _fits(self, product: Product, query: Query) -> bool:
        price = product.price_at(query.now).minor
        if (query.low is not None and price < query.low) or (query.high is not None and price > query.high):
            return False
        if query.on_offer and not product.on_offer(query.now):
            return False
        if not query.without and not query.only:
            return True
        language = self._language(query)
        about = (product.title, *product.names.values(), product.brand, product.colour, product.size)
        held = self._tokens(language, *about)
        if any(held.issuperset(self._tokens(language, phrase)) for phrase in query.without):
            return False
        described = held | self._tokens(language, *product.diet, *product.category)
        return all(described.issuperset(self._tokens(language, phrase)) for phrase in query.only)

    def _tokens(self, language: str, *texts: str) -> set[str]:
        return set(tokens(" ".join(texts), language=language, stop=load(language).stop))


def _frequency(searcher: tantivy.Searcher, language: str, token: str) -> int:
    return max(searcher.doc_freq(f"title_{language}", token), searcher.doc_freq(f"kind_{language}", token))


def _terms(schema: tantivy.Schema, language: str, token: str, weight: float) -> tuple[tantivy.Query, ...]:
    """A token in each field, for what it weighs there."""
    term, boost = tantivy.Query.term_query, tantivy.Query.boost_query
    return tuple(
        boost(term(schema, f"{name}_{language}", token), share * weight)
        for name, share in _FIELD_WEIGHT.items()
    )


def _figure(product: Product, query: Query) -> int:
    """What the order that was asked for goes by, the least first."""
    if query.cheapest or query.dearest:
        return product.price_at(query.now).minor * (1 if query.cheapest else -1)
    return -product.popularity


def _depth(query: Query) -> int:
    """How many candidates are ranked: more where products are left out afterwards by what they hold."""
    return _CANDIDATES * (4 if query.without or query.only else 1)


def _fit(hit: Scored) -> tuple[bool, int]:
    """Coffee filters are no coffee under five dollars."""
    return hit.head, hit.cover


def _relaxed(query: Query) -> Iterator[tuple[str, Query]]:
    """The query with one wish left out, the one most often the obstacle first."""
    if query.bounded:
        yield "price", replace(query, low=None, high=None)
    if query.on_offer:
        yield "offer", replace(query, on_offer=False)
    if query.only:
        yield "only", replace(query, only=())
    if query.without:
        yield "without", replace(query, without=())


def _size(query: Query) -> int:
    asked = base(query.amount.milli, query.amount.unit) if query.amount else None
    return size_code(asked[0], mass=asked[1]) if asked else 0
