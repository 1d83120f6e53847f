"""A session as the merchant's numbers see it: begun with its first turn, added to by each, kept at its end.

What it costs: nothing while it goes on, since its sums travel in the session's attributes; one small write
when it ends, and none where it ends with an order, which keeps them itself. Nothing here may keep a shopper
from their answer: what goes wrong is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime

from skill.commerce.household import is_child
from skill.commerce.merchant import Shopper
from skill.counting import Sentence
from skill.dialogue.conversation import Conversation
from skill.dialogue.intent import Intent
from skill.dialogue.reply import Reply
from skill.dialogue.trials import enlist
from skill.dialogue.turn import Turn
from skill.logs import fault
from skill.operations.tally import CART, HEARD, Counting, Tally, begun, counted, trusted
from skill.shop import Shop, Stocking

log = logging.getLogger("sayso")
# Intents that look for something, whether or not a list comes of it.
_SEARCHES = frozenset({"FindProduct", "Recommend", "BrowseShop", "ShowOffers", "RefineSearch", "GoesWith"})
_LISTS = frozenset({"search", "offers"})
# What puts something right that was just done or heard wrongly, when the cart moves by it.
_CORRECTS = frozenset({"Undo", "ReplaceProduct"})
# What saves the cart for another reason than its lines: sent again, the last change to those is not its own.
_ELSEWISE = frozenset(
    {
        *("AllowSubstitutes", "AlwaysSubstitute", "NeverSubstitute", "NoSubstitutes"),
        *("KeepUsual", "ForgetUsual", "Launch", "No", "Checkout", "Finish"),
    }
)
# Slots that hold words of the shopper's own, by their type: never a number, a code or a time.
_WORDS = frozenset({"product", "query", "topic"})


def opened(conversation: Conversation, turn: Turn, *, today: date) -> Tally:
    """The session that a turn belongs to; a new one where the attributes tell of none."""
    known = trusted(conversation.tally, today=today)
    return known or begun(turn.request_id, day=today)


def heard(count: Counting, *, turn: Turn, reply: Reply, before: Conversation, shop: Shop) -> None:
    """Count what a turn was, by what came of it."""
    count.counts["turns"] = 1
    more = None if turn.intent in _ELSEWISE else _more(shop)
    if turn.intent == "Launch":
        counted("launches")
    if reply.miss:
        counted("misses")
    listed = reply.listing is not None and reply.listing.kind in _LISTS
    if turn.intent in _SEARCHES or (listed and not more):
        counted("searches")
    if more and more > 0 and turn.intent not in _CORRECTS:
        counted("adds")
    just_added = turn.intent == "RemoveFromCart" and before.focus.quantity is not None
    if more is not None and (turn.intent in _CORRECTS or just_added):
        counted("corrections")
    if reply.ask and reply.ask.intent == "Checkout" and "cid" in reply.ask.frozen:
        counted("checkouts")
    ordered = "orders" in count.counts
    count.counts[CART] = 0 if ordered else shop.cart_now.subtotal(shop.currency).minor
    if shop.facts.experiments:
        _tried(count, reply, shop)


def _more(shop: Shop) -> int | None:
    """How many pieces more than before the turn put into the cart; None where it left it alone. Told by the
    change itself: of a request that is sent again, the cart is as it left it."""
    cart, again = shop.cart_now, shop.request_id in shop.cart.seen
    if not again and cart.changes == shop.cart.changes:
        return None
    if not again and len(cart.changes) < len(shop.cart.changes):
        return cart.pieces - shop.cart.pieces
    change = cart.changes[-1].before if cart.changes else ()
    had = sum(line.quantity for _, line in change if line)
    have = sum(line.quantity for sku, _ in change if (line := cart.line(sku)))
    return have - had


def wording(shop: Shop) -> Mapping[str, str]:
    """What this shopper hears in place of a sentence of the shop's, by its key."""
    arms = ((one.prompt, one.arm(shop.shopper)) for one in shop.facts.experiments)
    return {prompt: text for prompt, arm in arms if (text := arm.text(shop.locale))}


def _tried(count: Counting, reply: Reply, shop: Shop) -> None:
    said = {message.key for message in (*reply.say, *((reply.prompt,) if reply.prompt else ()))}
    for one in shop.facts.experiments:
        trial = one.trial(shop.shopper)
        fresh = trial not in shop.about.insight.trials and HEARD + trial not in count.before.counts
        if one.prompt in said and fresh:
            count.counts[HEARD + trial] = 1


def learn(
    count: Counting, *, turn: Turn, reply: Reply, intent: Intent | None, shop: Shop, store: Stocking
) -> None:
    """Keep what was not understood or answered, where the shop asks for it and the shopper allowed it."""
    days = shop.facts.privacy.sentences_days
    if not (count.words or reply.miss) or not days or not shop.about.insight.learn:
        return
    if is_child(shop.about, shop.speaker):
        return
    words, kind = count.words, str(count.kind)
    if not words:
        types = intent.slots if intent else {}
        said = {types.get(name, ""): slot.text for name, slot in turn.slots.items() if slot.text}
        words = " ".join(text for type, text in said.items() if type in _WORDS)
        sought = "product" in said or turn.intent in _SEARCHES
        kind = "product" if sought else "sentence"
    # Only now: who never agreed never needs it.
    from skill.dialogue.trimmed import trimmed

    if text := trimmed(words, about=shop.about, language=shop.locale[:2]):
        try:
            sentence = Sentence(text=text, kind=kind, locale=shop.locale, at=shop.now)
            store.keep_sentence(sentence, shopper=shop.shopper, days=days)
        except Exception as error:
            log.error("a sentence could not be kept: %s", fault(error))


def ended(
    tally: Tally, *, store: Stocking, shopper: str, now: datetime, about: Shopper | None = None
) -> None:
    """Keep what a session counted. `about`: what is kept of the shopper, where it was read already."""
    known = trusted(tally, today=now.date())
    if known is None or not known.counts:
        return
    try:
        counts = dict(known.counts)
        tried = [kind.removeprefix(HEARD) for kind in counts if kind.startswith(HEARD)]
        if tried and not enlist(tried, store=store, shopper=shopper, id=known.id, about=about):
            # They are to count once, so for now they do not.
            counts = {kind: n for kind, n in counts.items() if not kind.startswith(HEARD)}
        store.count(counts, id=known.id, day=date.fromisoformat(known.day))
    except Exception as error:
        log.error("a session could not be counted: %s", fault(error))
