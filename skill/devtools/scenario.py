"""A described world: products, shoppers, carts, orders and facts in one JSON file, put into a store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from skill.catalogue.language import is_searched
from skill.commerce.cart import Cart, Line
from skill.commerce.contact import Contact
from skill.commerce.merchant import Case, Member, Shopper
from skill.commerce.money import Money
from skill.commerce.order import Order, spoken_number
from skill.commerce.payment import CARD, Payment, charged, with_movement
from skill.commerce.product import Measure, Offer, Product
from skill.commerce.totals import quote
from skill.commerce.trust import sealed
from skill.devtools.described import (
    Scenario,
    ScenarioLine,
    ScenarioOrder,
    ScenarioProduct,
    ScenarioShopper,
)
from skill.errors import BadInput
from skill.manual import SCENARIO
from skill.merchants import together
from skill.merchants.problems import first_problem
from skill.merchants.publish import Place, Wanted, publish
from skill.shop import NOBODY, Stocking


def read_scenario(path: Path) -> Scenario:
    """Raises BadInput naming file, place and remedy."""
    try:
        return Scenario.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read: {error}", topic=SCENARIO) from error
    except ValueError as error:
        if isinstance(error, ValidationError):
            raise BadInput(f"{path}: {first_problem(error)}", topic=SCENARIO) from error
        raise BadInput(f"{path}: is not JSON: {error}", topic=SCENARIO) from error


def load_scenario(scenario: Scenario, *, store: Stocking, folder: Path, now: datetime, key: Any) -> None:
    """Put the world into `store`, catalogue under `folder`; `key` turns a user id into a shopper's key."""
    facts = scenario.shop.facts()
    products = {entry.sku: _product(entry, facts.terms.currency) for entry in scenario.products}
    named = dict.fromkeys(locale[:2] for product in products.values() for locale in product.names)
    publish(
        enumerate(products.values(), start=1),
        place=Place(store=store, folder=folder, clock=lambda: now),
        wanted=Wanted(
            facts=facts,
            languages=[language for language in named if is_searched(language)],
            heard=scenario.shop.heard_as,
            yes=True,
        ),
    )
    # A world is described whole, what was sold out of it before included.
    store.publish(
        store.visit(NOBODY).facts, stock={product.sku: product.stock for product in products.values()}
    )
    for place, entry in enumerate(scenario.shoppers):
        keep_shopper(entry, place=place, products=products, store=store, now=now, key=key)
    if len(scenario.shoppers) >= facts.recommend.together:
        # As a shop that has run for a day has counted what is bought together.
        together.count(store, now=now, floor=facts.recommend.together)


def keep_shopper(
    entry: ScenarioShopper,
    *,
    products: Mapping[str, Product],
    store: Stocking,
    now: datetime,
    key: Any,
    place: int = 0,
    linked: bool | None = True,
) -> None:
    """Keep a shopper as described, in place of what was kept of them. `products` are those of the shop, by
    SKU; `place` tells the shoppers of a world apart; `linked`: of one of whom it is not said."""
    facts, shopper = store.visit(NOBODY).facts, key(entry.user)
    store.forget(shopper)
    about = _about(entry, key=key, now=now)
    if "linked" not in entry.model_fields_set:
        about = replace(about, linked=linked)
    store.put_shopper(shopper, about=about)

    def line(raw: ScenarioLine) -> Line:
        product = products.get(raw.sku)
        price = Money(raw.price, facts.terms.currency) if raw.price is not None else None
        by = key(raw.by) if raw.by else None
        if product is None:
            assert price is not None
            return Line(sku=raw.sku, quantity=raw.quantity, name=raw.sku, price=price, by=by)
        name = product.name(facts.locale)
        price = price or product.price_at(now)
        return Line(sku=raw.sku, quantity=raw.quantity, name=name, price=price, by=by)

    if entry.cart or entry.saved or entry.coupon or entry.pickup:
        cart = Cart(
            cid=f"scenario-{place}-cart",
            lines=tuple(map(line, entry.cart)),
            saved=tuple(map(line, entry.saved)),
            coupon=entry.coupon,
            pickup=entry.pickup,
        )
        store.save_cart(cart, shopper=shopper, request_id="scenario")
    for count, past in enumerate(sorted(entry.orders, key=lambda order: order.placed_at)):
        lines = tuple(map(line, past.lines))
        placed = past.placed_at.astimezone(UTC)
        first = "pending" if past.status == "pending" else "placed"
        history: tuple[tuple[str, datetime], ...] = ((first, placed),)
        if past.status != first:
            arrived = past.status == "delivered" and past.expected
            since = datetime.combine(past.expected, time(12), UTC) if arrived and past.expected else placed
            history += ((past.status, since),)
        id = f"{int(placed.timestamp() * 1000):012x}-{place}-{count}"
        totals = quote(
            lines,
            terms=facts.terms,
            category_of=lambda sku: (
                products[sku].category[0] if sku in products and products[sku].category else ""
            ),
            coupon=facts.coupon(past.coupon),
            pickup=bool(past.pickup),
        )
        store.put_order(
            Order(
                id=id,
                number=past.number or spoken_number(90_000 + 100 * place + count),
                shopper=shopper,
                status=past.status,
                placed_at=placed,
                lines=lines,
                totals=totals,
                payment=_payment(id, past, entry, totals.total.minor),
                coupon=past.coupon,
                pickup=past.pickup,
                ready_at=past.ready_at and past.ready_at.astimezone(UTC),
                expected=past.expected,
                by=key(past.by) if past.by else None,
                history=history,
            )
        )


