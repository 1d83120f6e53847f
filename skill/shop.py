"""The seams: what the product needs of a store and of a catalogue, and what an intent is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from skill.catalogue.results import Result
from skill.catalogue.words import Query
from skill.commerce.cart import Cart
from skill.commerce.contact import Contact, Introduction
from skill.commerce.household import signed
from skill.commerce.merchant import Case, Facts, Shopper
from skill.commerce.order import Order
from skill.commerce.product import Product
from skill.commerce.reach import Outside
from skill.commerce.standing import Standing as Standing
from skill.counting import Counting
from skill.errors import CartChanged
from skill.paying import Books, Payments
from skill.selling import Keeping, Noticing, Selling, Telling

_CART_TRIES = 4
NOBODY = "nobody"  # no shopper's key: for whoever visits to ask about the shop alone


@dataclass(frozen=True, slots=True)
class Visit:
    """What nearly every turn needs, read in one round trip. `cart` is None before the first save."""

    facts: Facts
    shopper: Shopper
    cart: Cart | None


@dataclass(frozen=True, slots=True)
class Placed:
    """The order now exists, exactly once."""

    order: Order


@dataclass(frozen=True, slots=True)
class AlreadyPlaced:
    """This cart had become an order before: a repeat. Nothing was written."""

    order: Order


@dataclass(frozen=True, slots=True)
class OutOfStock:
    """Nothing was written: of `sku` only `left` pieces remain."""

    sku: str
    left: int


@dataclass(frozen=True, slots=True)
class CartMoved:
    """Nothing was written: the cart changed since it was read."""


@dataclass(frozen=True, slots=True)
class Amended:
    """The order is kept as amended, at its new version."""

    order: Order


@dataclass(frozen=True, slots=True)
class OrderMoved:
    """Nothing was written: the order changed since it was read, or is gone."""


# Pieces by SKU (None: not counted), or a stream of such pairs.
Stock = Mapping[str, int | None] | Iterable[tuple[str, int | None]]
Placing = Placed | AlreadyPlaced | OutOfStock | CartMoved
Amending = Amended | OutOfStock | OrderMoved


class Store(Books, Noticing, Counting, Protocol):
    """Durable state of one shop. `shopper` is the hashed account id everywhere. Every method that
    writes is one conditional write or one transaction, and is safe to repeat."""

    def visit(self, shopper: str) -> Visit:
        """Raises CatalogueNotLinked when no facts were ever published."""
        ...

    def save_cart(self, cart: Cart, *, shopper: str, request_id: str) -> Cart | None:
        """Write `cart` if the stored version still equals `cart.version` (0: none stored); returns it
        with the new version and `request_id` in `seen`, or None when it has moved meanwhile."""
        ...

    def save_shopper(self, about: Shopper, *, shopper: str, request_id: str) -> Shopper | None:
        """Write `about` if the stored version still equals `about.version` (0: none stored, or never saved);
        returns it with the new version and `request_id` in `seen`, the stored one when it has seen this
        request, or None when it has moved meanwhile."""
        ...

    def stock(self, skus: Iterable[str]) -> dict[str, int | None]:
        """Pieces left by SKU, its options aside; None: not counted. A SKU never published is absent."""
        ...

    def place(self, order: Order, *, cart: Cart, renewed: Cart) -> Placing:
        """One transaction: the order appears unless its id exists, each counted stock falls by its
        line's quantity and never below zero, the cart (at `cart.version`) is replaced by `renewed`,
        and "order.placed" is to be told, unless the order is "pending"."""
        ...

    def next_number(self) -> int:
        """A fresh count for the next order number; gaps are allowed."""
        ...

    def orders(self, shopper: str, *, limit: int = 10) -> tuple[Order, ...]:
        """Newest first."""
        ...

    def order(self, shopper: str, *, id: str) -> Order | None: ...

    def cancel(self, order: Order, *, cancelled: Order, tell: str = "") -> bool:
        """One transaction: `cancelled` replaces the order if that is still in `order.status` and at
        `order.version`, its pieces go back to counted stock, and "order.cancelled" is to be told: of a
        pending order, which no merchant heard of, only what `tell` says. False when the order has moved."""
        ...

    def amend(self, order: Order, *, amended: Order) -> Amending:
        """One transaction: `amended` replaces the order under the same condition, each counted stock moves
        by the difference and never below zero (`OutOfStock.left`: the pieces there are besides), and
        "order.amended" is to be told unless the order is pending."""
        ...

    def open_case(self, case: Case, *, shopper: str) -> Case:
        """Keep a request for a person, and tell "case.opened"; a case with the same id is returned as it
        was first kept."""
        ...

    def put_case(self, case: Case, *, shopper: str) -> None:
        """Keep a case as it is, in place of one of the same id, and tell "case.opened" or, where it
        differs, "case.changed"."""
        ...

    def document(self, kind: str, id: str) -> str | None:
        """A document of the shop's own, as it was put; None when there is none."""
        ...

    def put_document(self, kind: str, id: str, text: str, *, expecting: str | None = None) -> bool:
        """Keep a document, of up to 300,000 bytes. With `expecting`, only while just that text stands there
        ("": nothing does); False when it does not."""
        ...

    def cases(self, shopper: str) -> tuple[Case, ...]:
        """Newest first."""
        ...


