"""schema.org products as JSON-LD: in JSON, JSON Lines, or the scripts of HTML pages.

Products stand by themselves, in an @graph, an ItemList or a WebPage, and as variants of a ProductGroup.
References by @id are followed within the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from skill.catalogue.dialects.aside import Aside
from skill.catalogue.dialects.offers import Find, Thing, offer_values
from skill.catalogue.dialects.row import Dialect, Header, Record, Row, options, own_values, text
from skill.catalogue.problem import Problem

_PRODUCTS = frozenset({"Product", "ProductGroup", "IndividualProduct", "ProductModel", "SomeProducts"})
# Where products may stand inside something else.
_AROUND = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "about")
_IDS = ("sku", "productID", "mpn", "gtin", "gtin13", "gtin14", "gtin12", "gtin8", "@id")
_DEPTH = 8


def read(records: Iterable[Record], _: Header) -> Iterator[Row | Problem]:
    """A row for each product, with the number of the object it stands in; variants take from their group
    what they do not say. What has an @id, or refers to one, waits for the end of the file."""
    with Aside() as aside:
        for number, found in records:
            if isinstance(found, Problem):
                yield found
                continue
            waits = False
            for id, thing in _identified(found, 0):
                waits = True
                if len(thing) > 1:
                    aside.name(id, thing)
                for variant in _things(thing.get("hasVariant"), _nothing):
                    aside.name(f"variant {text(variant.get('@id'))}", {})
            if waits:
                aside.put(number, found)
            else:
                yield from _told(number, found, _nothing)
        for number, found in aside.rows():
            yield from _told(number, found, aside.named)


def _nothing(_: str) -> None:
    return None


def _told(number: int, found: Thing, find: Find) -> Iterator[Row | Problem]:
    for thing in _products(found, 0):
        if thing.get("hasVariant"):
            for variant in _things(thing["hasVariant"], find):
                # Others are links to pages of their own.
                if not variant.keys() <= {"@id", "@type", "url"}:
                    yield from _row(number, variant, thing, find)
        elif find(f"variant {text(thing.get('@id'))}") is None:
            group = next(iter(_things(thing.get("isVariantOf"), find)), {})
            yield from _row(number, thing, group, find)


def kinds(thing: Thing) -> frozenset[str]:
    """Its types, without the vocabulary's address."""
    told = thing.get("@type")
    types = told if isinstance(told, list) else [told]
    return frozenset(str(type).rpartition("/")[2].rpartition(":")[2] for type in types)


def _identified(value: Any, depth: int) -> Iterator[tuple[str, Thing]]:
    """Every thing with an @id, by it."""
    if depth > 2 * _DEPTH:
        return
    if isinstance(value, list):
        for each in value:
            yield from _identified(each, depth + 1)
    elif isinstance(value, dict):
        if isinstance(value.get("@id"), str):
            yield value["@id"], value
        for each in value.values():
            if isinstance(each, (list, dict)):
                yield from _identified(each, depth + 1)


def _products(value: Any, depth: int) -> Iterator[Thing]:
    """The products of an object, not those they are similar to or parts of."""
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for each in value:
            yield from _products(each, depth + 1)
    elif isinstance(value, dict):
        if kinds(value) & _PRODUCTS:
            if len(value) > 2:
                yield value
            return
        for name in _AROUND:
            if isinstance(value.get(name), (list, dict)):
                yield from _products(value[name], depth + 1)


def _things(value: Any, find: Find) -> list[Thing]:
    """One thing or several; what is but a reference is followed."""
    several = value if isinstance(value, list) else [value]
    things = (each for each in several if isinstance(each, dict))
    return [(find(text(each["@id"])) or each) if each.keys() == {"@id"} else each for each in things]


def _row(number: int, thing: Thing, group: Thing, find: Find) -> Iterator[Row | Problem]:
    key = next((key for key in _IDS if word(thing.get(key))), "sku")
    sku = word(thing.get(key))
    if key == "@id":
        yield Problem(number, "sku", "no_sku", {"sku": sku}, sku=sku)
    extra = _extra(group) | _extra(thing)
    own = {name: value for name, value in extra.items() if own_values({name: value})}
    pairs = [*((name, word(thing.get(name))) for name in ("color", "size")), *extra.items()]
    chosen, ending = options((name, value) for name, value in pairs if name not in own)
    name = word(thing.get("name"))
    values: dict[str, Any] = {
        **own_values(group),
        **own_values(thing),
        **own,
        **chosen,
        "id": sku,
        "title": name or ", ".join((word(group.get("name")), *(ending if group else ()))),
        "description": word(thing.get("description")) or word(group.get("description")),
        "brand": word(thing.get("brand")) or word(group.get("brand")),
        "product_type": _category(thing.get("category")) or _category(group.get("category")),
        "item_group_id": word(thing.get("inProductGroupWithID"))
        or word(group.get("productGroupID"))
        or word(group.get("sku"))
        or word(group.get("@id")),
        **_rating(thing.get("aggregateRating") or group.get("aggregateRating")),
    }
    offers = _things(thing.get("offers"), find) or _things(group.get("offers"), find)
    problems, told = offer_values(number, offers, find, sku)
    yield from problems
    if told is not None:
        yield Row(number, {**values, **told}, _NAMES)


_NAMES = {
    "id": "sku",
    "title": "name",
    "price": "offers",
    "sale_price": "offers",
    "availability": "offers",
    "item_group_id": "isVariantOf",
    "product_type": "category",
    "star_rating": "aggregateRating",
    "review_count": "aggregateRating",
    "unit_pricing_measure": "priceSpecification",
    "sell_on_google_quantity": "inventoryLevel",
}


def word(value: Any) -> str:
    """A text, the first of several, a thing's name, or a value with its language."""
    if isinstance(value, list):
        return word(value[0]) if value else ""
    if isinstance(value, dict):
        return next((word(value[key]) for key in ("@value", "name", "value", "@id") if key in value), "")
    return text(value)


def _extra(thing: Thing) -> dict[str, str]:
    """`additionalProperty` by name."""
    return {
        word(each.get("name")): word(each.get("value"))
        for each in _things(thing.get("additionalProperty"), _nothing)
        if word(each.get("name"))
    }


def _category(value: Any) -> str:
    """A path, or the parts of one as a list."""
    return " > ".join(filter(None, map(word, value))) if isinstance(value, list) else word(value)


def _rating(told: Any) -> dict[str, str]:
    """Stars of five, whatever the best rating is."""
    if not isinstance(told, dict):
        return {}
    count = word(told.get("reviewCount")) or word(told.get("ratingCount"))
    value, best = word(told.get("ratingValue")), word(told.get("bestRating")) or "5"
    try:
        if best != "5" and Decimal(best.replace(",", ".")) > 0:
            stars = Decimal(value.replace(",", ".")) * 5 / Decimal(best.replace(",", "."))
            value = f"{stars:.2f}" if 0 <= stars <= 5 else value
    except (InvalidOperation, ArithmeticError):
        pass
    return {"star_rating": value, "review_count": count}


def _thing(thing: Thing) -> bool:
    return any(key in thing for key in ("@type", "@context", "@graph"))


DIALECT = Dialect(name="jsonld", forms=("json", "html"), read=read, thing=_thing)
