"""What a product slot, "the second one", "the cheaper one" or "it" refers to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from skill.catalogue.analyser import askable, digits, fold, tokens, unfolded
from skill.catalogue.language import language_of, unglued
from skill.catalogue.results import Found, Nothing, Result, Several
from skill.catalogue.words import Query, load, understand, whole_amount
from skill.catalogue.words import day as spoken_day
from skill.commerce.cart import Cart, Line
from skill.commerce.options import base_of
from skill.commerce.quantity import Amount
from skill.dialogue.choosing import COMPARATIVE, by_position, by_trait
from skill.dialogue.intent import Heard
from skill.dialogue.turn import Slot
from skill.shop import Shop

_KEPT = re.compile(r"(\d+):(\w+)")
# "Next week" and "this weekend", as Alexa writes them.
_WEEK = re.compile(r"(\d{4})-W(\d{1,2})(-WE)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Mention:
    """What was referred to; `result` is None when nothing was named and nothing is in focus. `amount`
    came along in the words ("two cartons of …"); `words` are what was looked for."""

    result: Result | None
    amount: Amount | None = None
    words: str = ""


def query(text: str, shop: Shop) -> Query:
    """The spoken grammar applied to `text` in this shop's language and currency. Its words are written as
    they were said, for they are said again."""
    asked = understand(text, words=load(shop.locale[:2]), now=shop.now, minor_per_major=minor_per_major(shop))
    said = unfolded(asked.text, text)
    return asked if said == asked.text else replace(asked, text=said)


def named(heard: Heard, shop: Shop, *, slot: str = "product") -> Query:
    """What this turn names, as a query."""
    return with_slots(query(whole_phrase(heard, slot), shop), heard, shop)


def sizeless(asked: Query, shop: Shop) -> Query:
    """The query without a size in its words: "water half liter" is water."""
    words = load(shop.locale[:2])
    sizes = {part for phrase in (*words.units, *words.fractions) for part in phrase.split()}
    kept = (word for word in asked.text.split() if fold(word) not in sizes and not word[0].isdigit())
    return replace(asked, text=" ".join(kept))


def minor_per_major(shop: Shop) -> int:
    """How many of the currency's smallest unit make a whole one: 100 for USD, 1 for JPY."""
    return int(10**shop.facts.terms.minor_digits)


def with_slots(asked: Query, heard: Heard, shop: Shop) -> Query:
    """The query with what came in slots of its own: highest and lowest price in whole units of the
    currency, "the cheapest", "the most expensive"."""
    trait = heard.id("trait")
    if trait == "cheaper":
        asked = replace(asked, cheapest=True)
    elif trait == "dearer":
        asked = replace(asked, dearest=True)
    elif trait and trait not in COMPARATIVE:
        asked = qualified(asked, heard.text("trait"), shop)
    price, least = heard.number("price"), heard.number("least")
    if price is not None:
        asked = replace(asked, high=price * minor_per_major(shop))
    return replace(asked, low=least * minor_per_major(shop)) if least is not None else asked


def qualified(asked: Query, words: str, shop: Shop) -> Query:
    """The query for what these words say besides ("organic", "بدون جلوتين"), where the language puts them."""
    more = query(words, shop)
    rules = language_of(shop.locale[:2])
    said = " ".join(unglued(more.text.split(), rules.glued))
    parts = (asked.text, said) if rules.first else (said, asked.text)
    return replace(asked, text=" ".join(filter(None, parts)), lacking=(*asked.lacking, *more.lacking))


def product(heard: Heard, shop: Shop, *, slot: str = "product", focus: bool = True) -> Mention:
    """Resolve the product this turn speaks of: the option chosen, a position or trait in the list last
    said, a name, or (with `focus`) what was last mentioned."""
    if heard.chosen:
        return _known(heard.chosen, shop)
    said = heard.conversation.listing.said
    focused = heard.conversation.focus.sku
    if place := by_position(heard.slots.get("position"), options=said, focus=focused):
        return _known(place, shop)
    if heard.slots.get("position") and said and not heard.text(slot, "query"):
        # There is no such one: it is not what was spoken of last.
        return Mention(None)
    if (trait := heard.id("trait")) and not heard.text(slot, "query"):
        single = by_trait(trait, products=shop.products(said), now=shop.now)
        if single:
            return Mention(Found(single))
    if heard.text(slot, "query"):
        text = whole_phrase(heard, slot)
        asked = with_slots(query(text, shop), heard, shop)
        if (id := heard.id(slot)) and (known := _known(id, shop)).result:
            return replace(known, amount=asked.amount)
        if named := _named_by_number(text, asked, shop):
            return Mention(named, Amount(1000), text)
        if asked.text or asked.bounded:
            return Mention(shop.catalogue.find(asked), asked.amount, asked.text)
        if asked.amount is None:
            return Mention(Nothing("unknown"), None, text)
    if focus and focused:
        return _known(focused, shop)
    return Mention(None)


