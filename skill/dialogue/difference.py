"""What is different from what was read out at the till: the yes is good for that and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from skill.commerce.cart import Cart
from skill.commerce.money import Money
from skill.commerce.window import window_of
from skill.dialogue.billing import Bill, expected_day, spoken_window
from skill.dialogue.conversation import number_in
from skill.dialogue.reply import Message, say
from skill.shop import Shop

Promise = Mapping[str, str | int]


def promise(cart: Cart, bought: Bill, shop: Shop) -> dict[str, str | int]:
    """All that a yes agrees to: this cart, its total to the unit and the parts of it, where and when."""
    totals = bought.totals
    return {
        "cid": cart.cid,
        "version": cart.version,
        "total": totals.total.minor,
        "way": bought.store.id if bought.store else "",
        "when": _when(bought, shop),
        "to": _whereto(bought, shop),
        "parts": " ".join(
            str(part.minor if part else 0)
            for part in (totals.lines, totals.discount, totals.delivery, totals.deposit, totals.tax)
        ),
    }


def _when(bought: Bill, shop: Shop) -> str:
    """The window, or the day where the shop has none; when a collected order is ready is no promise."""
    if bought.store:
        return ""
    return bought.window.text if bought.window else expected_day(shop).isoformat()


def _whereto(bought: Bill, shop: Shop) -> str:
    """A mark of the address it is brought to, where one is known: no address travels with a conversation."""
    contact = shop.about.contact
    if bought.store or contact is None or contact.address is None:
        return ""
    return sha256(repr(contact.address).encode()).hexdigest()[:8]


def kept(promised: Promise, now: Promise) -> bool:
    """Whether what was read out still holds. Another thing at the same total is another thing."""
    return all(promised.get(name) == value for name, value in now.items() if name != "parts")


def reasons(promised: Promise, now: Promise, shop: Shop, *, told: tuple[Message, ...]) -> tuple[Message, ...]:
    """Why it does not hold, where that can be told: the cart is another, what was `told` of it already, it
    comes at another time, or the shop asks for more or less than it did for the same."""
    if promised.get("version") != now["version"]:
        return (say("checkout.changed"), *told)
    if told:
        return told
    if promised.get("when") != now["when"] and promised.get("way") == now["way"]:
        window = window_of(str(promised.get("when", "")))
        if window is None:
            return (say("checkout.day_moved"),)
        return (say("checkout.window_closed", window=spoken_window(window, shop)),)
    if promised.get("to") != now["to"] and promised.get("way") == now["way"]:
        return (say("checkout.address_moved"),)
    was, is_now = (str(promise.get("parts", "")).split() for promise in (promised, now))
    if len(was) != len(is_now) or was[:2] != is_now[:2]:
        return ()
    _, _, *charges = (old != new for old, new in zip(was, is_now, strict=True))
    delivery, deposit, tax = charges
    if delivery:
        return (say("checkout.delivery_moved"),)
    if deposit:
        return (say("checkout.deposit_moved"),)
    return (say("checkout.tax_moved"),) if tax else ()


def difference(promised: Promise, total: Money) -> tuple[Message, ...]:
    """How much more or less it is than was said; nothing when it is the same."""
    was = Money(number_in(promised, "total"), total.currency)
    if total == was or "total" not in promised:
        return ()
    if total > was:
        return (say("checkout.more_than_said", difference=total - was, was=was),)
    return (say("checkout.less_than_said", difference=was - total, was=was),)
