"""What was put aside for later, three at a time."""

from __future__ import annotations

from skill.commerce.cart import Line
from skill.dialogue.adding import as_item
from skill.dialogue.conversation import Focus, Listing, Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.offering import PAGE
from skill.dialogue.reply import Join, Reply, say
from skill.shop import Shop


def handle(heard: Heard, shop: Shop) -> Reply:
    saved = shop.cart.saved
    if not saved:
        return Reply(say=(say("review_saved.empty"),))
    return page(Listing(kind="saved", skus=tuple(line.sku for line in saved), shown=PAGE), shop=shop)


def page(listing: Listing, *, shop: Shop) -> Reply:
    """One page of what is saved."""
    kept = {line.sku: line for line in shop.cart.saved}
    lines: list[Line] = [kept[sku] for sku in listing.said if sku in kept]
    rest = len(listing.skus) - listing.start - listing.shown
    items = Join(tuple(as_item(line, shop.cart.saved) for line in lines))
    sentences = [say("review_saved.lines", items=items)]
    if rest > 0:
        sentences.append(say("review_cart.and_more", count=rest))
    return Reply(
        say=tuple(sentences),
        prompt=say("review_saved.more_or_put" if rest > 0 else "review_saved.put", count=len(listing.skus)),
        ask=Question(intent="TakeBack", awaiting="confirmed"),
        listing=listing,
        focus=Focus(sku=lines[0].sku) if len(lines) == 1 else Focus(),
    )


INTENT = Intent(name="ReviewSaved", handle=handle, aside=True)
