"""Putting products into the cart, one or several at once, as far as stock and limits allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.catalogue.results import Found, Nothing, Several, skus_of
from skill.catalogue.words import Query
from skill.commerce.availability import bound
from skill.commerce.cart import Line, add, together
from skill.commerce.money import total
from skill.commerce.options import base_of
from skill.commerce.product import Product
from skill.commerce.quantity import FEW, Amount, Pieces, pieces
from skill.dialogue import reference
from skill.dialogue.conversation import BETWEEN, Focus, Listing, Question
from skill.dialogue.doubt import open_amount
from skill.dialogue.history import mine
from skill.dialogue.liking import find
from skill.dialogue.offering import ADD, MAX_LISTED, PAGE, named
from skill.dialogue.reply import Join, Message, Reply, say
from skill.dialogue.substitutes import offer_instead
from skill.dialogue.turn import Slot
from skill.dialogue.variants import ask_variant, of_one_product
from skill.shop import Shop, change_cart

# A product, and how many of it.
Goes = tuple[Product, Pieces]


def as_item(line: Line, among: Sequence[Line]) -> Message:
    """A line as one item of a spoken list: "two of Brindle oat milk". `among`: all the lines it must not
    be mistaken for."""
    return say("review_cart.line", count=line.quantity, product=line.briefly(among))


def put_all(settled: Sequence[Goes], wishes: Sequence[str], shop: Shop) -> Reply:
    """Several wishes of one breath: what is clear goes in together as one change, what the shop does not
    have is said, and the first unclear one is asked about, the others waiting behind it."""
    clear, unclear, said = list[Goes](), list[tuple[str, Reply | Several, Amount | None]](), list[Message]()
    for product, wanted in settled:
        if isinstance(made := settled_options(product, Amount(wanted.count * 1000), shop), Reply):
            unclear.append((product.short(shop.locale), made, None))
        else:
            clear.append((made, wanted))
    for wish in wishes:
        if shop.facts.options and (ready := with_options(wish, shop)):
            if isinstance(ready, Reply):
                unclear.append((wish, ready, None))
            else:
                clear.append(ready)
            continue
        asked = reference.query(wish, shop)
        result = find(asked, shop).result
        if isinstance(result, Several):
            result = mine(narrow(result, asked.amount, shop), shop)
        if isinstance(result, Found) and result.whole:
            if isinstance(made := settled_options(result.product, asked.amount, shop), Reply):
                unclear.append((wish, made, asked.amount))
            elif doubt := open_amount(asked.amount, result.product, shop):
                unclear.append((wish, doubt, asked.amount))
            else:
                clear.append((made, pieces(asked.amount, result.product)))
        elif isinstance(result, Several) and result.whole:
            unclear.append((wish, result, asked.amount))
        elif near := of_other_size(asked, shop):
            unclear.append((wish, near, asked.amount))
        else:
            said.append(say("find_product.nothing", words=asked.text or wish))
    lines, against = _possible(clear, shop)
    if lines:
        change_cart(shop, lambda cart: add(cart, *lines))
        said.insert(0, _added(lines, clear, shop))
    said += against
    focus = Focus(sku=lines[0].sku, quantity=lines[0].quantity) if len(lines) == 1 else Focus()
    if not unclear:
        return Reply(say=tuple(said), focus=focus, miss=not lines and not against)
    wish, open_, amount = unclear[0]
    rest = BETWEEN.join(later for later, _, _ in unclear[1:])
    # One breath: the more there was to say, the fewer are offered.
    most = PAGE if len(said) < 2 else PAGE - 1
    question = _ask(reference.query(wish, shop).text, open_, amount, rest, shop, most=most)
    return replace(question, say=(*said, *question.say), focus=focus)


def with_options(wish: str, shop: Shop) -> tuple[Product, Pieces] | Reply | None:
    """A wish with options in it: what goes in, or the question about what is open; None for any other."""
    # Only now: most shops sell things as they are.
    from skill.dialogue.configuring import made
    from skill.dialogue.options import meant

    wanted = meant(wish, shop)
    if wanted is None or not isinstance(wanted.result, Found):
        return None
    count = pieces(wanted.amount, wanted.result.product)
    ready = made(wanted.result.product, count.count, shop, marks=wanted.marks, plain=wanted.plain)
    return ready if isinstance(ready, Reply) else (ready.product, count)


def settled_options(product: Product, amount: Amount | None, shop: Shop) -> Product | Reply:
    """The product with its options as usual or by default, or the question about those that are open."""
    if not shop.facts.options:
        return product
    # Only now: most shops sell things as they are.
    from skill.dialogue.configuring import made

    ready = made(product, pieces(amount, product).count, shop)
    return ready if isinstance(ready, Reply) else ready.product


def of_other_size(asked: Query, shop: Shop) -> Several | None:
    """What is wanted in the sizes there are, when there is none of the size that was said."""
    plain = reference.sizeless(asked, shop)
    result = shop.catalogue.find(plain) if plain.text and plain.text != asked.text else Nothing("unknown")
    if isinstance(result, Found) and result.whole:
        return Several((result.product,), 1)
    return result if isinstance(result, Several) and result.whole else None


def _ask(
    words: str, open_: Reply | Several, amount: Amount | None, rest: str, shop: Shop, *, most: int
) -> Reply:
    """The question about one unclear wish (`open_`: that about its amount, or what it may be, with so many to
    choose from); `rest` are those behind it."""
    frozen: dict[str, str | int] = {"wish": words, **({"rest": rest} if rest else {})}
    if isinstance(open_, Reply):
        return replace(open_, ask=open_.ask and replace(open_.ask, frozen={**frozen, **open_.ask.frozen}))
    slots = reference.kept(amount)
    if len(variants := of_one_product(open_, shop)) > 1:
        return ask_variant(variants, intent=ADD, slots=slots, words=words, shop=shop, frozen=frozen)
    products = open_.products[:most]
    stock = shop.store.stock(product.sku for product in products)
    options = tuple(named(product, left=stock.get(product.sku), shop=shop) for product in products)
    skus = skus_of(open_.products[:MAX_LISTED])
    return Reply(
        prompt=say("add_to_cart.which_of", words=words, items=Join(options, "or")),
        ask=Question(intent=ADD, awaiting="product", slots=slots, options=skus[:most], frozen=frozen),
        listing=Listing(words=words, skus=skus, shown=most, catalogue=shop.catalogue.version),
    )


def _added(lines: Sequence[Line], clear: Sequence[tuple[Product, Pieces]], shop: Shop) -> Message:
    price = total((line.cost for line in lines), currency=shop.currency)
    rounded = any(not wanted.exact for _, wanted in clear)
    if len(lines) == 1:
        key = "add_to_cart.added_rounded" if rounded else "add_to_cart.added"
        return say(key, count=lines[0].quantity, product=lines[0].spoken, price=price)
    items = Join(tuple(as_item(line, lines) for line in lines))
    return say(
        "add_to_cart.added_all_rounded" if rounded else "add_to_cart.added_all", items=items, price=price
    )


def _possible(
    wanted: Sequence[tuple[Product, Pieces]], shop: Shop
) -> tuple[tuple[Line, ...], tuple[Message, ...]]:
    """The lines that can go in as far as stock and limits allow, and what stands against the rest."""
    repeated = shop.request_id in shop.cart.seen
    stock = {} if repeated else shop.store.stock(product.sku for product, _ in wanted)
    lines: list[Line] = []
    against: list[Message] = []
    for product, amount in wanted:
        already = together((*shop.cart.lines, *lines), product.sku) if not repeated else 0
        most = bound(left=stock.get(product.sku), limit=product.limit)
        room = min(amount.count, most.most - already)
        if most.most <= 0:
            against.append(say("add_to_cart.sold_out", product=product.spoken(shop.locale)))
        elif room < amount.count:
            key = f"add_to_cart.{most.reason}" if room > 0 else f"add_to_cart.{most.reason}_reached"
            against.append(say(key, product=product.spoken(shop.locale), count=most.most))
        if room > 0:
            lines.append(line_of(product, room, shop))
    return tuple(lines), tuple(against)


def line_of(product: Product, count: int, shop: Shop) -> Line:
    """`count` pieces of a product at the price of now, by whoever is recognised to speak."""
    price = product.price_at(shop.now)
    return Line(sku=product.sku, quantity=count, name=product.name(shop.locale), price=price)


def put_in(
    product: Product,
    wanted: Pieces,
    shop: Shop,
    *,
    usual: bool = False,
    as_usual: bool = False,
    heard: Listing | None = None,
) -> Reply:
    """Add pieces of one product, or say what stands against it: sold out, too few left, the shop's limit.
    `usual`: it was chosen because this shopper buys it, which is said, or `as_usual` with the options they
    take. `heard`: the list read last, which stays when the product was in it, so that "the other one" is
    still known."""
    if shop.facts.options and base_of(product.sku) == product.sku:
        # Only now: most shops sell things as they are.
        from skill.dialogue.configuring import made

        ready = made(product, wanted.count, shop)
        if isinstance(ready, Reply):
            return ready
        product, as_usual = ready.product, ready.usual
    name, price = product.spoken(shop.locale), product.price_at(shop.now)
    focus = Focus(sku=product.sku, quantity=wanted.count)
    repeated = shop.request_id in shop.cart.seen
    already = shop.cart.of(product.sku) if not repeated else 0
    left = None if repeated else shop.left(product.sku)
    listing: Listing | None = None
    if heard is None or product.sku not in heard.said:
        listing = Listing(words=name, skus=(product.sku,), shown=1, catalogue=shop.catalogue.version)
    if left is not None and left <= 0:
        said = (say("add_to_cart.sold_out", product=name),)
        return offer_instead(Reply(say=said, focus=Focus(sku=product.sku), listing=listing), shop)
    most = bound(left=left, limit=product.limit)
    if not repeated and already + wanted.count > most.most:
        room = most.most - already
        if room <= 0:
            return Reply(
                say=(say(f"add_to_cart.{most.reason}_reached", product=name, count=most.most),), focus=focus
            )
        if most.reason == "line_limit":
            # So many were never meant, nor is the most a cart takes.
            return Reply(
                say=(say("add_to_cart.line_limit", count=most.most),),
                prompt=say("add_to_cart.how_many_then"),
                ask=Question(intent=ADD, awaiting="quantity", frozen={"sku": product.sku}),
                focus=focus,
                listing=listing,
            )
        return Reply(
            say=(say(f"add_to_cart.{most.reason}", product=name, count=most.most),),
            prompt=say("add_to_cart.add_room", count=room),
            ask=Question(
                intent=ADD,
                awaiting="confirmed",
                slots={"quantity": Slot(text=str(room), number=room)},
                frozen={"sku": product.sku, "sure": 1},
            ),
            focus=focus,
            listing=listing,
        )
    line = line_of(product, wanted.count, shop)
    change_cart(shop, lambda cart: add(cart, line))
    key = "add_to_cart.added_usual" if usual else "add_to_cart.added"
    if as_usual:
        key = "choose_options.added_usual"
    if not wanted.exact:
        key = "add_to_cart.added_rounded"
    return Reply(
        say=(say(key, count=wanted.count, product=name, price=price * wanted.count),),
        focus=focus,
        listing=listing,
    )


def narrow(result: Several, amount: Amount | None, shop: Shop) -> Found | Several:
    """Of products that tie, those that come to exactly the amount asked for, in one piece if that can be:
    "a dozen eggs" is the carton of twelve, and two of six only where there is no such carton."""
    if amount is None or amount.unit in ("piece", "pack", FEW):
        return result
    tied = result.products[: result.close]
    exact = [(pieces(amount, product), product) for product in shop.in_stock(tied)]
    exact = [(wanted, product) for wanted, product in exact if wanted.exact]
    fewest = min((wanted.count for wanted, _ in exact), default=0)
    fitting = tuple(product for wanted, product in exact if wanted.count == fewest)
    if len(fitting) == 1:
        return Found(fitting[0])
    return Several(fitting, len(fitting)) if fitting else result
