"""What a screen shows beside the answer, on any platform: derived from the reply, so that no intent knows of
screens. Only turns of devices that can draw come here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s

from skill.commerce.cart import Line
from skill.commerce.money import Money
from skill.commerce.order import COMING, Order
from skill.commerce.product import Product
from skill.commerce.totals import Totals
from skill.dialogue.billing import bill
from skill.dialogue.brief import DRAWN, brief
from skill.dialogue.choices import about, choices
from skill.dialogue.conversation import Conversation, Question, encode, number_in
from skill.dialogue.reply import Message, Reply, Spell, Value, say
from skill.dialogue.turn import Touch, Turn
from skill.shop import Shop

LAUNCH, CHECKOUT = "Launch", "Checkout"
# Questions about the cart as a whole.
_ABOUT_CART = frozenset({"ReviewCart", "CartTotal"})
# More than this nobody looks through on a kitchen's screen; the response must stay small.
MAX_ROWS = 24
_POPULAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One product, line or option. `place` is what "the second one" counts by (0: not counted); `price` what
    it costs, of a line all its pieces, of an option more (None: nothing); `touch` what touching it does."""

    sku: str
    name: str
    detail: str = ""
    price: Money | None
    note: Message | None = None
    count: int = 0
    place: int = 0
    touch: Touch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A labelled amount below the rows; `main`: the one that counts."""

    label: Message
    amount: Money
    main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button: what it says, what touching it does; `main`: the one that leads on."""

    label: Message
    touch: Touch
    main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """`kind`: "list", "item", "cart" (lines can be changed) or "order" (they cannot). `text`: a sentence or
    two below the title."""

    kind: str
    title: Value
    rows: tuple[Row, ...] = ()
    text: Value = ""
    sums: tuple[Sum, ...] = ()
    actions: tuple[Action, ...] = ()


def screen(
    turn: Turn, reply: Reply, *, before: Conversation, after: Conversation, shop: Shop
) -> Screen | None:
    """The screen that goes with this reply; None leaves what is drawn. `before` and `after` are the
    conversation around the turn."""
    question, listing = after.question, reply.listing
    if reply.focus and reply.focus.order:
        order = shop.store.order(shop.shopper, id=reply.focus.order)
        return _order(order, shop) if order else None
    if reply.end:
        return None
    if question and question.intent == CHECKOUT and "total" in question.frozen:
        return _checkout(question, shop)
    asked = reply.ask
    if asked and asked.awaiting == "product" and len(asked.options) > 1:
        title: Value = listing.words if listing and listing.words else say("screen.which")
        if listing and listing.kind == "offers":
            title = say("screen.offers")
        more = listing is not None and listing.start + listing.shown < len(listing.skus)
        return _list(shop.products(asked.options), shop, title=title, more=more)
    if asked and (options := _options(asked, shop)):
        return options
    if shop.saved or shop.request_id in shop.cart.seen or (listing and listing.kind == "cart"):
        return _cart(shop)
    if (
        turn.intent in _ABOUT_CART
        or (turn.intent == LAUNCH and shop.cart.lines)
        or _left_checkout(before, after)
    ):
        return _cart(shop)
    if turn.intent == LAUNCH:
        return _list(
            shop.catalogue.popular(limit=_POPULAR), shop, title=shop.facts.called(shop.locale), counted=False
        )
    if reply.focus and reply.focus.sku:
        return next((_item(product, shop) for product in shop.products([reply.focus.sku])), None)
    return None


def mark(question: Question) -> str:
    """What tells a question from another, so that a button answers the one it was drawn for: what it asks
    and what it is about, not when."""
    # As it travels: the question handed back must have the mark of the one that was drawn.
    about = encode(Conversation(question=replace(question, asked_at=0)))
    return blake2s(json.dumps(about, sort_keys=True).encode(), digest_size=6).hexdigest()


def _left_checkout(before: Conversation, after: Conversation) -> bool:
    """The order that was drawn to be confirmed is off the table."""
    asked, standing = before.question, after.question
    if not asked or asked.intent != CHECKOUT or not asked.frozen:
        return False
    return standing is None or mark(standing) != mark(asked)


def _list(
    products: Sequence[Product], shop: Shop, *, title: Value, more: bool = False, counted: bool = True
) -> Screen:
    stock = shop.store.stock(product.sku for product in products)
    rows = tuple(
        replace(
            _row(product, shop, left=stock.get(product.sku)),
            place=place if counted else 0,
            touch=Touch("pick", product.sku),
        )
        for place, product in enumerate(products, start=1)
    )
    actions = (Action(label=say("screen.more"), touch=Touch("more")),) if more else ()
    return Screen(kind="list", title=title, rows=rows, actions=actions)


