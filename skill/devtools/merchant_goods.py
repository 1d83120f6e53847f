"""The live catalogue as JSON for the merchant's page: products, searches, and how each of them is heard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from skill.catalogue.explaining import as_json
from skill.catalogue.problem import Problem
from skill.catalogue.results import Found, Result, Several, skus_of
from skill.catalogue.words import Query
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.devtools.aloud import Aloud, Ear
from skill.devtools.checkup import problems_json
from skill.speech.spoken import price, right_to_left

# Hits that are laid open.
HITS = 20
_WISHES = {
    "cheapest": "cheapest first",
    "dearest": "dearest first",
    "popular": "most popular first",
    "on_offer": "on offer",
}


def brief(product: Product, *, ear: Ear, left: Mapping[str, int | None]) -> dict[str, Any]:
    """A product as one row: its name as it is read and as it is said, and what it costs now."""
    now = product.price_at(ear.now)
    return {
        "sku": product.sku,
        "title": product.title,
        "name": product.name(ear.locale),
        "said": product.spoken(ear.locale),
        "price": price(now, locale=ear.locale),
        "usual": price(product.price, locale=ear.locale) if now != product.price else "",
        "left": left.get(product.sku),
    }


def briefs(products: Sequence[Product], *, ear: Ear) -> list[dict[str, Any]]:
    """Products as rows, with what is left of each."""
    left = ear.store.stock(product.sku for product in products)
    return [brief(product, ear=ear, left=left) for product in products]


def searched(words: str, *, ear: Ear) -> dict[str, Any]:
    """A search: what the shop answers ("answer"), how the words were read ("wishes", "words"), what it came
    to ("result") and its hits, each with what it was found by: first those the shop would offer, in its
    order and numbered by "place", then what else was looked at, by how much of the words it holds."""
    explained = ear.explain(words, limit=HITS)
    told = as_json(explained, locale=ear.locale)
    rows = briefs([hit.product for hit in explained.hits], ear=ear)
    places = {sku: place for place, sku in enumerate(_offered(explained.result), start=1)}
    hits = [
        {**hit, **row, "place": places.get(row["sku"], 0)}
        for hit, row in zip(told["hits"], rows, strict=True)
    ]
    language = explained.query.language
    return {
        "answer": ear.answer(words),
        "language": language if language in ear.catalogue.manifest.languages else "",
        "text": explained.query.text,
        "wishes": list(_wishes(explained.query, ear)),
        "words": told["words"],
        "by_sound": told["by_sound"],
        "result": told["result"],
        "offered": len(places),
        "hits": sorted(hits, key=lambda hit: (hit["place"] or len(places) + 1, -hit["cover"], -hit["score"])),
    }


def _offered(result: Result) -> Sequence[str]:
    """The SKUs of what is offered, in its order."""
    if isinstance(result, Found):
        return (result.product.sku,)
    return skus_of(result.products if isinstance(result, Several) else result.nearest[:1])


def _wishes(query: Query, ear: Ear) -> Iterator[str]:
    """What was taken out of the words before they were looked for."""

    def sum_of(minor: int) -> str:
        return price(Money(minor, ear.facts.terms.currency), locale=ear.locale)

    if query.low is not None:
        yield f"from {sum_of(query.low)}"
    if query.high is not None:
        yield f"up to {sum_of(query.high)}"
    yield from (text for name, text in _WISHES.items() if getattr(query, name))
    for name in ("only", "without", "lacking"):
        if phrases := getattr(query, name):
            yield f"{name} {', '.join(phrases)}"
    if query.amount:
        yield f"{query.amount.milli / 1000:g} × {query.amount.unit}"


def whole(product: Product, *, ears: Sequence[Ear], problems: Sequence[Problem]) -> dict[str, Any]:
    """All that is known of a product, how it is heard in each locale, and what to mend."""
    return {
        **briefs([product], ear=ears[0])[0],
        "facts": [[name, text] for name, text in _facts(product) if text],
        "aloud": [_aloud(ear.product(product)) for ear in ears],
        "problems": list(problems_json(problems)),
    }


def _facts(product: Product) -> Iterable[tuple[str, str]]:
    """What the feed says of a product, by the name a merchant knows it under."""
    offer = product.offer
    until = f" until {offer.ends:%Y-%m-%d %H:%M %Z}" if offer and offer.ends else ""
    since = f" from {offer.starts:%Y-%m-%d %H:%M %Z}" if offer and offer.starts else ""
    measure = product.measure
    yield "SKU", product.sku
    yield "Title", product.title
    yield from ((f"Name ({language})", name) for language, name in sorted(product.names.items()))
    yield "Also heard as", ", ".join(product.also)
    yield "Brand", product.brand
    yield "Category", " › ".join(product.category)
    yield "Offer", f"{price(offer.price, locale='en-US')}{since}{until}" if offer else ""
    yield "Colour", product.colour
    yield "Size", product.size
    yield "Measure", f"{measure.milli / 1000:g} {measure.unit}" if measure else ""
    yield "In one pack", str(product.multipack) if product.multipack > 1 else ""
    yield "Most of one order", str(product.limit or "")
    yield "Diet", ", ".join(product.diet)
    yield "Contains", ", ".join(product.contains or ())
    yield "Group", product.group
    yield "Rating", f"{product.rating / 10} of 5 ({product.reviews:,})" if product.reviews else ""
    yield "Description", product.description


def _aloud(aloud: Aloud) -> dict[str, Any]:
    told = asdict(aloud)
    return {**told, "rtl": right_to_left(aloud.locale)}
