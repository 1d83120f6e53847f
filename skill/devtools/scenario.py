"""A described world: products, shoppers, carts, orders and facts in one JSON file, put into a store."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from skill.catalogue.language import is_searched
from skill.commerce.cart import Cart, Line
from skill.commerce.merchant import Case, Shopper
from skill.commerce.money import Money
from skill.commerce.order import Order, spoken_number
from skill.commerce.product import Measure, Offer, Product
from skill.commerce.totals import quote
from skill.errors import BadInput
from skill.merchants.publish import publish_products
from skill.merchants.shop_file import Minor, ShopFile, first_problem
from skill.shop import Stocking

Names = dict[str, str]
Quantity = Annotated[int, Field(ge=1, le=99)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ScenarioOffer(_Strict):
    """A lower price in minor units, until `ends` (open when absent)."""

    price: Minor
    starts: AwareDatetime | None = None
    ends: AwareDatetime | None = None


class ScenarioMeasure(_Strict):
    """How much one piece holds, in thousandths of a unit: 12 oz is 12000 oz."""

    milli: Annotated[int, Field(gt=0)]
    unit: str


class ScenarioProduct(_Strict):
    """One product. `names` by locale or language ("en", "de-DE"); `price` in minor units of the shop's
    currency; `stock` null when it is not counted; `limit` pieces per order; `goes_with` SKUs."""

    sku: Annotated[str, Field(min_length=1, max_length=50)]
    names: Annotated[Names, Field(min_length=1)]
    brand: str = ""
    category: str | list[str] = ""
    price: Minor
    stock: Minor | None = None
    limit: Annotated[int, Field(ge=1)] | None = None
    offer: ScenarioOffer | None = None
    goes_with: list[str] = []
    description: str = ""
    group: str = ""
    colour: str = ""
    size: str = ""
    measure: ScenarioMeasure | None = None
    multipack: Annotated[int, Field(ge=1)] = 1
    diet: list[str] = []
    contains: list[str] | None = None
    popularity: Annotated[int, Field(ge=0)] = 0


class ScenarioLine(_Strict):
    """`price` of one piece in minor units; the product's own when absent."""

    sku: str
    quantity: Quantity = 1
    price: Minor | None = None


class ScenarioOrder(_Strict):
    """A past order. `number` is what is said aloud (five digits)."""

    number: Annotated[str, Field(pattern=r"^\d{5}$")] | None = None
    placed_at: AwareDatetime
    status: Literal[
        "placed",
        "accepted",
        "preparing",
        "ready_for_pickup",
        "shipped",
        "out_for_delivery",
        "delivered",
        "failed",
        "cancelled",
        "refunded",
    ] = "delivered"
    expected: date | None = None
    lines: Annotated[list[ScenarioLine], Field(min_length=1)]


class ScenarioShopper(_Strict):
    """A shopper by Alexa user id. `linked`: whether the account is linked. `members`: first names in the
    household by Alexa person id."""

    user: Annotated[str, Field(min_length=1)]
    linked: bool = True
    members: dict[str, str] = {}
    cart: list[ScenarioLine] = []
    orders: list[ScenarioOrder] = []


class Scenario(_Strict):
    """A described world. Loading replaces the shop's catalogue and facts, and everything kept about the
    shoppers named."""

    shop: ShopFile = ShopFile(name="Corner Store")
    products: Annotated[list[ScenarioProduct], Field(min_length=1)]
    shoppers: list[ScenarioShopper] = []

    @model_validator(mode="after")
    def _known_skus(self) -> Scenario:
        skus = [product.sku for product in self.products]
        if twice := {sku for sku in skus if skus.count(sku) > 1}:
            raise ValueError(f"products: sku {sorted(twice)[0]!r} stands twice")
        known = set(skus)
        for shopper in self.shoppers:
            carted = [line.sku for line in shopper.cart]
            if len(set(carted)) < len(carted):
                raise ValueError(f"shopper {shopper.user!r}: cart names a sku twice; give it one quantity")
            for line in shopper.cart:
                if line.sku not in known:
                    raise ValueError(f"shopper {shopper.user!r}: cart names the unknown sku {line.sku!r}")
            for order in shopper.orders:
                for line in order.lines:
                    if line.sku not in known and line.price is None:
                        raise ValueError(
                            f"shopper {shopper.user!r}: an order names {line.sku!r}, which is no product; "
                            "give the line a price to keep it as a product no longer sold"
                        )
        return self


def read_scenario(path: Path) -> Scenario:
    """Raises BadInput naming file, place and remedy."""
    try:
        return Scenario.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from error
    except ValueError as error:
        if isinstance(error, ValidationError):
            raise BadInput(f"{path}: {first_problem(error)}") from error
        raise BadInput(f"{path}: is not JSON: {error}") from error


