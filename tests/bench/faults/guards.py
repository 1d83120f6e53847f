"""The guards that keep an order single, the stock true and the merchant told, as edits that take each out."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.faults.world import STORES


@dataclass(frozen=True, slots=True)
class Edit:
    """In `where` ("module:function" or "module:Class.method") the text `old`, however it is broken into
    lines, becomes `new`."""

    where: str
    old: str
    new: str = "pass"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guard, and the edits that take it out: more than one where it stands twice. `stores`: those whose
    guard it is."""

    guard: str
    stores: tuple[str, ...]
    edits: tuple[Edit, ...]


def _of(stores: tuple[str, ...], guard: str, *edits: tuple[str, ...]) -> Mutant:
    return Mutant(guard, stores, tuple(Edit(*edit) for edit in edits))


_SQLITE, _DYNAMODB = ("sqlite",), ("dynamodb",)
_LITE = "skill.storage.sqlite:SqliteStore"
_DYNAMO = "skill.storage.dynamodb:DynamoStore"
_CHECKOUT, _TELLING = "skill.intents.checkout", "skill.merchants.telling"
_SEEN = ("skill.shop:change_cart", "if shop.request_id in cart.seen: return cart")
_CART_IN_PLACE = (f"{_DYNAMO}.place", '**layout.unmoved(cart, "cid = :cid", cid=cart.cid),', "")
_ANY_KEY = (
    "import secrets; from dataclasses import replace as other;"
    " return payments.charge(other(movement, key=secrets.token_hex(8)), order=order)"
)
_CHARGED_BEFORE = (
    "_ = shop.payments and payment.open and shop.payments.charge(payment.open, order=order)\n"
    "    match shop.store.place(order,"
)
MUTANTS = (
    _of(
        STORES,
        "a yes is to the total that was read out",
        (f"{_CHECKOUT}:_answered", "if not stands(promised, promise(shop.cart, bought, shop)):", "if False:"),
    ),
    _of(
        STORES, "an order has its cart's id", (f"{_CHECKOUT}:_place", "id=shop.cart.cid", "id=shop.new_id()")
    ),
    _of(
        STORES,
        "an event is told until it is known",
        (
            f"{_TELLING}:_told",
            'state = "waiting" if len(errors) > final or left else "done"',
            'state = "done"',
        ),
    ),
    _of(
        STORES,
        "a charge goes by the key that was kept before",
        ("skill.paying:_ask", "return payments.charge(movement, order=order)", _ANY_KEY),
    ),
    _of(
        STORES,
        "a charge that is not known is asked for again",
        ("skill.merchants.money:_settled", "order = settle(order, books=store, payments=payments, now=now)"),
    ),
    _of(
        STORES,
        "money goes back when an order is called off",
        ("skill.commerce.payment:towards", "if payment.method == INVOICE:", "if True:"),
    ),
    _of(
        STORES,
        "an order is kept before it is charged",
        (f"{_CHECKOUT}:_place", "match shop.store.place(order,", _CHARGED_BEFORE),
    ),
    _of(
        _SQLITE,
        "what is placed already is answered with the order",
        (f"{_LITE}.place", "if kept := self._order(db, order.shopper, order.id): return AlreadyPlaced(kept)"),
    ),
    _of(_SQLITE, "an order is placed from the cart that was read", (f"{_LITE}.place", "return CartMoved()")),
    _of(_SQLITE, "no stock below zero", (f"{_LITE}.place", "return OutOfStock(sku, row[0])")),
    _of(
        _SQLITE,
        "the stock moves with the order",
        (
            f"{_LITE}.place",
            "self._move_stock(db, {sku: -quantity for sku, quantity in items.pieces(order).items()})",
        ),
    ),
    _of(
        _SQLITE,
        "the cart is renewed with the order",
        (
            f"{_LITE}.place",
            "self._put_cart(db, replace(renewed, version=cart.version + 1), shopper=order.shopper)",
        ),
    ),
    _of(
        _SQLITE,
        "the event is in the order's transaction",
        (f"{_LITE}.place", 'self._tell(db, f"order.{order.status}", order.id, of="")'),
    ),
    _of(
        _SQLITE,
        "a request that was seen changes nothing, in the store",
        (f"{_LITE}.save_cart", "if stored and request_id in stored.seen: return stored"),
    ),
    _of(
        _SQLITE,
        "a request that was seen changes nothing",
        (f"{_LITE}.save_cart", "if stored and request_id in stored.seen: return stored"),
        _SEEN,
    ),
    _of(_SQLITE, "a cart is saved over the version that was read", (f"{_LITE}.save_cart", "return None")),
    _of(
        _SQLITE,
        "what is cancelled goes back on the shelf",
        (f"{_LITE}.cancel", "self._move_stock(db, items.pieces(kept))"),
    ),
    _of(
        _SQLITE,
        "an order is changed over the version that was read",
        (
            "skill.storage.sqlite_merchant:SqliteSelling._unmoved",
            "(order.status, order.version)",
            "(order.status, kept.version)",
        ),
    ),
    _of(
        _SQLITE,
        "an event is claimed by one",
        (
            "skill.storage.sqlite_events:SqliteEvents.save_event",
            "(kept.state, kept.tries, kept.due) != (event.state, event.tries, event.due)",
            "False",
        ),
    ),
    _of(
        _SQLITE,
        "a write is one transaction",
        ("skill.storage.sqlite_file:SqliteFile._writing", 'db.execute("BEGIN IMMEDIATE")'),
    ),
    _of(
        _DYNAMODB,
        "an order is placed once",
        (f"{_DYNAMO}.place", 'ConditionExpression="attribute_not_exists(PK)",', ""),
    ),
    _of(
        _DYNAMODB,
        "what is placed already is answered with the order",
        (f"{_DYNAMO}.place", "if kept := self.order(order.shopper, id=order.id): return AlreadyPlaced(kept)"),
    ),
    _of(_DYNAMODB, "an order is placed from the cart that was read", _CART_IN_PLACE),
    _of(
        _DYNAMODB,
        "no stock below zero",
        (
            "skill.storage.layout:stock_change",
            '"n >= :least" if change < 0 else "attribute_exists(n)"',
            '"attribute_exists(n)"',
        ),
        ("skill.storage.layout:stock_change", "if change < 0:", "if False:"),
    ),
    _of(
        _DYNAMODB,
        "the stock moves with the order",
        (
            f"{_DYNAMO}.place",
            "stock={sku: -quantity for sku, quantity in items.pieces(order).items()}",
            "stock={}",
        ),
    ),
    _of(
        _DYNAMODB,
        "the event is in the order's transaction",
        (f"{_DYNAMO}.place", '*self._told(kind, order.id, of=""),', ""),
    ),
    _of(
        _DYNAMODB,
        "a request that was seen changes nothing, in the store",
        (
            f"{_DYNAMO}.save_cart",
            "return stored if stored and request_id in stored.seen else None",
            "return None",
        ),
    ),
    _of(
        _DYNAMODB,
        "a request that was seen changes nothing",
        (
            f"{_DYNAMO}.save_cart",
            'layout.unmoved(cart, f"cid = :cid AND {_NOT_SEEN}", cid=cart.cid, request=request_id)',
            'layout.unmoved(cart, "cid = :cid", cid=cart.cid)',
        ),
        _SEEN,
    ),
    _of(
        _DYNAMODB,
        "a cart is saved over the version that was read",
        (
            "skill.storage.layout:_at_version",
            'f"version = :version AND {also}"',
            'f"version < :version AND {also}"',
        ),
        ("skill.storage.layout:_at_version", "str(version)", "str(10**9)"),
    ),
    _of(
        _DYNAMODB,
        "an order is changed over the version that was read",
        (
            "skill.storage.layout_orders:unmoved_order",
            'at = "version = :version" if order.version else'
            ' "(attribute_not_exists(version) OR version = :version)"',
            'at = "(attribute_not_exists(version) OR version >= :version)"',
        ),
    ),
    _of(
        _DYNAMODB,
        "an event is claimed by one",
        (
            "skill.storage.dynamodb_events:DynamoEvents.save_event",
            '"ConditionExpression": "#state = :read"',
            '"ConditionExpression": "attribute_exists(PK) OR #state = :read"',
        ),
    ),
    _of(
        _DYNAMODB,
        "what is cancelled goes back on the shelf",
        (f"{_DYNAMO}.cancel", "stock=items.pieces(order)", "stock={}"),
    ),
)
