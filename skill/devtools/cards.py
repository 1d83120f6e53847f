"""Card payment where no money is real: a provider with books of its own, for development and for scenarios.

What comes of a charge is written in words (`skill.commerce.payment.OUTCOMES`), one a try: as the customer of
an order, else as the shop file has it. The books are documents of the shop's store, one a charge, so that
what was charged by one process is found by the next.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

from skill.commerce.order import Order
from skill.commerce.payment import Movement
from skill.paying import Declined, Moved, Outcome, Unknown, Void

KIND = "development-charge"


class Documents(Protocol):
    """Where the books are kept; as in `skill.shop.Stocking`."""

    def document(self, kind: str, id: str) -> str | None: ...

    def put_document(self, kind: str, id: str, text: str, *, expecting: str | None = None) -> bool: ...


class DevelopmentCards:
    """Implements `skill.paying.Payments`; `card` is what comes of a charge when nobody says otherwise."""

    def __init__(self, books: Documents, *, card: str = "approved") -> None:
        self._books, self._card = books, card

    def charge(self, movement: Movement, *, order: Order) -> Outcome:
        words = (order.payment.customer or self._card).split(",")
        word = words[min(movement.tries, len(words)) - 1]
        page, text = self._page(movement.key)
        if page.get("state") == "paid":
            return Moved(movement.key)
        if page.get("state") == "void":
            return Declined("refused", movement.key)
        match word:
            case "unknown":
                return Unknown()
            case "none":
                return Declined("no_card")
            case "action":
                return Declined("declined", movement.key, action=True)
            case "declined" | "funds" | "expired":
                return Declined(word, movement.key)
            case _:
                paid = {"state": "paid", "minor": movement.minor, "back": {}}
                return Moved(movement.key) if self._put(movement.key, paid, text) else Unknown()

    def refund(self, movement: Movement, *, order: Order) -> Outcome:  # noqa: ARG002
        page, text = self._page(movement.reference)
        if page.get("state") != "paid":
            return Declined("refused")
        back = {**page["back"], movement.key: -movement.minor}
        if sum(back.values()) > page["minor"]:
            return Declined("refused")
        done = self._put(movement.reference, {**page, "back": back}, text)
        return Moved(movement.reference) if done else Unknown()

    def withdraw(self, movement: Movement, *, order: Order) -> Outcome:  # noqa: ARG002
        page, text = self._page(movement.key)
        if page.get("state") == "paid":
            return Moved(movement.key)
        return Void() if self._put(movement.key, {"state": "void"}, text) else Unknown()

    def _page(self, key: str) -> tuple[dict[str, Any], str]:
        text = self._books.document(KIND, key) or ""
        page: dict[str, Any] = json.loads(text) if text else {}
        return page, text

    def _put(self, key: str, page: dict[str, Any], text: str) -> bool:
        return self._books.put_document(KIND, key, json.dumps(page), expecting=text)