def day(text: str, shop: Shop) -> date | None:
    """A day as it was said, where the shop is; of a week or a weekend that has begun, today. None: no day."""
    today = shop.facts.local(shop.now).date()
    if week := _WEEK.fullmatch(text.strip()):
        return _in_week(int(week[1]), int(week[2]), today, weekend=bool(week[3]))
    return spoken_day(text, words=load(shop.locale[:2]), today=today)


def _in_week(year: int, week: int, today: date, *, weekend: bool) -> date | None:
    try:
        first = date.fromisocalendar(year, week, 6 if weekend else 1)
        return today if first <= today <= date.fromisocalendar(year, week, 7) else first
    except ValueError:
        return None


def whole_phrase(heard: Heard, slot: str = "product") -> str:
    """The words as they were said, put together again: a platform may split "two percent milk" into a
    quantity and "percent milk", or "two six packs of cola" in three. The grammar reads the whole."""
    number, size = heard.number("quantity"), heard.text("amount")
    words = [str(number)] if number is not None else []
    if size and not _KEPT.fullmatch(size):
        grammar = load(heard.turn.locale[:2])
        words += [size, *grammar.of[:1]] if size.split()[-1] in grammar.units else [size]
    return " ".join((*words, heard.text(slot, "query")))


def amount(heard: Heard, shop: Shop) -> Amount | None:
    """The amount said without naming a product: a number, "half a pound", "two dozen"."""
    number, text = heard.number("quantity"), heard.text("amount")
    if found := _KEPT.fullmatch(text):
        return Amount(int(found[1]), found[2])
    if text:
        said = f"{number} {text}" if number is not None else text
        return whole_amount(said, words=load(shop.locale[:2]))
    return None if number is None else Amount(max(0, number) * 1000)


def kept(amount: Amount | None) -> dict[str, Slot]:
    """An amount already understood, as the slots of a question that it survives."""
    return {"amount": Slot(text=f"{amount.milli}:{amount.unit}")} if amount else {}


def lines(heard: Heard, cart: Cart, shop: Shop, *, slot: str = "product") -> tuple[Line, ...]:
    """The cart lines this turn speaks of: by position in the cart, by name (all that fit equally well),
    by what was last mentioned, or the only line there is."""
    if heard.chosen:
        return tuple(line for line in cart.lines if line.sku == heard.chosen)
    in_cart = [line.sku for line in cart.lines]
    if place := by_position(heard.slots.get("position"), options=in_cart, focus=heard.conversation.focus.sku):
        return tuple(line for line in cart.lines if line.sku == place)
    if id := heard.id(slot):
        # The platform knows which one: in the cart, or not.
        if line := cart.line(id):
            return (line,)
        same = tuple(line for line in cart.lines if base_of(line.sku) == id)
        if same or shop.product(id):
            return same
    if text := heard.text(slot):
        return _named(query(text, shop).text or text, cart.lines, shop)
    for line in cart.lines:
        if line.sku == heard.conversation.focus.sku:
            return (line,)
    return cart.lines if len(cart.lines) == 1 else ()


def _named(text: str, lines: Sequence[Line], shop: Shop) -> tuple[Line, ...]:
    language = shop.locale[:2]
    asked = set(tokens(text, language=language, stop=load(language).stop))
    shelf = shop.catalogue.get(line.sku for line in lines)
    best, fitting = 0, []
    for line in lines:
        about = [line.name]
        if known := shelf.get(line.sku):
            # Whoever shares the cart may speak another language than whoever filled it.
            about += [known.title, known.brand, known.name(shop.locale)]
            about += [*known.category[-1:], *known.kind(language)[-1:]]
        common = len(asked & askable(" ".join(about), language=language))
        if common > best:
            best, fitting = common, [line]
        elif common == best and common:
            fitting.append(line)
    # Half of the words must fit: "oat milk" is not the soy milk in the cart, nor butter the peanut butter.
    return tuple(fitting) if best * 2 > len(asked) else ()


def _named_by_number(text: str, asked: Query, shop: Shop) -> Result | None:
    """The products whose very name begins with the number that was read as an amount: "Sixty Gates honey"
    is no sixty jars."""
    if asked.amount is None or asked.amount.unit != "piece":
        return None
    language, stop = shop.locale[:2], load(shop.locale[:2]).stop
    whole = digits(fold(text), language=language)
    said = tokens(whole, language=language, stop=stop)
    if not said or not said[0].isdigit():
        return None
    result = shop.catalogue.find(replace(asked, text=whole, amount=None))
    if isinstance(result, Nothing):
        return None
    found = (result.product,) if isinstance(result, Found) else result.products
    names = [(tokens(p.name(shop.locale), language=language, stop=stop), p) for p in found]
    fitting = tuple(p for name, p in names if name[:1] == said[:1] and set(said) <= set(name))
    if len(fitting) == 1:
        return Found(fitting[0])
    return Several(fitting, len(fitting)) if fitting else None


def _known(sku: str, shop: Shop) -> Mention:
    found = shop.product(sku)
    return Mention(Found(found) if found else None)
