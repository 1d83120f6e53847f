"""Friends of shoppers: a code of one's own, a friend's first order by it, and the thanks for that.

Who the code is of is kept beside the shop, by the code, and is erased with that shopper. A friend counts
once, for one shopper, never for oneself.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace

from skill.commerce.afterwards import CODE_LETTERS, FRIEND, friend_code
from skill.commerce.coupon import UNDONE, Coupon
from skill.commerce.merchant import Shopper
from skill.dialogue.reply import Message, say
from skill.shop import Shop, change_shopper

_TRIES = 4
# Friends of one shopper that are told apart.
_MOST = 100


def own_code(shop: Shop) -> str:
    """The shopper's own code, known to the shop from now on."""
    code = friend_code(shop.shopper)
    if shop.about.personal.friend != code:
        shop.store.put_document(FRIEND, code, _text(shop.shopper, ()), expecting="")
        change_shopper(shop, lambda about: replace(about, personal=replace(about.personal, friend=code)))
    return code


def entitled(shop: Shop) -> bool:
    """Whether the coupon for friends is this shopper's to use."""
    return bool(shop.about.personal.came_by) or shop.about.personal.friends > 0


def came_by(sounds: Collection[str], shop: Shop) -> tuple[Coupon | None, Message | None]:
    """The coupon for who comes by a friend's code, heard as one of `sounds`; or why it does not count.
    Neither where it is no such code."""
    code = next((sound.upper() for sound in sounds if len(sound) == CODE_LETTERS), "")
    if not code or _of(shop.store.document(FRIEND, code)) is None:
        return None, None
    if code == friend_code(shop.shopper):
        return None, say("refer_friend.own")
    known = shop.about.personal.came_by
    earlier = shop.store.orders(shop.shopper, limit=1) if not known else ()
    if (known and known != code) or any(order.status not in UNDONE for order in earlier):
        return None, say("refer_friend.not_first")
    change_shopper(
        shop, lambda about: replace(about, personal=replace(about.personal, came_by=code)), step="friend"
    )
    return shop.facts.coupon(shop.facts.afterwards.friend), None


def ordered(shop: Shop) -> None:
    """This shopper's first order by a friend's code is placed: that friend is thanked, once however often it
    is told. A friend who was erased meanwhile is not."""
    code, me = shop.about.personal.came_by, friend_code(shop.shopper)
    for _ in range(_TRIES):
        text = shop.store.document(FRIEND, code)
        whose = _of(text)
        if text is None or whose is None or me in whose[1] or len(whose[1]) >= _MOST:
            return
        if shop.store.put_document(FRIEND, code, _text(whose[0], (*whose[1], me)), expecting=text):
            _thank(whose[0], code, count=len(whose[1]) + 1, shop=shop)
            return


def _thank(friend: str, code: str, *, count: int, shop: Shop) -> None:
    for _ in range(_TRIES):
        about: Shopper = shop.store.visit(friend).shopper
        if about.personal.friend != code:
            return
        more = replace(about, personal=replace(about.personal, friends=max(count, about.personal.friends)))
        if shop.store.save_shopper(more, shopper=friend, request_id=f"friend {count}") is not None:
            return


def _text(shopper: str, friends: tuple[str, ...]) -> str:
    return json.dumps([shopper, list(friends)])


def _of(text: str | None) -> tuple[str, tuple[str, ...]] | None:
    """Whose code it is, and who came by it."""
    if not text:
        return None
    shopper, friends = json.loads(text)
    return shopper, tuple(friends)