def load_scenario(scenario: Scenario, *, store: Stocking, folder: Path, now: datetime, key: Any) -> None:
    """Put the world into `store`, catalogue under `folder`; `key` turns a user id into a shopper's key."""
    facts = scenario.shop.facts()
    products = {entry.sku: _product(entry, facts.terms.currency) for entry in scenario.products}
    named = dict.fromkeys(locale[:2] for product in products.values() for locale in product.names)
    publish_products(
        products.values(),
        facts=facts,
        store=store,
        folder=folder,
        now=now,
        others=[language for language in named if language != facts.locale[:2] and is_searched(language)],
        heard=scenario.shop.heard_as,
    )
    for place, entry in enumerate(scenario.shoppers):
        shopper = key(entry.user)
        store.forget(shopper)
        store.put_shopper(shopper, about=Shopper(linked=entry.linked, members=entry.members))

        def line(raw: ScenarioLine) -> Line:
            product = products.get(raw.sku)
            price = Money(raw.price, facts.terms.currency) if raw.price is not None else None
            if product is None:
                assert price is not None
                return Line(sku=raw.sku, quantity=raw.quantity, name=raw.sku, price=price)
            name = product.name(facts.locale)
            return Line(sku=raw.sku, quantity=raw.quantity, name=name, price=price or product.price_at(now))

        if entry.cart:
            cart = Cart(cid=f"scenario-{place}-cart", lines=tuple(map(line, entry.cart)))
            store.save_cart(cart, shopper=shopper, request_id="scenario")
        for count, past in enumerate(sorted(entry.orders, key=lambda order: order.placed_at)):
            lines = tuple(map(line, past.lines))
            placed = past.placed_at.astimezone(UTC)
            history: tuple[tuple[str, datetime], ...] = (("placed", placed),)
            if past.status != "placed":
                arrived = past.status == "delivered" and past.expected
                since = (
                    datetime.combine(past.expected, time(12), UTC) if arrived and past.expected else placed
                )
                history += ((past.status, since),)
            store.put_order(
                Order(
                    id=f"{int(placed.timestamp() * 1000):012x}-{place}-{count}",
                    number=past.number or spoken_number(90_000 + 100 * place + count),
                    shopper=shopper,
                    status=past.status,
                    placed_at=placed,
                    lines=lines,
                    totals=quote(
                        lines,
                        terms=facts.terms,
                        category_of=lambda sku: (
                            products[sku].category[0] if sku in products and products[sku].category else ""
                        ),
                    ),
                    expected=past.expected,
                    history=history,
                )
            )


def state(store: Stocking, shopper: str) -> dict[str, Any]:
    """What is kept about a shopper, for tests and people: cart, orders, requests for a person."""
    visit = store.visit(shopper)
    return {
        "cart": {line.sku: line.quantity for line in visit.cart.lines} if visit.cart else {},
        "orders": [
            {
                "number": order.number,
                "status": order.status,
                "placed_at": order.placed_at.isoformat(),
                "total": order.totals.total.minor,
                "currency": order.totals.total.currency,
                "lines": {line.sku: line.quantity for line in order.lines},
            }
            for order in store.orders(shopper, limit=100)
        ],
        "requests": [_case(case) for case in store.cases(shopper)],
    }


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file."""
    return Scenario.model_json_schema()


def _case(case: Case) -> dict[str, str]:
    return {
        "reference": case.reference,
        "about": case.about,
        "status": case.status,
        "opened_at": case.opened_at.isoformat(),
    }


def _product(entry: ScenarioProduct, currency: str) -> Product:
    category = [entry.category] if isinstance(entry.category, str) else entry.category
    parts = tuple(part.strip() for text in category for part in text.split(">") if part.strip())
    offer = entry.offer
    return Product(
        sku=entry.sku,
        title=next(iter(entry.names.values())),
        names=entry.names,
        price=Money(entry.price, currency),
        brand=entry.brand,
        category=parts,
        description=entry.description,
        offer=Offer(Money(offer.price, currency), offer.starts, offer.ends) if offer else None,
        group=entry.group,
        colour=entry.colour,
        size=entry.size,
        measure=Measure(entry.measure.milli, entry.measure.unit) if entry.measure else None,
        multipack=entry.multipack,
        limit=entry.limit,
        diet=tuple(entry.diet),
        contains=None if entry.contains is None else tuple(entry.contains),
        goes_with=tuple(entry.goes_with),
        popularity=entry.popularity,
        stock=entry.stock,
    )
