"""The shop once more, in a store that is thrown away: whatever is said to it, the live one never hears."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from skill.alexa.handler import Skill, ask
from skill.alexa.typed import Session, envelope, following, words
from skill.app import App, build, shopper_key
from skill.commerce.cart import Cart, Line
from skill.commerce.contact import Address, Contact
from skill.commerce.merchant import Facts, Shopper
from skill.commerce.order import Order
from skill.commerce.payment import Cards
from skill.commerce.product import Product
from skill.dialogue.turn import Slot
from skill.intents import everything
from skill.settings import Settings
from skill.speech.utterances import Match
from skill.storage.open import prepare

Send = Callable[[Mapping[str, Any]], dict[str, Any]]
# How a door is made of a shop; tests put one in between that breaks something.
Door = Callable[[App], Send]
MAILBOX = "certify@sayso.example"
STREET = "1 Test Street"


def skill_door(app: App) -> Send:
    """The way Alexa's requests take, without the wire."""
    skill = Skill(lambda _: app, app.clock)
    return lambda raw: ask(skill, raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A request and its answer. `speech` and `reprompt` are without markup; `ended`: nobody listens on."""

    request: Mapping[str, Any]
    response: Mapping[str, Any]

    @property
    def body(self) -> Mapping[str, Any]:
        body: Mapping[str, Any] = self.response.get("response") or {}
        return body

    @property
    def ssml(self) -> str:
        speech = self.body.get("outputSpeech") or {}
        return str(speech.get("ssml") or speech.get("text") or "")

    @property
    def speech(self) -> str:
        return words(self.body)

    @property
    def reprompt(self) -> str:
        return words(self.body.get("reprompt") or {})

    @property
    def ended(self) -> bool:
        return self.body.get("shouldEndSession") is not False

    @property
    def card(self) -> Mapping[str, Any]:
        card: Mapping[str, Any] = self.body.get("card") or {}
        return card

    @property
    def directives(self) -> list[Mapping[str, Any]]:
        return list(self.body.get("directives") or ())


@dataclass(slots=True)
class Talk:
    """One shopper talking to the scratch shop. What was heard is given as intents: how words become intents
    is Alexa's part."""

    app: App
    send: Send
    session: Session
    counted: Callable[[], int]

    def open(self) -> Turn:
        """Open the skill in a new session."""
        self.hang_up()
        return self._said(Match("LaunchRequest", {}, 0.0))

    def intend(self, intent: str, **slots: str) -> Turn:
        """Mean this, in the session there is."""
        return self._said(Match(intent, {name: Slot(text) for name, text in slots.items()}, 0.0))

    def answer(self, text: str) -> Turn | None:
        """Fill the slot that was asked for; None when none was."""
        if self.session.elicit is None:
            return None
        intent, slot = self.session.elicit
        return self.intend(intent, **{slot: text})

    def tell(self, type: str, **more: Any) -> Turn:
        """Send a request of another type, as the platform does."""
        raw = envelope(
            Match("LaunchRequest", {}, 0.0), session=self.session, now=self.app.clock(), request_id=self._id()
        )
        raw["request"] = {**raw["request"], "type": type, **more}
        return Turn(request=raw, response=self.send(raw))

    def hang_up(self) -> None:
        """End the session without a word."""
        self.session = replace(
            self.session, id=f"certify-{self.counted()}", new=True, attributes={}, asking=None
        )

    def put(self, *lines: Line) -> None:
        """Fill the cart."""
        key = shopper_key(self.session.user, secret=self.app.settings.shopper_secret)
        kept = self.app.store.visit(key).cart or Cart(cid=f"certify{self.counted()}")
        self.app.store.save_cart(replace(kept, lines=lines), shopper=key, request_id=self._id())

    @property
    def orders(self) -> tuple[Order, ...]:
        key = shopper_key(self.session.user, secret=self.app.settings.shopper_secret)
        return self.app.store.orders(key)

    def _said(self, match: Match) -> Turn:
        raw = envelope(match, session=self.session, now=self.app.clock(), request_id=self._id())
        turn = Turn(request=raw, response=self.send(raw))
        self.session = following(self.session, turn.response)
        if turn.ended:
            self.session = replace(self.session, new=True, attributes={})
        return turn

    def _id(self) -> str:
        return f"amzn1.echo-api.request.certify-{self.counted()}"


@dataclass(slots=True)
class Scratch:
    """Shops with the facts and the catalogue of a live one, each in a store of its own under `folder`. Cards
    are charged nowhere, letters leave nowhere, and no identity provider is asked."""

    settings: Settings
    facts: Facts
    folder: Path
    door: Door = skill_door
    counter: Any = field(default_factory=count)
    _shops: dict[int | None, tuple[App, Send]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.shop()[0].clock()

    def shop(self, *, code_from: int | None = None) -> tuple[App, Send]:
        """The shop; with `code_from`, one that offers a voice code from this total on (minor units)."""
        if code_from not in self._shops:
            spec = f"sqlite:{self.folder / f'certify-{len(self._shops)}.db'}"
            prepare(spec)
            app = build(replace(self.settings, store=spec, skill_ids=frozenset(), assume_linked=True))
            limit = self.facts.terms.code_from if code_from is None else code_from
            facts = replace(
                self.facts,
                linking=None,
                cards=Cards(provider="development") if self.facts.cards else None,
                terms=replace(self.facts.terms, code_from=limit),
                revision=0,
            )
            app.store.publish(facts, stock={})
            self._shops[code_from] = app, self.door(app)
        return self._shops[code_from]

    def talk(
        self, locale: str, *, linked: bool = True, screen: bool = False, code_from: int | None = None
    ) -> Talk:
        """Somebody who was never here before, with or without a linked account."""
        app, send = self.shop(code_from=code_from)
        number = next(self.counter)
        session = Session(
            id=f"certify-{number}", user=f"amzn1.ask.account.CERTIFY{number}", locale=locale, screen=screen
        )
        address = Address(lines=(STREET,), city="Test", code="1", country="US")
        contact = Contact(
            email=MAILBOX, address=address, customer="certify", source="account", at=app.clock()
        )
        key = shopper_key(session.user, secret=app.settings.shopper_secret)
        app.store.put_shopper(key, about=Shopper(linked=linked, contact=contact if linked else None))
        return Talk(app, send, session, self.counter.__next__)

    def basket(self, products: tuple[Product, ...], locale: str) -> tuple[Line, ...]:
        """Lines of these products that come to the smallest order; none where they do not."""
        minimum, lines, now = self.facts.terms.minimum_order, list[Line](), self.now
        for product in products:
            price = product.price_at(now)
            left = minimum - sum(line.cost.minor for line in lines)
            if price.minor <= 0 or (lines and left <= 0):
                continue
            pieces = min(max(1, -(-left // price.minor)), product.limit or 9, 9)
            name = product.name(locale)
            lines.append(Line(sku=product.sku, quantity=pieces, name=name, price=price))
        return tuple(lines) if sum(line.cost.minor for line in lines) >= minimum else ()


def all_intents() -> tuple[str, ...]:
    """Every intent the skill knows, but those of the platform's own turn-taking."""
    return tuple(sorted(everything()))


def size(response: Mapping[str, Any]) -> int:
    """Bytes of a response on the wire."""
    return len(json.dumps(response, ensure_ascii=False).encode())
