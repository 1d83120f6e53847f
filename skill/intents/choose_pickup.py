"""The order is collected at a store instead of delivered."""

from __future__ import annotations

from skill.catalogue.analyser import fold, tokens
from skill.catalogue.words import load
from skill.commerce.cart import Cart, choose
from skill.commerce.merchant import Branch
from skill.commerce.nearest import nearest
from skill.dialogue.billing import arrival, lines_known, under_way
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Join, Message, Reply, say
from skill.intents import checkout
from skill.shop import Shop, change_cart

NAME = "ChoosePickup"


def handle(heard: Heard, shop: Shop) -> Reply:
    stores = shop.facts.stores
    if not stores:
        return checkout.back(heard, shop, say("choose_pickup.none"))
    said = heard.text("store")
    if said and len(stores) > 1 and _wants_nearest(said, shop):
        return _nearest(heard, shop)
    # Who has chosen a store already and names no other means that one.
    meant = shop.facts.store(heard.chosen or ("" if said else shop.cart.pickup))
    named = (meant,) if meant else _named(said, stores, shop)
    if len(named) == 1:
        return _chosen(named[0], heard, shop)
    told = say("choose_pickup.unknown", heard=said) if said and not named else None
    return _which(named or stores, told, heard, shop)


def _wants_nearest(said: str, shop: Shop) -> bool:
    words = load(shop.locale[:2])
    return words.phrases("nearest").find(fold(said).split()) is not None


def _nearest(heard: Heard, shop: Shop) -> Reply:
    """The nearest store; which, where that is not known."""
    near = near_by(heard, shop)
    if len(near) == 1:
        return _chosen(near[0], heard, shop)
    told = None if near else say("choose_pickup.where_are_you")
    return _which(near or shop.facts.stores, told, heard, shop)


def near_by(heard: Heard, shop: Shop) -> tuple[Branch, ...]:
    """The store nearest to the device, or else to the address the shopper is known by; several where they
    serve it alike, none where nothing is known."""
    contact = shop.about.contact
    code = contact.address.code if contact and contact.address else ""
    return nearest(shop.facts.stores, place=heard.turn.place, code=code)


def _named(said: str, stores: tuple[Branch, ...], shop: Shop) -> tuple[Branch, ...]:
    """The stores that what was said may mean: all of them when nothing was."""
    if not said:
        return stores
    language = shop.locale[:2]
    stop = load(language).stop

    def telling(text: str) -> set[str]:
        return set(tokens(text, language=language, stop=stop))

    asked = telling(said)
    known = {store.id: telling(f"{store.name(shop.locale)} {store.address(shop.locale)}") for store in stores}
    most = max(len(asked & words) for words in known.values())
    return tuple(store for store in stores if most and len(asked & known[store.id]) == most)


def _which(stores: tuple[Branch, ...], told: Message | None, heard: Heard, shop: Shop) -> Reply:
    names = tuple(store.name(shop.locale) for store in stores)
    only = say("choose_pickup.only", store=names[0])
    return Reply(
        say=(told,) if told else (),
        prompt=only if len(names) == 1 else say("choose_pickup.which", stores=Join(names, "or")),
        ask=Question(
            intent=NAME,
            awaiting="store",
            options=tuple(store.id for store in stores),
            frozen=under_way(heard),
        ),
    )


def _chosen(store: Branch, heard: Heard, shop: Shop) -> Reply:
    def collected(cart: Cart) -> Cart:
        return choose(cart, pickup=store.id)

    if under_way(heard):
        lead = (say("choose_pickup.instead"),)
        return checkout.read_out(shop, lead=lead, change=collected, known=lines_known(heard, shop))
    if shop.cart.pickup != store.id:
        change_cart(shop, collected)
    return Reply(say=(say("choose_pickup.instead"), arrival(store, shop)), resume=True)


INTENT = Intent(name=NAME, handle=handle, slots={"store": "query"})
