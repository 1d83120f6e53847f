"""Something goes on a list of one's own: "add buns to my barbecue list"."""

from __future__ import annotations

from dataclasses import replace

from skill.catalogue.results import Nothing, Several
from skill.commerce.lists import Entry, OwnList, put_on, with_changed, with_list
from skill.commerce.product import Product
from skill.commerce.quantity import pieces
from skill.dialogue import reference
from skill.dialogue.conversation import Focus, Question, number_in
from skill.dialogue.history import mine
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.lists import called, change_lists, meant, none_such, of
from skill.dialogue.offering import not_found, which
from skill.dialogue.reply import Reply, say
from skill.dialogue.turn import Slot
from skill.shop import Shop

NAME = "AddToList"


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    frozen = heard.question.frozen if heard.question else {}
    if heard.confirmed and (product := shop.product(str(frozen.get("sku", "")))):
        # The list did not exist, and shall.
        return _put(product, number_in(frozen, "pieces") or 1, str(frozen.get("new", "")), shop, new=True)
    own = meant(heard, shop)
    if own is None and not heard.text("list"):
        if shop.about.personal.lists:
            return none_such(heard, shop)
        return Reply(prompt=say("make_list.what_name"), ask=Question(intent="MakeList", awaiting="list"))
    kept = {"list": Slot(own.name if own else heard.text("list"))}
    mention = reference.product(heard, shop)
    result = mention.result
    amount = mention.amount or reference.amount(heard, shop)
    if isinstance(result, Several):
        result = mine(result, shop)
    if result is None:
        ask = Question(intent=NAME, awaiting="product", slots=kept)
        return Reply(prompt=say("make_list.what_on"), ask=ask)
    if isinstance(result, Nothing):
        return not_found(result, words=mention.words, shop=shop)
    if isinstance(result, Several):
        return which(
            result, words=mention.words, intent=NAME, slots={**kept, **reference.kept(amount)}, shop=shop
        )
    count = pieces(amount, result.product).count
    if own:
        return _put(result.product, count, own.name, shop)
    name = called(heard.text("list"), locale=shop.locale)
    return Reply(
        say=(say("add_to_list.no_such", name=name),),
        prompt=say("add_to_list.make_it"),
        ask=Question(
            intent=NAME,
            awaiting="confirmed",
            frozen={"sku": result.product.sku, "pieces": count, "new": name},
        ),
        focus=Focus(sku=result.product.sku),
    )


def _put(product: Product, count: int, name: str, shop: Shop, *, new: bool = False) -> Reply:
    def put(lists: tuple[OwnList, ...]) -> tuple[OwnList, ...]:
        if new and not any(own.name == name for own in lists):
            lists = with_list(lists, name)
        own = next((own for own in lists if own.name == name), None)
        return with_changed(lists, put_on(own, Entry(product.sku, count))) if own else lists

    own = next((own for own in change_lists(shop, put) if own.name == name), OwnList(name))
    key = "add_to_list.made_with" if new else "add_to_list.on_it"
    said = say(key, product=product.short(shop.locale), name=name, count=count)
    return Reply(say=(said,), focus=Focus(sku=product.sku), listing=replace(of(own), shown=0))


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"product": "product", "quantity": "number", "list": "list"},
    elicits=("product",),
)
