"""The wiring: settings → store, catalogue, intents, speech → one function from a turn to an answer.

The only file that names concrete classes."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from types import ModuleType
from typing import Any

from skill import sessions
from skill.catalogues import Catalogues
from skill.commerce.cart import Cart
from skill.commerce.merchant import Facts, Linking, Shopper
from skill.commerce.reach import Outside, Reach
from skill.contacts import introducing
from skill.dialogue import engine
from skill.dialogue.conversation import Conversation, Listing, decode, encode
from skill.dialogue.names import Named, names
from skill.dialogue.reply import Message, Reply, say
from skill.dialogue.turn import AccountEvent, Left, Turn
from skill.errors import BadInput, SkillError
from skill.intents import everything
from skill.operations.tally import Counting, Tally, counting
from skill.operations.turn import noted
from skill.paying import Payments
from skill.settings import Settings
from skill.shop import NOBODY, Catalogue, Shop, Standing, Stocking, Visit
from skill.speech.locale import nearest
from skill.speech.render import Answer, Wording, label, render
from skill.storage.open import open_store

_UID_LETTERS = 26
log = logging.getLogger("sayso")
Take = Callable[..., tuple[Reply, Conversation]]


@dataclass(frozen=True, slots=True)
class App:
    """A shop ready to talk. `respond` may be called from several threads. `happened` is told what a shopper
    did to their account outside of any conversation, `ended` of a conversation that was left without a last
    answer, and never raises. `payments`: how a shop with these facts is paid at once
    (None: it bills, or cannot charge cards as things are). `catalogue` opens the live one of these facts;
    `ready` reads the facts and does so; both raise as store and catalogue do. `identity`: as in `build`."""

    settings: Settings
    store: Stocking
    clock: Callable[[], datetime]
    respond: Callable[[Turn], Answer]
    happened: Callable[[AccountEvent], None]
    ended: Callable[[Left], None]
    payments: Callable[[Facts], Payments | None]
    catalogue: Callable[[Facts], Catalogue]
    ready: Callable[[], Facts]
    identity: Linking | None = None


def build(
    settings: Settings,
    *,
    identity: Linking | None = None,
    clock: Callable[[], datetime] | None = None,
    open: Callable[..., Stocking] = open_store,
) -> App:
    """Wire a shop. Opens the store at once and the catalogue at the first turn. For development: `identity`,
    the identity provider of a shop that names none; `clock`, another than the settings' own; `open`, another
    way to the store they name."""
    clock = clock or clock_of(settings)
    store = open(settings.store, shop=settings.shop, clock=clock)
    catalogues = Catalogues(settings)
    intents = everything()

    def respond(turn: Turn) -> Answer:
        if turn.locale != (spoken_here := nearest(turn.locale)):
            turn = replace(turn, locale=spoken_here)
        before = decode(turn.attributes)
        with counting(before.tally) as count:
            return _answered(turn, before, count)

    def _answered(turn: Turn, before: Conversation, count: Counting) -> Answer:
        shopper = shopper_key(turn.user, secret=settings.shopper_secret)
        conversation = before
        today, shop = turn.now.date(), None
        try:
            visit = store.visit(shopper)
            shop = _shop(visit, turn, shopper, conversation.listing)
            today = visit.facts.local(turn.now).date()
            count.before = sessions.opened(before, turn, today=today)
            if turn.touch is None:
                reply, conversation = engine.respond(turn, shop=shop, intents=intents, conversation=before)
            else:
                reply, conversation = _touched()(turn, shop=shop, intents=intents)
        except SkillError as error:
            reply = Reply(say=(say(error.key, **error.values),), end=True)
            shop = None
        noted(
            shop=settings.shop,
            locale=turn.locale,
            intent=turn.intent if turn.intent in intents else "",
            outcome=outcome(reply),
        )
        wording = Wording(turn.locale, today, rotation=conversation.turns)
        if shop is None:
            spoken, remembered = render(reply, conversation=conversation, wording=wording)
            return Answer(spoken, encode(remembered))
        if shop.facts.experiments:
            wording = replace(wording, instead=sessions.wording(shop))
        spoken, remembered = render(reply, conversation=conversation, wording=wording)
        remembered = replace(remembered, tally=_counted(turn, reply, before, count, shop))
        drawn = _drawn(turn, reply, before, conversation, shop, wording) if turn.screen else None
        known: tuple[Named, ...] | None = None
        if turn.touch is None and not reply.end:
            # Alexa takes names only in answer to what was said.
            known, remembered = names(
                remembered, shop=shop, opened=turn.intent == "Launch", catalogued=settings.catalogued
            )
        return Answer(spoken, encode(remembered), drawn, known)

    def _counted(turn: Turn, reply: Reply, before: Conversation, count: Counting, shop: Shop) -> Tally:
        sessions.heard(count, turn=turn, reply=reply, before=before, shop=shop)
        intent = intents.get(turn.intent) if reply.miss else None
        sessions.learn(count, turn=turn, reply=reply, intent=intent, shop=shop, store=store)
        if reply.end:
            noted(session=count.tally.counts)
            if "orders" not in count.counts:
                sessions.ended(count.tally, store=store, shopper=shop.shopper, now=turn.now, about=shop.about)
        return count.tally

    def _shop(visit: Visit, turn: Turn, shopper: str, listing: Listing) -> Shop:
        moved = listing.catalogue not in ("", visit.facts.catalogue)
        about, standing = _standing(visit, turn, shopper)
        mails = bool(settings.mail and visit.facts.mail)
        return Shop(
            store=store,
            catalogue=_with_options(catalogues.live(visit.facts.catalogue), visit.facts),
            read_from=catalogues.there(listing.catalogue) if moved else None,
            listed=frozenset(listing.skus) if moved else frozenset(),
            facts=visit.facts,
            about=about,
            cart=visit.cart or Cart(cid=new_id()),
            shopper=shopper,
            request_id=turn.request_id,
            now=turn.now,
            locale=turn.locale,
            linked=standing.linked,
            account=standing.account,
            unchecked=standing.unchecked,
            new_id=new_id,
            payments=payments(visit.facts),
            mails=mails,
            outside=_outside(turn, visit.facts, mails=mails, secret=settings.shopper_secret),
            introduce=introducing(turn, standing, visit.facts.linking or identity, mails=mails),
            speaker=shopper_key(turn.person, secret=settings.shopper_secret) if turn.person else None,
        )

    def _standing(visit: Visit, turn: Turn, shopper: str) -> tuple[Shopper, Standing]:
        linking = visit.facts.linking or identity
        if linking is None:
            known = visit.shopper.linked if visit.shopper.linked is not None else settings.assume_linked
            return visit.shopper, Standing(linked=turn.linked or known, account=visit.shopper.account)
        if not turn.token:
            return visit.shopper, Standing()
        # Only now: cryptography takes its time, and shops without linking never need it.
        from skill.linking.standing import stand

        return stand(turn, linking, about=visit.shopper, store=store, shopper=shopper)

    def new_id() -> str:
        # Ordered by time, so that a shopper's orders sort by key; 12 + 14 hexadecimal letters.
        return f"{int(clock().timestamp() * 1000):012x}{secrets.token_hex(7)}"

    def happened(event: AccountEvent) -> None:
        # Only now: most containers never see an event.
        from skill.linking.events import heed

        heed(event, store=store, shopper=shopper_key(event.user, secret=settings.shopper_secret))

    def ended(left: Left) -> None:
        tally = decode(left.attributes).tally
        noted(shop=settings.shop, session=tally.counts)
        shopper = shopper_key(left.user, secret=settings.shopper_secret)
        sessions.ended(tally, store=store, shopper=shopper, now=left.now)

    def payments(facts: Facts) -> Payments | None:
        if facts.cards is None:
            return None
        # Only now: most shops bill.
        if facts.cards.provider == "development":
            from skill.devtools.cards import DevelopmentCards

            return DevelopmentCards(store, card=facts.cards.card) if settings.assume_linked else None
        from skill.payments.stripe import Stripe

        secret = os.environ.get(facts.cards.secret_env, "")
        try:
            return Stripe(secret, minor_digits=facts.terms.minor_digits, api=settings.stripe_api)
        except BadInput as error:
            log.error("%s cannot be paid by card: %s: %s", settings.shop, facts.cards.secret_env, error)
            return None

    def catalogue(facts: Facts) -> Catalogue:
        return catalogues.live(facts.catalogue)

    def ready() -> Facts:
        facts = store.visit(NOBODY).facts
        catalogue(facts)
        return facts

    return App(settings, store, clock, respond, happened, ended, payments, catalogue, ready, identity)


def outcome(reply: Reply) -> str:
    """How a turn ended, in one word: the key of what is said first."""
    first = next(iter((*reply.say, *((reply.prompt,) if reply.prompt else ()))), None)
    return first.key if first else "again" if reply.again else ""


def _outside(turn: Turn, facts: Facts, *, mails: bool, secret: str) -> Outside:
    """How this shopper may be told of things later."""
    if facts.notices is None:
        return Outside()
    alexa = ("alexa",) if facts.notices.client_id and turn.device else ()
    return Outside(
        (*alexa, *(("mail",) if mails else ())),
        lambda: _reach(turn, secret),
        _remind(turn, facts) if turn.device else None,
    )


def _reach(turn: Turn, secret: str) -> Reach:
    found: Reach = _reaching().reach(turn, secret=secret)
    return found


def _remind(turn: Turn, facts: Facts) -> Callable[[datetime, str, Mapping[str, Any]], str]:
    def remind(at: datetime, key: str, values: Mapping[str, Any]) -> str:
        text = label(Message(key, values), Wording(turn.locale, facts.local(turn.now).date()))
        outcome: str = _reaching().remind(turn, at=at, text=text)
        return outcome

    return remind


def _reaching() -> ModuleType:
    # Only now: few turns reach anybody later.
    from skill import reaching

    return reaching


def _with_options(catalogue: Catalogue, facts: Facts) -> Catalogue:
    if not facts.options:
        return catalogue
    # Only now: most shops sell things as they are.
    from skill.catalogue.configured import Configured

    return Configured(catalogue, facts.options)


def _touched() -> Take:
    # Only now: most shoppers have no screen to touch.
    from skill.dialogue.touch import respond

    return respond


def _drawn(
    turn: Turn, reply: Reply, before: Conversation, after: Conversation, shop: Shop, wording: Wording
) -> Mapping[str, Any] | None:
    # Only now: a turn without a screen costs nothing of this.
    from skill.dialogue.screen import screen
    from skill.speech.screens import worded

    found = screen(turn, reply, before=before, after=after, shop=shop)
    return worded(found, wording) if found else None


def shopper_key(user: str, *, secret: str) -> str:
    """The key a shopper's data, or a member of the household, is kept under: no platform id is stored.
    base32(HMAC-SHA256)[:26]."""
    keyed = _keyed(secret).copy()
    keyed.update(user.encode("utf-8", "surrogatepass"))
    # Five bytes are eight letters.
    return b32encode(keyed.digest()[:20]).decode()[:_UID_LETTERS]


@lru_cache(maxsize=64)
def _keyed(secret: str) -> hmac.HMAC:
    return hmac.new(secret.encode(), digestmod=hashlib.sha256)


def clock_of(settings: Settings) -> Callable[[], datetime]:
    """The time in UTC, or where the settings have it stand still."""
    fixed = settings.fixed_now
    return (lambda: fixed) if fixed else (lambda: datetime.now(UTC))
