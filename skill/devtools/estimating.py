"""What a turn would cost in DynamoDB, told of turns that an embedded store answers.

Everything is done by the embedded store. What it does is laid out once more as the DynamoDB store would have
it, and weighed by the rules that Amazon bills by
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-unit-calculations.html). What a
refused write costs is left out, and so are facts and months that a process reads, or notes, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import Context
from datetime import datetime
from threading import Lock
from typing import Any, cast

from skill.commerce.cart import Cart
from skill.commerce.merchant import Case, Shopper
from skill.commerce.order import Order
from skill.operations.turn import spent
from skill.shop import Amended, Amending, Placed, Placing, Stocking, Visit
from skill.storage import layout, layout_orders
from skill.storage.open import open_store

Item = Mapping[str, Any]
_KB = 1024
# Items whose size and place in the index are remembered: what a write costs depends on what stood there.
_MOST = 10_000


def open_estimated(
    spec: str,
    *,
    shop: str,
    clock: Callable[[], datetime],
    open: Callable[..., Stocking] = open_store,
) -> Stocking:
    """The store a setting names, as `open` has it; one that counts no units has them estimated."""
    store = open(spec, shop=shop, clock=clock)
    if spec.startswith("dynamodb:"):
        return store
    return cast(Stocking, Estimated(store, shop=shop, clock=clock))


def size(item: Item) -> int:
    """Bytes of an item: names and values
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html)."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def read_units(*sizes: int, consistent: bool) -> float:
    """Units of reading items of these sizes one by one; one that is not there costs like the smallest."""
    return sum(_started(one, 4 * _KB) for one in sizes) * (1.0 if consistent else 0.5)


