"""schema.org offers as price, sale price, availability and measure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from skill.catalogue.dialects.row import text
from skill.catalogue.problem import Problem

Thing = Mapping[str, Any]
# A thing by its @id.
Find = Callable[[str], Thing | None]
# Offers in offers; a reference may lead back to where it came from.
_DEPTH = 3
# Kinds of prices beside the one that is paid.
_OLD = frozenset({"ListPrice", "StrikethroughPrice", "SRP", "MSRP", "RegularPrice"})
_PAID = frozenset({"", "SalePrice", "InvoicePrice", "MinimumAdvertisedPrice"})
# Availability in order of what a shopper would rather have.
_FIRST = ("InStock", "OnlineOnly", "LimitedAvailability", "")


def offer_values(
    number: int, offers: Sequence[Thing], find: Find, sku: str
) -> tuple[list[Problem], dict[str, str] | None]:
    """What the offers of a product come to, and what is wrong with them. Of several the first that is in
    stock; a range of prices alone is no price."""
    problems: list[Problem] = []
    flat = [offer for each in offers for offer in _flat(each, find)]
    if not flat:
        ranged = next((each for each in offers if text(each.get("lowPrice"))), None)
        if ranged is None:
            return [Problem(number, "offers", "no_price", sku=sku)], None
        told = f"{text(ranged.get('lowPrice'))} – {text(ranged.get('highPrice'))}"
        return [Problem(number, "offers", "price_range", {"text": told}, sku=sku)], None
    chosen = min(flat, key=lambda offer: _rank(offer))
    prices = {_price(offer)[0] for offer in flat}
    if len(prices) > 1:
        problems.append(Problem(number, "offers", "several_values", {"text": _price(chosen)[0]}, sku=sku))
    price, old = _price(chosen)
    values = {
        "price": price,
        "list_price": old,
        "availability": _bare(chosen.get("availability")),
        "availability_date": text(chosen.get("availabilityStarts")),
        "sell_on_google_quantity": _count(chosen.get("inventoryLevel")),
        "unit_pricing_measure": _measure(chosen),
    }
    if old and (until := text(chosen.get("priceValidUntil"))):
        values["sale_price_effective_date"] = f"/{until}"
    return problems, values


def _flat(offer: Thing, find: Find, depth: int = 0) -> Iterator[Thing]:
    """Offers with a price, out of those that sum up others. A range of one price is a price."""
    inner = offer.get("offers") if depth < _DEPTH else None
    inside = [
        found
        for each in (inner if isinstance(inner, list) else [inner])
        if isinstance(each, dict)
        for found in _flat((find(text(each.get("@id"))) or each) if len(each) == 1 else each, find, depth + 1)
    ]
    low, high = text(offer.get("lowPrice")), text(offer.get("highPrice"))
    if inside:
        # The sum names the currency for all of them.
        yield from ({"priceCurrency": offer.get("priceCurrency"), **each} for each in inside)
    elif _price(offer)[0]:
        yield offer
    elif low and low == high:
        yield {**offer, "price": low}


def _rank(offer: Thing) -> int:
    availability = _bare(offer.get("availability"))
    return _FIRST.index(availability) if availability in _FIRST else len(_FIRST)


def _price(offer: Thing) -> tuple[str, str]:
    """The price that is paid, and the old one; with the currency, where the offer names it."""
    currency = text(offer.get("priceCurrency"))
    price, old = text(offer.get("price")), ""
    for each in _specifications(offer):
        told, kind = text(each.get("price")), _bare(each.get("priceType"))
        if not told:
            continue
        told = _with(told, text(each.get("priceCurrency")) or currency)
        if kind in _OLD:
            old = old or told
        elif kind in _PAID and not price and not _by_measure(each):
            price = told
    return _with(price, currency), old


def _with(price: str, currency: str) -> str:
    return f"{price} {currency}" if price and currency and currency not in price else price


def _specifications(offer: Thing) -> list[Thing]:
    told = offer.get("priceSpecification")
    return [each for each in (told if isinstance(told, list) else [told]) if isinstance(each, dict)]


def _by_measure(specification: Thing) -> bool:
    """A price by the litre, not of the bottle: without what it holds, and with what it is measured by."""
    reference = specification.get("referenceQuantity")
    return isinstance(reference, dict) and not isinstance(reference.get("valueReference"), dict)


def _measure(offer: Thing) -> str:
    """What a piece holds: `referenceQuantity`, where its `valueReference` says what prices are told by
    (developers.google.com/search/docs/appearance/structured-data/merchant-listing)."""
    for each in _specifications(offer):
        reference = each.get("referenceQuantity")
        if isinstance(reference, dict) and isinstance(reference.get("valueReference"), dict):
            unit = text(reference.get("unitCode")) or text(reference.get("unitText"))
            return f"{text(reference.get('value'))} {unit}"
    return ""


def _count(level: Any) -> str:
    return text(level.get("value")) if isinstance(level, dict) else text(level)


def _bare(term: Any) -> str:
    """ "InStock" of "https://schema.org/InStock"."""
    return text(term).strip("/").rpartition("/")[2].rpartition(":")[2].rpartition("#")[2]
