"""Put something into the cart: "add oat milk", "I'll take two", "a dozen eggs", "the second one"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skill.catalogue.results import Found, Nothing, Several, skus_of
from skill.commerce.availability import bound
from skill.commerce.cart import Line, add
from skill.commerce.money import total
from skill.commerce.product import Product
from skill.commerce.quantity import Amount, Pieces, pieces
from skill.dialogue import breath, reference
from skill.dialogue.conversation import Focus, Listing, Question
from skill.dialogue.history import mine
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import MAX_LISTED, PAGE, list_results, named, not_found, which
from skill.dialogue.reply import Join, Message, Reply, say
from skill.dialogue.turn import Slot
from skill.intents.change_quantity import set_count
from skill.intents.review_cart import as_item
from skill.shop import Shop, change_cart

NAME = "AddToCart"
# Stands between wishes that wait their turn, and in no wish.
_BETWEEN = " · "


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    if heard.unheard("quantity"):
        known = {name: slot for name, slot in heard.slots.items() if name != "quantity"}
        return Reply(
            prompt=say("add_to_cart.how_many"),
            ask=Question(intent=NAME, awaiting="quantity", slots=known, frozen=_frozen(heard)),
        )
    if not heard.chosen and not _frozen(heard) and heard.text("product"):
        wishes = breath.wishes(reference.whole_phrase(heard), shop)
        if len(wishes) > 1:
            return put_all((), wishes, shop)
    mention = _mentioned(heard, shop)
    result = mention.result
    amount = mention.amount or reference.amount(heard, shop)
    if amount and (line := _just_added(heard, shop)):
        # "I'll take two" of what was just added says how many it shall be; "two more" adds.
        return set_count(line, amount.milli // 1000, shop)
    said = heard.conversation.listing.said
    if result is None and len(said) > 1:
        return Reply(
            prompt=say("find_product.which"),
            ask=Question(
                intent=NAME,
                awaiting="product",
                options=said,
                slots={"amount": reference.kept(amount)} if amount else {},
            ),
        )
    if result is None:
        return Reply(prompt=say("add_to_cart.what"), ask=Question(intent=NAME, awaiting="product"))
    if isinstance(result, Nothing):
        return not_found(result, words=mention.words, shop=shop)
    if isinstance(result, Several):
        result = mine(_narrow(result, amount, shop), shop)
    if isinstance(result, Several):
        kept = {"amount": reference.kept(amount)} if amount else {}
        return which(result, words=mention.words, intent=NAME, slots=kept, shop=shop)
    if not result.whole:
        return list_results(result, words=mention.words, shop=shop)
    wanted = pieces(amount, result.product) if amount else Pieces(1)
    if heard.question and (rest := heard.question.frozen.get("rest")):
        return put_all(((result.product, wanted),), str(rest).split(_BETWEEN), shop)
    return put_in(result.product, wanted, shop, usual=result.why == "bought")


def put_all(settled: Sequence[tuple[Product, Pieces]], wishes: Sequence[str], shop: Shop) -> Reply:
    """Several wishes of one breath: what is clear goes in together as one change, what the shop does not
    have is said, and the first unclear one is asked about, the others waiting behind it."""
    clear, unclear, said = list(settled), list[tuple[str, Several, Amount | None]](), list[Message]()
    for wish in wishes:
        asked = reference.query(wish, shop)
        result = shop.catalogue.find(asked)
        if isinstance(result, Several):
            result = mine(_narrow(result, asked.amount, shop), shop)
        if isinstance(result, Found) and result.whole:
            count = pieces(asked.amount, result.product) if asked.amount else Pieces(1)
            clear.append((result.product, count))
        elif isinstance(result, Several) and result.whole:
            unclear.append((wish, result, asked.amount))
        else:
            said.append(say("find_product.nothing", words=asked.text or wish))
    lines, against = _possible(clear, shop)
    if lines:
        change_cart(shop, lambda cart: add(cart, *lines))
        said.insert(0, _added(lines, shop))
    said += against
    focus = Focus(sku=lines[0].sku, quantity=lines[0].quantity) if len(lines) == 1 else Focus()
    if not unclear:
        return Reply(say=tuple(said), focus=focus, miss=not lines and not against)
    wish, open_, amount = unclear[0]
    slots = {"amount": reference.kept(amount)} if amount else {}
    rest = _BETWEEN.join(later for later, _, _ in unclear[1:])
    products = open_.products[:PAGE]
    stock = shop.store.stock(product.sku for product in products)
    options = tuple(named(product, left=stock.get(product.sku), shop=shop) for product in products)
    words = reference.query(wish, shop).text
    skus = skus_of(open_.products[:MAX_LISTED])
    return Reply(
        say=tuple(said),
        prompt=say("add_to_cart.which_of", words=words, items=Join(options, "or")),
        ask=Question(
            intent=NAME,
            awaiting="product",
            slots=slots,
            options=skus[:PAGE],
            frozen={"rest": rest} if rest else {},
        ),
        listing=Listing(words=words, skus=skus, shown=PAGE, catalogue=shop.catalogue.version),
        focus=focus,
    )


def _added(lines: Sequence[Line], shop: Shop) -> Message:
    price = total((line.cost for line in lines), currency=shop.currency)
    if len(lines) == 1:
        return say("add_to_cart.added", count=lines[0].quantity, product=lines[0].spoken, price=price)
    items = Join(tuple(as_item(line, lines) for line in lines))
    return say("add_to_cart.added_all", items=items, price=price)


def _possible(
    wanted: Sequence[tuple[Product, Pieces]], shop: Shop
) -> tuple[tuple[Line, ...], tuple[Message, ...]]:
    """The lines that can go in as far as stock and limits allow, and what stands against the rest."""
    repeated = shop.request_id in shop.cart.seen
    stock = {} if repeated else shop.store.stock(product.sku for product, _ in wanted)
    lines: list[Line] = []
    against: list[Message] = []
    for product, amount in wanted:
        have = shop.cart.line(product.sku)
        already = have.quantity if have and not repeated else 0
        most = bound(left=stock.get(product.sku), limit=product.limit)
        room = min(amount.count, most.most - already)
        if most.most <= 0:
            against.append(say("add_to_cart.sold_out", product=product.spoken(shop.locale)))
        elif room < amount.count:
            key = f"add_to_cart.{most.reason}" if room > 0 else f"add_to_cart.{most.reason}_reached"
            against.append(say(key, product=product.spoken(shop.locale), count=most.most))
        if room > 0:
            price = product.price_at(shop.now)
            lines.append(Line(sku=product.sku, quantity=room, name=product.name(shop.locale), price=price))
    return tuple(lines), tuple(against)


def put_in(product: Product, wanted: Pieces, shop: Shop, *, usual: bool = False) -> Reply:
    """Add pieces of one product, or say what stands against it: sold out, too few left, the shop's limit.
    `usual`: it was chosen because this shopper buys it, which is said."""
    name, price = product.spoken(shop.locale), product.price_at(shop.now)
    focus = Focus(sku=product.sku, quantity=wanted.count)
    repeated = shop.request_id in shop.cart.seen
    have = shop.cart.line(product.sku)
    already = have.quantity if have and not repeated else 0
    left = None if repeated else shop.store.stock([product.sku]).get(product.sku)
    listing = Listing(words=name, skus=(product.sku,), shown=1, catalogue=shop.catalogue.version)
    if left is not None and left <= 0:
        return Reply(
            say=(say("add_to_cart.sold_out", product=name),),
            prompt=say("suggest_instead.shall_i"),
            ask=Question(intent="SuggestInstead", awaiting="confirmed"),
            focus=Focus(sku=product.sku),
            listing=listing,
        )
    most = bound(left=left, limit=product.limit)
    if not repeated and already + wanted.count > most.most:
        room = most.most - already
        if room <= 0:
            return Reply(
                say=(say(f"add_to_cart.{most.reason}_reached", product=name, count=most.most),), focus=focus
            )
        return Reply(
            say=(say(f"add_to_cart.{most.reason}", product=name, count=most.most),),
            prompt=say("add_to_cart.add_room", count=room),
            ask=Question(
                intent=NAME,
                awaiting="confirmed",
                slots={"quantity": Slot(text=str(room), number=room)},
                frozen={"sku": product.sku},
            ),
            focus=focus,
            listing=listing,
        )
    line = Line(sku=product.sku, quantity=wanted.count, name=product.name(shop.locale), price=price)
    change_cart(shop, lambda cart: add(cart, line))
    key = "add_to_cart.added_usual" if usual else "add_to_cart.added"
    if not wanted.exact:
        key = "add_to_cart.added_rounded"
    return Reply(
        say=(say(key, count=wanted.count, product=name, price=price * wanted.count),),
        focus=focus,
        listing=listing,
    )


def _just_added(heard: Heard, shop: Shop) -> Line | None:
    """The line just put in, when the turn names nothing but a number."""
    focus = heard.conversation.focus
    named = heard.text("product", "amount") or heard.slots.get("position") or heard.slots.get("trait")
    if named or heard.question or not focus.quantity or not focus.sku:
        return None
    return shop.cart.line(focus.sku) if heard.number("quantity") is not None else None


def _mentioned(heard: Heard, shop: Shop) -> reference.Mention:
    """The product: fixed by the question this answers, or what the turn names."""
    frozen = heard.question.frozen.get("sku") if heard.question else None
    if frozen and not heard.chosen:
        heard = replace(heard, chosen=str(frozen))
    return reference.product(heard, shop)


def _frozen(heard: Heard) -> dict[str, str | int]:
    sku = heard.chosen or (heard.question.frozen.get("sku") if heard.question else None)
    return {"sku": sku} if sku else {}


def _narrow(result: Several, amount: Amount | None, shop: Shop) -> Found | Several:
    """Of products that tie, those that come to exactly the amount asked for, in one piece if that can be:
    "a dozen eggs" is the carton of twelve, and two of six only where there is no such carton."""
    if amount is None or amount.unit in ("piece", "pack"):
        return result
    tied = result.products[: result.close]
    stock = shop.store.stock(product.sku for product in tied)
    exact = [(pieces(amount, product), product) for product in tied if stock.get(product.sku) != 0]
    exact = [(wanted, product) for wanted, product in exact if wanted.exact]
    fewest = min((wanted.count for wanted, _ in exact), default=0)
    fitting = tuple(product for wanted, product in exact if wanted.count == fewest)
    if len(fitting) == 1:
        return Found(fitting[0])
    return Several(fitting, len(fitting)) if fitting else result


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={
        "product": "product",
        "quantity": "number",
        "amount": "amount",
        "position": "position",
        "trait": "trait",
        "price": "number",
    },
    elicits=("product", "quantity"),
)
