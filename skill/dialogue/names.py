"""The names likely to be said next: answers to an open question, what was just read out, what is in the cart,
what was bought before. A platform that is given them hears them better, and says which was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2s

from skill.catalogue.analyser import fold
from skill.commerce.options import base_of
from skill.commerce.product import Product
from skill.dialogue.conversation import Conversation
from skill.dialogue.history import bought_before
from skill.dialogue.preferences import spoken_options
from skill.shop import Shop

# Names and other names together, as many as a platform takes.
MAX_NAMES = 100
MAX_LENGTH = 140
# What was bought before: of so many orders, so many products.
_ORDERS, _USUAL = 5, 20


@dataclass(frozen=True, slots=True)
class Named:
    """A product, or an answer, by its name and by what else it may be called now."""

    sku: str
    name: str
    also: tuple[str, ...] = ()


def names(
    conversation: Conversation, *, shop: Shop, opened: bool = False, catalogued: bool = False
) -> tuple[tuple[Named, ...] | None, Conversation]:
    """The products worth knowing by name after this turn, what was said last first, then the cart, then what
    was bought before; and the conversation that remembers that they were given. None when the platform has
    been given them already, and an empty set when it is to forget those it was given.

    What was bought before is read when the shop is `opened`, which costs a round trip to the store, and
    travels with the conversation from then on. `catalogued`: the platform knows every name from a catalog of
    the shop, and names given here hide it for the session; so they are given only while there is a choice to
    be made between some, and taken back after it."""
    # By the SKUs of the catalogue: what is said of a product is said of it with any options.
    said = dict.fromkeys(map(base_of, _said(conversation, catalogued=catalogued)))
    waiting: list[str] = []
    if not catalogued:
        if opened and not conversation.usual and _affordable(shop):
            conversation = replace(conversation, usual=bought_before(shop, orders=_ORDERS)[:_USUAL])
        cart = (line.sku for line in reversed(shop.cart_now.lines))
        others = dict.fromkeys(map(base_of, (*cart, *conversation.usual)))
        waiting = [sku for sku in others if sku not in said]
    answers = _answers(conversation, shop)
    wanted = (*said, *waiting)[: MAX_NAMES - sum(map(_count, answers))]
    known = (one.name for one in answers)
    about = "\n".join((shop.locale, shop.catalogue.version, *known, *said, "", *waiting))
    key = blake2s(about.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    if (wanted or answers) and key == conversation.names:
        return None, conversation
    products = shop.products(wanted) if wanted else ()
    if not products and not answers:
        return () if conversation.names else None, replace(conversation, names="")
    named = _named(products, frozenset(said), shop.locale, most=MAX_NAMES - sum(map(_count, answers)))
    return (*answers, *named), replace(conversation, names=key)


def _answers(conversation: Conversation, shop: Shop) -> tuple[Named, ...]:
    """What the shopper may answer to a preference question, before it is taken for something else: "for a
    friend" is no wish to refer one."""
    left, named = MAX_NAMES, []
    for id, (name, *others) in spoken_options(conversation.question, shop):
        one = Named(id, _fit(name), tuple(dict.fromkeys(map(_fit, others))))
        left -= _count(one)
        named += [one] if left >= 0 else []
    return tuple(named)


def _count(named: Named) -> int:
    return 1 + len(named.also)


def _said(conversation: Conversation, *, catalogued: bool) -> dict[str, None]:
    """The products spoken of last, in the order they were said."""
    question = conversation.question
    options = question.options if question and question.awaiting == "product" else ()
    if catalogued:
        return dict.fromkeys(options if len(options) > 1 else ())
    focus = conversation.focus.sku
    return dict.fromkeys((*conversation.listing.said, *options, *((focus,) if focus else ())))


def _affordable(shop: Shop) -> bool:
    """Whether a turn that opens the shop has a round trip left: not where stock is looked up for an alert,
    nor where many orders are read for the sake of whoever was recognised."""
    return not shop.about.alerts and shop.speaker is None


def called(product: Product, locale: str) -> tuple[str, ...]:
    """What a product is called, its whole name first: without its size; by brand and kind; as the merchant
    calls it too."""
    kind = product.kind(locale[:2])[-1:] if product.brand else ()
    brand_and_kind = (f"{product.brand} {one}" for one in kind)
    return (product.spoken(locale), product.short(locale), *brand_and_kind, *product.also)


def _named(products: Sequence[Product], said: Set[str], locale: str, *, most: int) -> tuple[Named, ...]:
    ways = {product.sku: _ways(product, locale, product.sku in said) for product in products}
    # What two of them may be called tells neither.
    callers = Counter(folded for sku in ways for _, folded in ways[sku])
    named, count = [], len(ways)
    for sku, ((name, _), *others) in ways.items():
        own = tuple(other for other, folded in others if callers[folded] == 1)[: most - count]
        count += len(own)
        named.append(Named(sku, name, own))
    return tuple(named)


@lru_cache(maxsize=1024)
def _ways(product: Product, locale: str, said: bool) -> tuple[tuple[str, str], ...]:
    """A product's name and what else it is called, each with the same folded. Of what was just `said`, what
    tells it from the rest is enough: its brand, colour or size."""
    whole, *others = called(product, locale)
    if said:
        others += [product.brand, product.colour, *product.name(locale).split(", ")[1:2]]
    name = _fit(whole)
    ways = {fold(name): name}
    for other in map(_fit, others):
        if other:
            ways.setdefault(fold(other), other)
    return tuple((way, folded) for folded, way in ways.items())


def _fit(name: str) -> str:
    return " ".join(name.split())[:MAX_LENGTH].strip()
