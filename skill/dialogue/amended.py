"""What a placed order becomes with other numbers of pieces, and how that is said before it is agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from skill.commerce.amending import amended, had, relined, still_counts
from skill.commerce.availability import bound
from skill.commerce.order import Order
from skill.dialogue.adding import as_item, line_of
from skill.dialogue.billing import quoted
from skill.dialogue.codes import spelled
from skill.dialogue.reply import Join, Message, Spell, say
from skill.shop import Shop


def possible(
    order: Order, counts: Mapping[str, int], shop: Shop
) -> tuple[dict[str, int], tuple[Message, ...]]:
    """As many as shelf, stock and the shop's limit allow beyond what the order has, and what stands against
    the rest."""
    grown = [sku for sku, count in counts.items() if count > had(order, sku)]
    shelf = shop.catalogue.get(grown)
    stock = shop.store.stock(grown) if grown else {}
    can, said = dict(counts), list[Message]()
    names = {line.sku: line.spoken for line in order.lines}
    for sku in grown:
        product, have, left = shelf.get(sku), had(order, sku), stock.get(sku)
        most = bound(left=None if left is None else left + have, limit=product.limit if product else None)
        room = most.most if product else have
        if counts[sku] <= room:
            continue
        name = product.spoken(shop.locale) if product else names.get(sku, sku)
        can[sku] = max(have, room)
        if room > have:
            said.append(say("amend_order.few_more", product=name, count=room - have))
        elif have:
            said.append(say("amend_order.no_more", product=name))
        else:
            said.append(say("add_to_cart.sold_out", product=name))
            del can[sku]
    return can, tuple(said)


def as_changed(order: Order, counts: Mapping[str, int], shop: Shop) -> tuple[Order, tuple[Message, ...]]:
    """The order as it would be, and what is to be known of it: prices that moved, a coupon that is lost."""
    shelf = shop.catalogue.get(counts)
    fresh = {sku: replace(line_of(product, 1, shop), by=shop.speaker) for sku, product in shelf.items()}
    lines = relined(order, counts, fresh=fresh)
    said: list[Message] = []
    for line in lines:
        before = next((old for old in order.lines if old.sku == line.sku), line)
        if before.price != line.price:
            key = "checkout.dearer" if before.price < line.price else "checkout.cheaper"
            said.append(say(key, product=line.spoken, was=before.price, price=line.price))
    coupon = still_counts(shop.facts.coupon(order.coupon) if order.coupon else None, order, lines)
    if order.coupon and coupon is None and lines:
        said.append(say("amend_order.coupon_off", code=spelled(order.coupon)))
    totals = quoted(lines, shop, coupon=coupon, pickup=bool(order.pickup))
    return amended(order, lines=lines, totals=totals, coupon=coupon.code if coupon else ""), tuple(said)


def difference(order: Order, changed: Order) -> tuple[Message, ...]:
    """What comes in and what goes out."""
    after = {line.sku: line for line in changed.lines}
    before = {line.sku: line for line in order.lines}
    more = [
        replace(line, quantity=by)
        for line in changed.lines
        if (by := line.quantity - had(order, line.sku)) > 0
    ]
    less = [
        replace(line, quantity=by)
        for line in before.values()
        if (by := line.quantity - had(changed, line.sku)) > 0
    ]
    among = tuple({**before, **after}.values())
    number = Spell(order.number)
    said = []
    if more:
        items = Join(tuple(as_item(line, among) for line in more))
        said.append(say("amend_order.adding", items=items, number=number))
    if less:
        items = Join(tuple(as_item(line, among) for line in less))
        said.append(say("amend_order.taking_off", items=items, number=number))
    return tuple(said)


def total_said(order: Order, changed: Order) -> Message:
    was, now = order.totals.total, changed.totals.total
    if was == now:
        return say("amend_order.total_same", total=now)
    key = "amend_order.total_more" if now > was else "amend_order.total_less"
    return say(key, total=now, difference=now - was if now > was else was - now)


def in_short(order: Order, counts: Mapping[str, int], shop: Shop) -> str:
    """The change as the shop reads it: "+2 Brindle oat milk, −1 brown eggs"."""
    names = {sku: product.spoken(shop.locale) for sku, product in shop.catalogue.get(counts).items()}
    names |= {line.sku: line.spoken for line in order.lines}
    return ", ".join(
        f"{count - had(order, sku):+d} {names.get(sku, sku)}".replace("-", "−", 1)
        for sku, count in counts.items()
    )