def _options(question: Question, shop: Shop) -> Screen | None:
    """What a question can be answered with, to be touched; None where it is about something else."""
    rows = tuple(
        Row(
            sku=one.id,
            name=one.name,
            price=Money(one.surcharge, shop.currency) if one.surcharge else None,
            place=place,
            touch=Touch("option", f"{mark(question)} {one.id}"),
        )
        for place, one in enumerate(choices(question, shop)[:MAX_ROWS], start=1)
    )
    return Screen(kind="list", title=about(question, shop), rows=rows) if rows else None


def _item(product: Product, shop: Shop) -> Screen:
    left = shop.left(product.sku)
    row = _row(product, shop, left=left)
    line = shop.cart_now.line(product.sku)
    row = replace(row, count=line.quantity if line else 0)
    add = Action(label=say("screen.add"), touch=Touch("add", product.sku), main=True)
    gone = left is not None and left <= 0
    text = brief(product.description, letters=DRAWN, words=None)
    return Screen(kind="item", title=row.name, rows=(row,), text=text, actions=() if gone else (add,))


def _row(product: Product, shop: Shop, *, left: int | None) -> Row:
    name, detail = _parts(product.name(shop.locale))
    note = None
    if left is not None and left <= 0:
        note = say("screen.sold_out")
    elif product.on_offer(shop.now):
        note = say("screen.instead_of", price=product.price)
    return Row(sku=product.sku, name=name, detail=detail, price=product.price_at(shop.now), note=note)


def _cart(shop: Shop) -> Screen:
    cart = shop.cart_now
    if not cart.lines:
        return Screen(kind="cart", title=say("screen.cart"), text=say("screen.cart_empty"))
    # In the cart's own order, which "the second one" counts by.
    lines = cart.lines
    sums = (Sum(label=say("screen.so_far"), amount=cart.subtotal(shop.currency), main=True),)
    actions = (Action(label=say("screen.check_out"), touch=Touch("check_out"), main=True),)
    return Screen(
        kind="cart",
        title=say("screen.cart"),
        rows=_lines(lines),
        text=_others(lines),
        sums=sums,
        actions=actions,
    )


def _checkout(question: Question, shop: Shop) -> Screen:
    cart = shop.cart_now
    total = Money(number_in(question.frozen, "total"), shop.currency)
    parts = bill(cart, shop).totals
    # What was read out is what counts; parts that do not come to it are not shown.
    sums = _sums(parts, shop) if parts.total == total else (_total(total),)
    yes = Action(label=say("screen.place_order"), touch=Touch("yes", mark(question)), main=True)
    no = Action(label=say("screen.not_now"), touch=Touch("no", mark(question)))
    return Screen(
        kind="order",
        title=say("screen.to_confirm", shop=shop.facts.called(shop.locale)),
        rows=_lines(cart.lines),
        text=_others(cart.lines),
        sums=sums,
        # A voice code is asked for by voice.
        actions=(yes, no) if question.awaiting == "confirmed" else (),
    )


def _order(order: Order, shop: Shop) -> Screen:
    status = say(f"screen.is_{order.status}")
    text: Value = status
    if order.expected and order.status in COMING:
        text = say("screen.expected", status=status, day=order.expected)
    return Screen(
        kind="order",
        title=say("screen.order", number=Spell(order.number)),
        rows=_lines(order.lines),
        text=text,
        sums=_sums(order.totals, shop),
    )


def _lines(lines: Sequence[Line]) -> tuple[Row, ...]:
    rows = []
    for line in lines[:MAX_ROWS]:
        name, detail = _parts(line.name)
        rows.append(
            Row(
                sku=line.sku,
                name=name,
                detail=detail,
                price=line.cost,
                count=line.quantity,
            )
        )
    return tuple(rows)


def _others(lines: Sequence[Line]) -> Value:
    """That there are more lines than are drawn."""
    return say("screen.others", count=len(lines) - MAX_ROWS) if len(lines) > MAX_ROWS else ""


def _sums(parts: Totals, shop: Shop) -> tuple[Sum, ...]:
    contained, nothing = shop.facts.terms.tax_inclusive, Money(0, shop.currency)
    tax = Sum(label=say("screen.tax_contained" if contained else "screen.tax"), amount=parts.tax)
    sums = (
        Sum(label=say("screen.goods"), amount=parts.lines),
        Sum(label=say("screen.discount"), amount=parts.discount * -1),
        Sum(label=say("screen.delivery"), amount=parts.delivery),
        Sum(label=say("screen.deposit"), amount=parts.deposit or nothing),
        *(() if contained else (tax,)),
        Sum(label=say("screen.rounding"), amount=parts.rounding or nothing),
        _total(parts.total),
        *((tax,) if contained else ()),
    )
    return tuple(one for one in sums if one.amount.minor)


def _total(amount: Money) -> Sum:
    return Sum(label=say("screen.total"), amount=amount, main=True)


def _parts(name: str) -> tuple[str, str]:
    """A product's name, and what it says of size and pack after its comma."""
    first, _, rest = name.partition(", ")
    return first.strip(), rest.strip()
