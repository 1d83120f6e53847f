""" "What do you recommend?": of a list just read the one most people take, or else what sells best here."""

from __future__ import annotations

from skill.catalogue.results import skus_of
from skill.commerce.product import Product
from skill.dialogue.conversation import Focus, Listing, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import ADD, MAX_LISTED, PAGE, read_page
from skill.dialogue.reply import Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    listing, question = heard.conversation.listing, heard.conversation.question
    just_read = question and len(question.options) > 1 and listing.kind != "cart"
    if just_read and (there := shop.in_stock(shop.products(listing.skus))):
        return _one(max(there, key=_liked), shop)
    skus = skus_of(shop.in_stock(shop.catalogue.popular(limit=MAX_LISTED)))
    popular = Listing(
        wish={"popular": True}, skus=skus, shown=min(PAGE, len(skus)), catalogue=shop.catalogue.version
    )
    return read_page(popular, shop=shop, lead=say("recommend.popular"))


def _one(product: Product, shop: Shop) -> Reply:
    key = "recommend.rated" if product.rating else "recommend.most_take"
    return Reply(
        say=(say(key, product=product.spoken(shop.locale), price=product.price_at(shop.now)),),
        prompt=say("find_product.add_it"),
        ask=Question(intent=ADD, awaiting="product", options=(product.sku,)),
        focus=Focus(sku=product.sku),
    )


def _liked(product: Product) -> tuple[int, int]:
    """Few stars cost what many buyers cannot make good: the rating in halves, then how much it is bought."""
    return product.rating // 5, product.popularity


INTENT = Intent(name="Recommend", handle=handle)
