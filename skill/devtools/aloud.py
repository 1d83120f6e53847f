"""How a product sounds in the shop, and what the shop answers to a search: said by the intents themselves,
of what is live, to nobody. Nothing is written: what would change a cart is a request that was seen before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from skill.alexa.screens import drawn
from skill.catalogue.explaining import Explained
from skill.catalogue.search import CatalogueIndex
from skill.commerce.cart import MAX_QUANTITY, Cart
from skill.commerce.merchant import Facts, Shopper
from skill.commerce.product import Product
from skill.commerce.quantity import Pieces
from skill.dialogue import reference
from skill.dialogue.adding import line_of, put_in
from skill.dialogue.conversation import Conversation, Focus
from skill.dialogue.intent import Heard
from skill.dialogue.offering import named, offer_one
from skill.dialogue.reply import Reply
from skill.dialogue.screen import screen
from skill.dialogue.turn import Slot, Turn
from skill.intents import everything
from skill.shop import NOBODY, Shop, Stocking
from skill.speech.render import Spoken, SpokenCard, Wording, render
from skill.speech.screens import worded

_REQUEST = "merchant"
_PIECES = 2
# What a shopper asks about a product that was named, and what it is called on the page.
_QUESTIONS = {"price": "AskPrice", "stock": "AskStock", "about": "DescribeProduct"}


@dataclass(frozen=True, slots=True)
class Moment:
    """What is heard of a product at one moment: `name` is "listed", "found", "price", "stock", "about",
    "added" or "cart"."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aloud:
    """A product as it is heard in one locale, drawn on a screen (the directive) and written on a card."""

    locale: str
    moments: tuple[Moment, ...]
    drawn: Mapping[str, Any] | None
    card: SpokenCard | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """Somebody who listens to the shop in a locale, at a moment, and buys nothing."""

    store: Stocking
    catalogue: CatalogueIndex
    facts: Facts
    now: datetime
    locale: str

    def answer(self, words: str) -> str:
        """What the shop answers whoever looks for these words."""
        return self._heard(self._asked("FindProduct", {"query": Slot(words)}))

    def explain(self, words: str, *, limit: int) -> Explained:
        """The same search laid open."""
        return self.catalogue.explain(reference.query(words, self._shop()), limit=limit)

    def product(self, product: Product) -> Aloud:
        """All there is to hear of a product."""
        focus = Focus(sku=product.sku)
        shop = self._shop()
        left = shop.left(product.sku)
        moments = [
            Moment("listed", self._heard(Reply(say=(named(product, left=left, shop=shop),)))),
            Moment("found", self._heard(offer_one(product, shop=shop, words=product.short(self.locale)))),
        ]
        for name, intent in _QUESTIONS.items():
            moments.append(Moment(name, self._heard(self._asked(intent, focus=focus), asks=False)))
        if left is None or left > 0:
            moments += (Moment(*one) for one in self._bought(product, left))
        carried = self._shop(self._cart(product, left))
        sent = self._rendered(everything()["SendList"].handle(self._hearing("SendList"), carried))
        return Aloud(
            locale=self.locale, moments=tuple(moments), drawn=self._drawn(product, shop), card=sent.card
        )

    def _bought(self, product: Product, left: int | None) -> Iterator[tuple[str, str]]:
        """Put into the cart, and read out from it."""
        cart = self._cart(product, left)
        shop = self._shop(cart)
        yield "added", self._heard(put_in(product, Pieces(cart.pieces), shop), asks=False)
        review = everything()["ReviewCart"].handle(self._hearing("ReviewCart"), shop)
        yield "cart", self._heard(review, asks=False)

    def _cart(self, product: Product, left: int | None) -> Cart:
        """A cart the product went into with this very request: to put it in again changes nothing."""
        most = min(_PIECES, left or _PIECES, product.limit or MAX_QUANTITY)
        return Cart(cid=_REQUEST, lines=(line_of(product, most, self._shop()),), seen=(_REQUEST,))

    def _drawn(self, product: Product, shop: Shop) -> dict[str, Any] | None:
        turn = self._turn("DescribeProduct")
        after = Conversation(focus=Focus(sku=product.sku))
        reply = Reply(focus=after.focus)
        found = screen(turn, reply, before=Conversation(), after=after, shop=shop)
        return drawn(worded(found, self._wording())) if found else None

    def _asked(
        self, intent: str, slots: Mapping[str, Slot] | None = None, *, focus: Focus | None = None
    ) -> Reply:
        heard = self._hearing(intent, slots or {}, focus or Focus())
        return everything()[intent].handle(heard, self._shop())

    def _hearing(
        self, intent: str, slots: Mapping[str, Slot] | None = None, focus: Focus | None = None
    ) -> Heard:
        talk = Conversation(focus=focus or Focus())
        return Heard(turn=self._turn(intent), conversation=talk, slots=slots or {})

    def _heard(self, reply: Reply, *, asks: bool = True) -> str:
        """The reply as it is heard; without the question at its end, where that is not about the product."""
        return self._rendered(reply if asks else replace(reply, prompt=None)).text

    def _rendered(self, reply: Reply) -> Spoken:
        return render(replace(reply, resume=False), conversation=Conversation(), wording=self._wording())[0]

    def _wording(self) -> Wording:
        # As in the first turn of a session: wordings rotate with each.
        return Wording(self.locale, self.facts.local(self.now).date(), rotation=1)

    def _turn(self, intent: str) -> Turn:
        return Turn(
            request_id=_REQUEST, intent=intent, now=self.now, locale=self.locale, user=NOBODY, screen=True
        )

    def _shop(self, cart: Cart | None = None) -> Shop:
        return Shop(
            store=self.store,
            catalogue=self.catalogue,
            facts=self.facts,
            about=Shopper(),
            cart=cart or Cart(cid=_REQUEST),
            shopper=NOBODY,
            request_id=_REQUEST,
            now=self.now,
            locale=self.locale,
            linked=False,
            new_id=lambda: _REQUEST,
        )
