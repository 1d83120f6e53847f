"""A product with its options on its way into the cart, and options of what is in it changed.

What nobody spoke of is as the shopper takes it usually, or the shop's default; what is still open is asked
for, one group at a time. What is asked about travels in the question: the SKU as far as it is settled, how
many, and the wishes of the same breath behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from skill.catalogue.configured import counted, with_options
from skill.commerce.cart import Cart, Line, put
from skill.commerce.money import Money
from skill.commerce.options import (
    Group,
    Option,
    Picks,
    base_of,
    configured,
    groups_of,
    picks_of,
    settled,
    wrong,
)
from skill.commerce.product import Product
from skill.commerce.usual import usual_of
from skill.dialogue.conversation import Focus, Question
from skill.dialogue.marking import Mark
from skill.dialogue.options import picked
from skill.dialogue.reply import Join, Message, Reply, Spell, Value, say
from skill.shop import Shop, change_cart

NAME = "ChooseOptions"
OPTION, WORDS = "option", "words"
# So many are named when they are asked for.
NAMED = 4
# Between the options that were named, and in no id.
OFFERED = " "
# What is longer is read back as words: nobody listens to so many letters.
_SPELLED = 12


@dataclass(frozen=True, slots=True)
class Ready:
    """A product with its options settled; `usual`: as this shopper takes it, which is said."""

    product: Product
    usual: bool = False


def groups_for(product: Product, shop: Shop) -> tuple[Group, ...]:
    """The groups of options this product has, whatever was chosen of them."""
    return groups_of(product, shop.facts.options) if shop.facts.options else ()


def made(
    product: Product,
    count: int,
    shop: Shop,
    *,
    marks: Sequence[Mark] = (),
    plain: bool = False,
    like: str = "",
) -> Ready | Reply:
    """The product with the options that were said (`marks`), or the question about what is open, too much or
    to be spelled back. `plain`: not as usual; `like`: with the options of this SKU, as far as it has them."""
    groups = groups_for(product, shop)
    begun = base_of(product.sku) != product.sku
    if not groups or (begun and not marks):
        return Ready(product)
    known = None if plain else like or usual_of(shop.cart_now, product.sku, by=shop.speaker)
    said = picked(picks_of(product.sku), marks, groups)
    # Free text is for one thing alone.
    texts = {group.id for group in groups if group.length}
    usual = {group: ids for group, ids in picks_of(known).items() if group not in texts} if known else {}
    # What was settled before is not settled anew: what was not wanted stays out.
    whole = (
        {group: ids for group, ids in said.items() if ids} if begun else settled(said, groups, usual=usual)
    )
    base = shop.product(base_of(product.sku)) or product
    if problem := wrong(whole, groups):
        return _asked(base, whole, *problem, count=count, shop=shop)
    ready = with_options(base, whole, groups)
    if text := next((group for group in groups if group.length and group.id in said), None):
        return spelled(ready, text, said[text.id], count=count, shop=shop)
    return Ready(ready, usual=ready.sku == known and ready.sku != configured(base.sku, settled(said, groups)))


def spelled(product: Product, group: Group, texts: Sequence[str], *, count: int, shop: Shop) -> Reply:
    """Free text, read back letter by letter, since who writes it on something cannot take it back."""
    price = product.price_at(shop.now) * count
    name = product.spoken(shop.locale)
    short = sum(map(len, texts)) <= _SPELLED
    letters = Spell(" ".join(texts))
    back = say("choose_options.spelled", product=name, letters=letters) if short else _so(name)
    return Reply(
        say=(back,),
        prompt=say("choose_options.right", price=price),
        ask=Question(
            intent=NAME, awaiting="confirmed", frozen={"sku": product.sku, "count": count, "group": group.id}
        ),
    )


def _so(name: str) -> Message:
    return say("choose_options.reads", product=name)


def ask_text(product: Product, group: Group, *, count: int) -> Reply:
    """What shall be written, said letter by letter this time."""
    picks = {id: ids for id, ids in picks_of(product.sku).items() if id != group.id}
    return Reply(
        prompt=say("choose_options.spell_it"),
        ask=_question(configured(product.sku, picks), group, count, WORDS),
    )


def _asked(product: Product, picks: Picks, group: Group, reason: str, *, count: int, shop: Shop) -> Reply:
    """The question about one group: nothing was chosen of it, or more than there may be."""
    name = product.spoken(shop.locale)
    left = {id: ids for id, ids in picks.items() if id != group.id}
    sku = configured(product.sku, left)
    if reason == "length":
        long = say("choose_options.too_long", limit=group.length, what=group.name(shop.locale))
        return Reply(
            say=(long,), prompt=say("choose_options.what_text"), ask=_question(sku, group, count, WORDS)
        )
    if group.length:
        return Reply(prompt=say("choose_options.what_text"), ask=_question(sku, group, count, WORDS))
    if reason == "each":
        return _fewer(product, picks, group, count=count, shop=shop)
    lead: tuple[Message, ...] = ()
    if reason == "most":
        lead = (say("choose_options.at_most", product=name, count=group.most, what=group.name(shop.locale)),)
    named = group.options[:NAMED]
    items = tuple(option.name(shop.locale) for option in named)
    key = "choose_options.which" if len(group.options) <= NAMED else "choose_options.which_for_example"
    return Reply(
        say=lead,
        prompt=say(key, product=name, what=group.name(shop.locale), items=Join(items, "or")),
        ask=_question(sku, group, count, OPTION, offered=OFFERED.join(option.id for option in named)),
    )


def _fewer(product: Product, picks: Picks, group: Group, *, count: int, shop: Shop) -> Reply:
    """More of one option than there may be: as many as there may be are offered."""
    kept: list[str] = []
    over: Option | None = None
    for id in picks[group.id]:
        option = group.option(id)
        if option and kept.count(id) >= option.most:
            over = option
        else:
            kept.append(id)
    assert over is not None
    after = {**picks, group.id: tuple(kept)}
    less = with_options(product, after, groups_for(product, shop))
    most = counted(over, over.most, shop.locale[:2])
    return Reply(
        say=(say("choose_options.limit", product=product.spoken(shop.locale), option=most),),
        prompt=say("choose_options.take_so_many", product=less.spoken(shop.locale)),
        ask=Question(intent=NAME, awaiting="confirmed", frozen={"sku": less.sku, "count": count}),
    )


def _question(sku: str, group: Group, count: int, awaiting: str, *, offered: str = "") -> Question:
    frozen: dict[str, str | int] = {"sku": sku, "count": count, "group": group.id}
    if offered:
        # Not as what is to be chosen from: it is answered in free words, "large with oat milk".
        frozen["offered"] = offered
    return Question(intent=NAME, awaiting=awaiting, frozen=frozen)


def changed(line: Line, marks: Sequence[Mark], shop: Shop) -> Reply:
    """Put a line's options right, as one change that undo takes back, or say what stands against it."""
    base = shop.product(base_of(line.sku))
    if base is None:
        return Reply(say=(say("add_to_cart.sold_out", product=line.spoken),))
    groups = groups_for(base, shop)
    whole = settled(picked(picks_of(line.sku), marks, groups), groups)
    if problem := wrong(whole, groups):
        return _not_so(line, whole, *problem, shop=shop)
    product = with_options(base, whole, groups)
    price, name = product.price_at(shop.now), product.spoken(shop.locale)
    focus = Focus(sku=product.sku, quantity=line.quantity)
    if product.sku == line.sku:
        return Reply(say=(say("choose_options.same", product=name),), focus=focus)
    new = Line(
        sku=product.sku, quantity=line.quantity, name=product.name(shop.locale), price=price, by=line.by
    )

    def change(cart: Cart) -> Cart:
        old, there = cart.line(line.sku), cart.line(new.sku)
        if old is None:
            return cart
        total = old.quantity + (there.quantity if there else 0)
        return put(cart, replace(new, quantity=total), replace(old, quantity=0))

    change_cart(shop, change)
    letters = _letters(picks_of(product.sku), picks_of(line.sku), groups)
    return Reply(
        say=(
            say("choose_options.now", count=line.quantity, product=name, price=price * line.quantity),
            *letters,
        ),
        focus=focus,
    )