def _payment(id: str, past: ScenarioOrder, entry: ScenarioShopper, minor: int) -> Payment:
    """What waits for its payment was declined once; all else is billed."""
    if past.status != "pending":
        return Payment()
    payment = charged(id, minor, customer=entry.card)
    first = payment.movements[0]
    return with_movement(payment, replace(first, state="declined", reason="declined"))


def state(store: Stocking, shopper: str) -> dict[str, Any]:
    """What is kept about a shopper, for tests and people: cart, orders, requests for a person."""
    visit = store.visit(shopper)
    return {
        "cart": {line.sku: line.quantity for line in visit.cart.lines} if visit.cart else {},
        **(_way(visit.cart) if visit.cart else {}),
        **({"saved": _saved(visit.cart)} if visit.cart and visit.cart.saved else {}),
        "orders": [
            {
                "number": order.number,
                "status": order.status,
                "placed_at": order.placed_at.isoformat(),
                "total": order.totals.total.minor,
                "currency": order.totals.total.currency,
                "lines": {line.sku: line.quantity for line in order.lines},
                **({"paid": order.payment.collected} if order.payment.method == CARD else {}),
                **_way(order),
            }
            for order in store.orders(shopper, limit=100)
        ],
        "requests": [_case(case) for case in store.cases(shopper)],
    }


def _about(entry: ScenarioShopper, *, key: Any, now: datetime) -> Shopper:
    members = {
        key(person): Member(name=member) if isinstance(member, str) else Member(**member.model_dump())
        for person, member in entry.members.items()
    }
    # The same world gives the same document, so the salt is made of what it says.
    code = sealed(entry.voice_code, salt=key(f"{entry.user}-salt")) if entry.voice_code else ""
    contact = Contact(customer=entry.card, source="account", at=now) if entry.card else None
    return Shopper(
        linked=entry.linked, members=members, code=code, code_misses=entry.code_misses, contact=contact
    )


def _way(kept: Cart | Order) -> dict[str, str]:
    """Coupon and store, where there are any."""
    told = {"coupon": kept.coupon, "pickup": kept.pickup}
    return {name: value for name, value in told.items() if value}


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file."""
    return Scenario.model_json_schema()


def _saved(cart: Cart) -> dict[str, int]:
    return {line.sku: line.quantity for line in cart.saved}


def _case(case: Case) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "kind": case.kind,
        "about": case.about,
        "status": case.status,
        "opened_at": case.opened_at.isoformat(),
        **({"order": case.order} if case.order else {}),
        **({"due": case.due.isoformat()} if case.due else {}),
        **({"stars": case.stars} if case.stars else {}),
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
