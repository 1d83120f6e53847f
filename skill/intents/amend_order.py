"""Change an order that was placed, after asking: possible until its shop packs it. Adding to it and taking
off it come here to be read out and agreed to; the yes is good for exactly what was read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from skill.commerce.amending import AMENDABLE, had, has
from skill.commerce.cart import Cart, Line
from skill.commerce.money import Money
from skill.commerce.order import Order
from skill.commerce.payment import CARD
from skill.dialogue import reference
from skill.dialogue.amended import as_changed, difference, in_short, possible, total_said
from skill.dialogue.amending import Unpaid, amend
from skill.dialogue.cases import gets_back, opened
from skill.dialogue.conversation import Focus, Question, counts_in, number_in
from skill.dialogue.guard import CODE, before_placing, grown_up, odd
from skill.dialogue.history import UNDONE, past
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.placing import card_lines
from skill.dialogue.reply import Card, Join, Message, Reply, Spell, say
from skill.intents.checkout import YES_IS_GOOD_FOR, briefly
from skill.intents.order_status import named
from skill.shop import Amended, OutOfStock, Shop

NAME, ADD, TAKE_OFF = "AmendOrder", "AddToOrder", "TakeOffOrder"
# For so long after it was placed an order is what "my order" may mean while the cart is empty.
RECENT = timedelta(minutes=30)
_HISTORY = 10


def handle(heard: Heard, shop: Shop) -> Reply:
    promised = heard.question.frozen if heard.question else {}
    if heard.confirmed is False:
        return Reply(say=(say("common.okay" if "asked" in promised else "cancel_order.kept"),))
    if refused := grown_up(shop):
        return refused
    if heard.question and "lines" in promised and (heard.confirmed or heard.question.awaiting == CODE):
        return _answered(heard, shop)
    if heard.confirmed and "asked" in promised:
        return _asked(promised, shop)
    order = meant(heard, shop)
    return order if isinstance(order, Reply) else _set(order, heard, shop)


def meant(heard: Heard, shop: Shop, *, wished: str = "") -> Order | Reply:
    """The order that is to be changed: the one in question, by number or day, else the newest that was not
    undone. What to say where there is none, or where a child asks. `wished`: a slot that names what it shall
    become, and not the order."""
    heard = replace(heard, slots={name: slot for name, slot in heard.slots.items() if name != wished})
    if refused := grown_up(shop):
        return refused
    if heard.question and (id := heard.question.frozen.get("order")):
        orders = tuple(filter(None, (shop.store.order(shop.shopper, id=str(id)),)))
    else:
        by_name = named(heard, shop)
        kept = (order for order in past(shop, limit=_HISTORY) if order.status not in UNDONE)
        orders = tuple(kept) if by_name is None else by_name
        if not orders and by_name is None:
            return Reply(say=(say("order_status.none"),))
    return orders[0] if orders else Reply(say=(say("order_status.not_found"),), miss=True)


def recent(shop: Shop) -> Order | None:
    """The order placed some minutes ago that can still be changed, which is what an empty cart was."""
    newest = next(iter(past(shop, limit=1)), None)
    fresh = newest is not None and shop.now - newest.placed_at <= RECENT
    return newest if fresh and newest and newest.status in AMENDABLE else None


def as_cart(order: Order, shop: Shop) -> Shop:
    """The shop with the order's lines for a cart, so that what is said of lines is understood of these. It
    is for looking only."""
    return replace(shop, cart=Cart(cid=order.id, lines=order.lines))


def _set(order: Order, heard: Heard, shop: Shop) -> Reply:
    """So many of a line of the order, or the question what shall change."""
    if against := too_late(order, "", shop):
        return against
    text, count = heard.text("product"), heard.number("quantity")
    if not text and count is None and not heard.chosen:
        return ask_what(order)
    lines = reference.lines(heard, as_cart(order, shop).cart, shop)
    if not lines and text:
        return Reply(
            say=(not_in(text, order, shop),), prompt=say("amend_order.add_it"), ask=_adding(heard, order)
        )
    if len(lines) != 1:
        return which_line(heard, lines or order.lines, order, intent=NAME)
    if count is None:
        frozen = {"order": order.id}
        slots = {"product": heard.slots["product"]} if text else {}
        return Reply(
            prompt=say("change_quantity.how_many", product=lines[0].spoken),
            ask=Question(intent=NAME, awaiting="quantity", slots=slots, frozen=frozen),
            focus=Focus(order=order.id, sku=lines[0].sku),
        )
    return propose(order, {lines[0].sku: count}, shop)


def ask_what(order: Order) -> Reply:
    """What shall be different? Whatever is added or taken off then is of the order."""
    return Reply(
        say=(say("cancel_order.this_one", number=Spell(order.number), items=briefly(order.lines)),),
        prompt=say("amend_order.what"),
        ask=Question(intent=NAME, awaiting="change", frozen={"order": order.id}),
        focus=Focus(order=order.id),
    )


def which_line(heard: Heard, lines: tuple[Line, ...], order: Order, *, intent: str) -> Reply:
    """Ask which line of the order was meant; how many was said is kept."""
    kept = {name: slot for name, slot in heard.slots.items() if name in ("quantity", "amount")}
    items = Join(tuple(line.briefly(order.lines) for line in lines[:3]), "or")
    skus = tuple(line.sku for line in lines)
    return Reply(
        prompt=say("change_quantity.which", items=items),
        ask=Question(intent=intent, awaiting="product", slots=kept, options=skus, frozen={"order": order.id}),
        focus=Focus(order=order.id),
    )


def not_in(text: str, order: Order, shop: Shop) -> Message:
    words = reference.query(text, shop).text or text
    return say("amend_order.not_in", words=words, number=Spell(order.number))


def _adding(heard: Heard, order: Order) -> Question:
    return Question(intent=ADD, awaiting="confirmed", slots=dict(heard.slots), frozen={"order": order.id})


def too_late(order: Order, wanted: str, shop: Shop) -> Reply | None:
    """Why the order cannot be changed any more, with the offer to ask the shop for it; None when it can.
    `wanted`: the change in as few words as the shop needs."""
    if order.status in AMENDABLE:
        return None
    number = Spell(order.number)
    if order.status == "pending":
        return Reply(say=(say("amend_order.unpaid", number=number),), focus=Focus(order=order.id))
    status = say(f"cancel_order.is_{order.status}")
    told = say("amend_order.too_late", number=number, status=status)
    if order.status in UNDONE:
        return Reply(say=(told,), focus=Focus(order=order.id))
    return Reply(
        say=(told,),
        prompt=say("amend_order.ask_shop"),
        ask=Question(intent=NAME, awaiting="confirmed", frozen={"order": order.id, "asked": wanted}),
        focus=Focus(order=order.id),
    )


def _asked(promised: Mapping[str, str | int], shop: Shop) -> Reply:
    order = shop.store.order(shop.shopper, id=str(promised.get("order", "")))
    case = opened(shop, about=str(promised["asked"]) or "order", order=order)
    noted = say("talk_to_person.noted", reference=Spell(case.reference))
    return Reply(say=(noted, *gets_back(shop)))


def propose(order: Order, counts: Mapping[str, int], shop: Shop, *, lead: tuple[Message, ...] = ()) -> Reply:
    """Read out what the order becomes with so many pieces of each SKU and what it then costs, and ask."""
    if against := too_late(order, in_short(order, counts, shop), shop):
        return replace(against, say=(*lead, *against.say))
    counts, told = possible(order, counts, shop)
    lead = (*lead, *told)
    if has(order, counts):
        return Reply(
            say=lead or (say("amend_order.same", number=Spell(order.number)),), focus=Focus(order=order.id)
        )
    changed, noted = as_changed(order, counts, shop)
    if not changed.lines:
        return Reply(
            say=(*lead, say("amend_order.nothing_left", number=Spell(order.number))),
            prompt=say("cancel_order.sure"),
            ask=Question(intent="CancelOrder", awaiting="confirmed", frozen={"order": order.id}),
            focus=Focus(order=order.id),
        )
    terms, was, now = shop.facts.terms, order.totals, changed.totals
    if not order.pickup and now.lines < was.lines and now.lines.minor < terms.minimum_order:
        least = Money(terms.minimum_order, terms.currency)
        told = (say("amend_order.minimum", number=Spell(order.number), minimum=least, total=now.lines),)
        return Reply(say=(*lead, *told), focus=Focus(order=order.id))
    more = now.total > was.total
    if more and not shop.linked:
        return Reply(say=(*lead, say("checkout.link_account")), card=Card("link_account"), end=True)
    return Reply(
        say=(*lead, *difference(order, changed), *noted, total_said(order, changed)),
        prompt=say("amend_order.sure_odd" if more and odd(changed.lines, now, shop) else "amend_order.sure"),
        reprompt=say("amend_order.sure_again", total=now.total),
        ask=Question(
            intent=NAME,
            awaiting="confirmed",
            frozen={
                "order": order.id,
                "version": order.version,
                "lines": json.dumps(dict(counts)),
                "was": was.total.minor,
                "total": now.total.minor,
            },
        ),
        focus=Focus(order=order.id),
    )


def _answered(heard: Heard, shop: Shop) -> Reply:
    assert heard.question is not None
    promised = heard.question.frozen
    order = shop.store.order(shop.shopper, id=str(promised.get("order", "")))
    if order is None:
        return Reply(say=(say("order_status.not_found"),))
    counts = counts_in(promised, "lines")
    if has(order, counts) and order.totals.total.minor == promised.get("total"):
        # A repeat: it is as it was agreed to.
        return _done(order, promised)
    if shop.now.timestamp() - heard.question.asked_at > YES_IS_GOOD_FOR:
        return propose(order, counts, shop, lead=(say("checkout.long_ago"),))
    moved = (say("amend_order.moved", number=Spell(order.number)),)
    if order.version != promised.get("version") or order.status not in AMENDABLE:
        return propose(order, counts, shop, lead=moved)
    can, _ = possible(order, counts, shop)
    changed, _ = as_changed(order, can, shop)
    if can != counts or changed.totals.total.minor != promised.get("total"):
        return propose(order, counts, shop, lead=moved)
    more = changed.totals.total > order.totals.total
    if more and (stopped := before_placing(heard, shop, changed.totals)):
        return stopped
    match amend(order, changed=changed, shop=shop):
        case Amended(kept):
            return _done(kept, promised)
        case OutOfStock(sku, left):
            return propose(order, {**counts, sku: had(order, sku) + left}, shop, lead=moved)
        case Unpaid(reason):
            by = changed.totals.total - order.totals.total
            return Reply(
                say=(say(f"amend_order.unpaid_{reason}", number=Spell(order.number), amount=by),),
                focus=Focus(order=order.id),
            )
        case _:
            return Reply(say=(say("cancel_order.busy"),), focus=Focus(order=order.id))


def _done(order: Order, promised: Mapping[str, str | int]) -> Reply:
    """It is changed, said from what was agreed to, so that a repeat hears the same."""
    total = order.totals.total
    by = total.minor - number_in(promised, "was")
    number = Spell(order.number)
    said = [say("amend_order.changed", number=number, total=total)]
    if order.payment.method == CARD and by:
        key = "amend_order.charged" if by > 0 else "amend_order.given_back"
        said.append(say(key, amount=Money(abs(by), total.currency)))
    text = (*card_lines(order), say("checkout.card_total", amount=total))
    return Reply(
        say=tuple(said),
        prompt=say("amend_order.more"),
        ask=Question(intent=NAME, awaiting="change", frozen={"order": order.id}),
        card=Card("simple", say("checkout.card_title", number=order.number), text),
        focus=Focus(order=order.id),
    )


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "quantity": "number", "number": "digits", "day": "day", CODE: "code"},
    elicits=(CODE,),
)