def _letters(after: Picks, before: Picks, groups: Sequence[Group]) -> tuple[Message, ...]:
    """Free text that is new, letter by letter."""
    new = [group.id for group in groups if group.length and after.get(group.id) != before.get(group.id)]
    texts = (text for id in new for text in after.get(id, ()) if len(text) <= _SPELLED)
    return tuple(say("choose_options.letters", letters=Spell(text)) for text in texts)


def _not_so(line: Line, picks: Picks, group: Group, reason: str, *, shop: Shop) -> Reply:
    """Why a line's options cannot be changed so. It stays as it is."""
    what, name = group.name(shop.locale), short_of(line, shop)
    focus = Focus(sku=line.sku, quantity=line.quantity)
    if reason == "length":
        return Reply(say=(say("choose_options.too_long", limit=group.length, what=what),), focus=focus)
    if reason == "least":
        return Reply(say=(say("choose_options.needed", product=name, what=what),), focus=focus)
    if reason == "most":
        too_many = say("choose_options.at_most", product=name, count=group.most, what=what)
        return Reply(say=(too_many,), focus=focus)
    over = next((o for o in group.options if picks.get(group.id, ()).count(o.id) > o.most), group.options[0])
    most = counted(over, over.most, shop.locale[:2])
    return Reply(say=(say("choose_options.limit", product=name, option=most),), focus=focus)


def short_of(line: Line, shop: Shop) -> str:
    """What a line is without its options."""
    base = shop.product(base_of(line.sku))
    return base.spoken(shop.locale) if base else line.spoken


def least_price(product: Product, shop: Shop) -> Money | None:
    """What one piece costs with the cheapest of what must be chosen; None when nothing must be."""
    groups = groups_for(product, shop)
    if not groups or base_of(product.sku) != product.sku or not wrong(settled({}, groups), groups):
        return None
    least = {
        group.id: (min(group.options, key=lambda option: option.surcharge).id,) * group.least
        for group in groups
        if group.least and group.options
    }
    return with_options(product, settled(least, groups), groups).price_at(shop.now)


def choices(product: Product, shop: Shop) -> tuple[Message, ...]:
    """What may be chosen about a product: the options of its only group, or what groups there are."""
    groups = groups_for(product, shop)
    if len(groups) < 2:
        return tuple(listed(group, shop) for group in groups)
    kinds = Join(tuple(group.name(shop.locale) for group in groups))
    base = shop.product(base_of(product.sku)) or product
    return (say("ask_options.kinds", product=base.spoken(shop.locale), items=kinds),)


def listed(group: Group, shop: Shop) -> Message:
    """A group's options, with what each costs more."""
    what = group.name(shop.locale)
    if group.length:
        price = Money(group.surcharge, shop.currency)
        return say("ask_options.text", what=what, limit=group.length, price=price)
    items: tuple[Value, ...] = tuple(
        say("choose_options.dearer", option=o.name(shop.locale), price=Money(o.surcharge, shop.currency))
        if o.surcharge
        else o.name(shop.locale)
        for o in group.options
    )
    return say("ask_options.listed", what=what, items=Join(items))