class Estimated:
    """A store, with what its turns would cost in DynamoDB added to the turn under way."""

    def __init__(self, store: Stocking, *, shop: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._shop = shop
        self._clock = clock
        self._scales = _Scales(self._is_counted)
        self._shadow: Any = None
        self._making = Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def visit(self, shopper: str) -> Visit:
        visit = self._store.visit(shopper)
        # What each visit reads of the shop is never larger than a unit.
        read = [0, self._known_profile(visit.shopper, shopper), self._known_cart(visit, shopper)]
        spent(read_units=read_units(*read, consistent=True), round_trips=0)
        return visit

    def stock(self, skus: Iterable[str]) -> dict[str, int | None]:
        asked = tuple(dict.fromkeys(skus))
        spent(read_units=read_units(*(0 for _ in asked), consistent=False), round_trips=0)
        return self._store.stock(asked)

    def orders(self, shopper: str, *, limit: int = 10) -> tuple[Order, ...]:
        # As many are read there, however few are asked for.
        read = self._quietly(
            lambda: self._store.orders(shopper, limit=max(limit, self._dynamo().ORDERS_WINDOW))
        )
        together = sum(size(layout_orders.order_item(order, shop=self._shop)) for order in read)
        spent(read_units=read_units(together, consistent=False), round_trips=0)
        return self._store.orders(shopper, limit=limit)

    def order(self, shopper: str, *, id: str) -> Order | None:
        order = self._store.order(shopper, id=id)
        weight = size(layout_orders.order_item(order, shop=self._shop)) if order else 0
        spent(read_units=read_units(weight, consistent=True), round_trips=0)
        return order

    def cases(self, shopper: str) -> tuple[Case, ...]:
        cases = self._store.cases(shopper)
        together = sum(
            size(layout_orders.case_item(case, shop=self._shop, shopper=shopper)) for case in cases
        )
        spent(read_units=read_units(together, consistent=False), round_trips=0)
        return cases

    def save_cart(self, cart: Cart, *, shopper: str, request_id: str) -> Cart | None:
        saved = self._store.save_cart(cart, shopper=shopper, request_id=request_id)
        if saved is not None:
            self._weigh("save_cart", cart, shopper=shopper, request_id=request_id)
        return saved

    def save_shopper(self, about: Shopper, *, shopper: str, request_id: str) -> Shopper | None:
        saved = self._store.save_shopper(about, shopper=shopper, request_id=request_id)
        if saved is not None:
            self._weigh("save_shopper", about, shopper=shopper, request_id=request_id)
        return saved

    def next_number(self) -> int:
        self._weigh("next_number")
        return self._store.next_number()

    def place(self, order: Order, *, cart: Cart, renewed: Cart) -> Placing:
        placing = self._store.place(order, cart=cart, renewed=renewed)
        if isinstance(placing, Placed):
            self._weigh("place", order, cart=cart, renewed=renewed)
        return placing

    def cancel(self, order: Order, *, cancelled: Order, tell: str = "") -> bool:
        done = self._store.cancel(order, cancelled=cancelled, tell=tell)
        if done:
            self._weigh("cancel", order, cancelled=cancelled, tell=tell)
        return done

    def amend(self, order: Order, *, amended: Order) -> Amending:
        amending = self._store.amend(order, amended=amended)
        if isinstance(amending, Amended):
            self._weigh("amend", order, amended=amended)
        return amending

    def change_order(self, order: Order, *, changed: Order, tell: str = "") -> bool:
        done = self._store.change_order(order, changed=changed, tell=tell)
        if done:
            self._weigh("change_order", order, changed=changed, tell=tell)
        return done

    def open_case(self, case: Case, *, shopper: str) -> Case:
        opened = self._store.open_case(case, shopper=shopper)
        self._weigh("open_case", case, shopper=shopper)
        return opened

    def _known_profile(self, about: Shopper, shopper: str) -> int:
        if about == Shopper():
            return 0
        return self._scales.know(
            layout.profile_item(about, shop=self._shop, shopper=shopper, at=self._clock())
        )

    def _known_cart(self, visit: Visit, shopper: str) -> int:
        if visit.cart is None:
            return 0
        days = visit.facts.privacy.carts_days
        return self._scales.know(layout.cart_item(visit.cart, shopper=shopper, at=self._clock(), days=days))

    def _weigh(self, method: str, *args: Any, **kwargs: Any) -> None:
        """Let the DynamoDB store do it, onto the scales."""
        with self._making:
            if self._shadow is None:
                store = self._dynamo().DynamoStore
                self._shadow = store(self._scales, table="-", shop=self._shop, clock=self._clock)
        getattr(self._shadow, method)(*args, **kwargs)

    def _is_counted(self, sku: str) -> bool:
        return self._quietly(lambda: self._store.stock([sku])).get(sku) is not None

    def _quietly(self, read: Callable[[], Any]) -> Any:
        """What is read for the estimate is no part of the turn."""
        return Context().run(read)

    def _dynamo(self) -> Any:
        # Only now: botocore takes its time.
        from skill.storage import dynamodb

        return dynamodb


class _Scales:
    """In the place of a DynamoDB client: it weighs what is written, and keeps nothing but its weight."""

    def __init__(self, is_counted: Callable[[str], bool]) -> None:
        self._is_counted = is_counted
        self._there: dict[tuple[str, str], tuple[int, tuple[str, str] | None]] = {}

    def know(self, item: Item) -> int:
        """That an item is there; its size."""
        while len(self._there) >= _MOST:
            del self._there[next(iter(self._there))]
        weight = size(item)
        self._there[_key(item)] = weight, _index(item)
        return weight

    def put_item(self, **asked: Any) -> dict[str, Any]:
        spent(write_units=self._put(asked["Item"], times=1), round_trips=0)
        return {}

    def update_item(self, **_: Any) -> dict[str, Any]:
        # The one there is: a small counter.
        spent(write_units=1.0, round_trips=0)
        return {"Attributes": {"n": {"N": "1"}}}

    def transact_write_items(self, **asked: Any) -> dict[str, Any]:
        units = 0.0
        for write in asked["TransactItems"]:
            if put := write.get("Put"):
                units += self._put(put["Item"], times=2)
            elif update := write.get("Update"):
                # Stock, of which only what is counted is moved.
                sku = update["Key"]["PK"]["S"].partition("#K#")[2]
                units += 2.0 if self._is_counted(sku) else 0.0
            else:
                units += 2.0
        spent(write_units=units, round_trips=0)
        return {}

    def _put(self, item: Item, *, times: int) -> float:
        """Units of putting an item where another may stand: the larger of both counts, and the index is
        written where its keys change."""
        before, indexed = self._there.get(_key(item), (0, None))
        index = _index(item)
        moved = 0 if index == indexed else (indexed is not None) + (index is not None)
        weight = max(before, size(item))
        self.know(item)
        return times * _started(weight, _KB) + moved


def _key(item: Item) -> tuple[str, str]:
    return item["PK"]["S"], item["SK"]["S"]


def _index(item: Item) -> tuple[str, str] | None:
    return (item["GSI1PK"]["S"], item["GSI1SK"]["S"]) if "GSI1PK" in item else None


def _value(value: Item) -> int:
    kind, told = next(iter(value.items()))
    match kind:
        case "N":
            # Two digits a byte, and one for the rest; noughts at the ends count for nothing.
            return len(told.strip("-0.")) // 2 + 2
        case "L":
            return 3 + sum(1 + _value(one) for one in told)
        case "BOOL" | "NULL":
            return 1
        case "SS":
            return sum(len(one.encode()) for one in told)
        case _:
            return len(told.encode() if isinstance(told, str) else told)


def _started(bytes: int, unit: int) -> int:
    return max(1, -(-bytes // unit))
