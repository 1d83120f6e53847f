"""The names likely to be said next: of what was just read out, of what is in the cart. A platform that is
given them hears them better, and says which product was meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from hashlib import blake2s

from skill.catalogue.analyser import fold
from skill.commerce.product import Product
from skill.dialogue.conversation import Conversation
from skill.shop import Shop

# Names and other names together, as many as a platform takes.
MAX_NAMES = 100
MAX_LENGTH = 140


@dataclass(frozen=True, slots=True)
class Named:
    """A product by its name and by what else it may be called now."""

    sku: str
    name: str
    also: tuple[str, ...] = ()


def names(conversation: Conversation, *, shop: Shop) -> tuple[tuple[Named, ...] | None, str]:
    """The products worth knowing by name after this turn, what was said last first, and the mark of this
    set for `Conversation.names`; None when the platform has been given them already, and an empty set when it
    is to forget those it was given."""
    said = dict.fromkeys(conversation.listing.said)
    if conversation.question and conversation.question.awaiting == "product":
        said.update(dict.fromkeys(conversation.question.options))
    if conversation.focus.sku:
        said[conversation.focus.sku] = None
    waiting = [line.sku for line in reversed(shop.cart_now.lines) if line.sku not in said]
    wanted = (*said, *waiting)[:MAX_NAMES]
    about = "\n".join((shop.locale, shop.catalogue.version, *said, "", *waiting))
    key = blake2s(about.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    if wanted and key == conversation.names:
        return None, key
    products = shop.products(wanted) if wanted else ()
    if not products:
        return () if conversation.names else None, ""
    return _named(products, frozenset(said), shop.locale), key


def _named(products: Sequence[Product], said: Set[str], locale: str) -> tuple[Named, ...]:
    full = {product.sku: _fit(product.spoken(locale)) for product in products}
    also = {product.sku: _also(product, locale, said=product.sku in said) for product in products}
    # What two of them may be called tells neither.
    callers = Counter(fold(name) for sku in full for name in (full[sku], *also[sku]))
    named, count = [], len(full)
    for sku, name in full.items():
        own = tuple(other for other in also[sku] if callers[fold(other)] == 1)[: MAX_NAMES - count]
        count += len(own)
        named.append(Named(sku, name, own))
    return tuple(named)


def _also(product: Product, locale: str, *, said: bool) -> tuple[str, ...]:
    """Without its size; by brand and kind; as the merchant calls it too. Of what was just `said`, what tells
    it from the rest is enough: its brand, colour or size."""
    kind = product.kind(locale[:2])[-1:] if product.brand else ()
    ways = [product.short(locale), *(f"{product.brand} {one}" for one in kind), *product.also]
    if said:
        ways += [product.brand, product.colour, *product.name(locale).split(", ")[1:2]]
    known, kept = {fold(_fit(product.spoken(locale)))}, []
    for way in map(_fit, ways):
        if way and fold(way) not in known:
            known.add(fold(way))
            kept.append(way)
    return tuple(kept)


def _fit(name: str) -> str:
    return " ".join(name.split())[:MAX_LENGTH].strip()