class Stocking(Store, Selling, Telling, Noticing, Keeping, Protocol):
    """What publishing and scenarios write besides."""

    def publish(self, facts: Facts, *, stock: Stock, expecting: int | None = None) -> Facts | None:
        """Make `facts` (with its catalogue version) live and set the stock of each SKU given; the facts as
        they are kept now, one revision on. With `expecting`, only while those kept are of that revision (0:
        none are): None when they have moved, and nothing was made live."""
        ...

    def documents(self, kind: str, *, limit: int = 100) -> tuple[tuple[str, str], ...]:
        """The last `limit` documents of a kind as (id, text), the highest id first."""
        ...

    def drop_document(self, kind: str, id: str) -> None: ...

    def skills(self) -> Mapping[str, str]:
        """Every skill (application id) that is registered, of all shops, and its shop."""
        ...

    def shop_of(self, application: str) -> str | None:
        """The shop a skill is; None when it is not registered."""
        ...

    def put_skill(self, application: str, *, shop: str) -> bool:
        """Register a skill; False, and nothing is changed, when it is another shop's."""
        ...

    def drop_skill(self, application: str) -> None: ...

    def put_shopper(self, shopper: str, *, about: Shopper) -> None: ...

    def put_order(self, order: Order) -> None:
        """Store an order as it is, replacing one of the same id (for scenarios and imports)."""
        ...


class Catalogue(Protocol):
    """One version of a shop's products, open for reading."""

    version: str

    def find(self, query: Query) -> Result:
        """What the query means in this shop, price bounds and wishes obeyed."""
        ...

    def get(self, skus: Iterable[str]) -> dict[str, Product]:
        """The products of these SKUs; unknown ones are absent."""
        ...

    def offers(self, now: datetime, *, limit: int = 30) -> tuple[Product, ...]:
        """Products with a live offer, most popular first."""
        ...

    def popular(self, *, limit: int = 3) -> tuple[Product, ...]:
        """The most popular products of all."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What an intent is given for one turn. `speaker`: the key of the member of the household whose voice
    was recognised. `account`: who the merchant knows the shopper as; `unchecked`: a token came, and the
    merchant's identity provider could not be asked whose it is. `saved` collects the cart as this turn saves
    it, `read` the last orders as it reads them; `mails`: letters leave this shop."""

    store: Store
    catalogue: Catalogue
    facts: Facts
    about: Shopper
    cart: Cart
    shopper: str
    request_id: str
    now: datetime
    locale: str
    linked: bool
    new_id: Callable[[], str]
    speaker: str | None = None
    account: str = ""
    unchecked: bool = False
    saved: list[Cart] = field(default_factory=list)
    read: dict[int, tuple[Order, ...]] = field(default_factory=dict, repr=False)
    mails: bool = False
    # Who the shopper is, by what is known, asked in two seconds at most (None: nobody can be asked).
    introduce: Callable[[Contact | None], Introduction] | None = None
    outside: Outside = field(default_factory=Outside)
    # How it is paid at once (None: the merchant bills).
    payments: Payments | None = None
    # The version an open list was read from, while another is live; and what is in the list.
    read_from: Catalogue | None = None
    listed: frozenset[str] = frozenset()

    @property
    def currency(self) -> str:
        return self.facts.terms.currency

    @property
    def cart_now(self) -> Cart:
        """The cart as this turn leaves it."""
        return self.saved[-1] if self.saved else self.cart

    def products(self, skus: Iterable[str]) -> tuple[Product, ...]:
        """Those of these SKUs that are still sold, in this order."""
        skus = tuple(skus)
        shelf = self._as_read(self.catalogue.get(skus))
        return tuple(shelf[sku] for sku in skus if sku in shelf)

    def product(self, sku: str) -> Product | None:
        """The product of this SKU; None when it is no longer sold."""
        return next(iter(self.products([sku])), None)

    def _as_read(self, shelf: Mapping[str, Product]) -> Mapping[str, Product]:
        """What is in the open list goes by the name it was read out with; whether it is sold, and for how
        much, is for the live catalogue to say."""
        listed = self.listed.intersection(shelf)
        if self.read_from is None or not listed:
            return shelf
        read = {
            sku: replace(product, price=shelf[sku].price, offer=shelf[sku].offer, limit=shelf[sku].limit)
            for sku, product in self.read_from.get(listed).items()
        }
        return {**shelf, **read}

    def left(self, sku: str) -> int | None:
        """Pieces left of this SKU; None where stock is not counted."""
        return self.store.stock([sku]).get(sku)

    def in_stock(self, products: Iterable[Product]) -> tuple[Product, ...]:
        """Those of these products that are not sold out, in this order."""
        products = tuple(products)
        stock = self.store.stock(product.sku for product in products)
        return tuple(product for product in products if stock.get(product.sku) != 0)


def change_shopper(
    shop: Shop, change: Callable[[Shopper], Shopper], *, about: Shopper | None = None, step: str = ""
) -> Shopper:
    """Apply `change` to what is kept about the shopper (`about`: as read last) and save it; what is kept.
    A repeated request changes nothing, nor does a change that changes nothing; what moved meanwhile is read
    and changed again. A second change in one turn needs a `step` of its own.
    Raises CartChanged when it keeps moving, and whatever `change` raises."""
    about = about or shop.about
    request_id = shop.request_id + step
    for _ in range(_CART_TRIES):
        if request_id in about.seen or (changed := change(about)) == about:
            return about
        saved = shop.store.save_shopper(changed, shopper=shop.shopper, request_id=request_id)
        if saved is not None:
            return saved
        about = shop.store.visit(shop.shopper).shopper
    raise CartChanged()


def change_cart(shop: Shop, change: Callable[[Cart], Cart]) -> Cart:
    """Apply `change` to the cart and save it; the saved cart. A repeated request changes nothing; what moved
    meanwhile is changed again. Raises CartChanged when it keeps moving, and whatever `change` raises."""
    cart = shop.cart
    for _ in range(_CART_TRIES):
        if shop.request_id in cart.seen:
            return cart
        changed = signed(cart, change(cart), by=shop.speaker)
        saved = shop.store.save_cart(changed, shopper=shop.shopper, request_id=shop.request_id)
        if saved is not None:
            shop.saved.append(saved)
            return saved
        cart = shop.store.visit(shop.shopper).cart or Cart(cid=shop.new_id())
    raise CartChanged()
