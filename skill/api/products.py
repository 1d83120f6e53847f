"""Products, their prices and their stock: read, put, taken out. What is changed is live in the next turn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from pydantic import TypeAdapter, ValidationError

from skill.api import catalogue
from skill.api.convert import money_of, offer_of, product_form, product_of
from skill.api.forms import (
    MoneyForm,
    PriceForm,
    PricesForm,
    ProductForm,
    ProductPage,
    ProductsForm,
    ProductsQuery,
    Put,
    RowForm,
    RowsForm,
    Sku,
    StocksForm,
    each_once,
)
from skill.api.problem import Refused, unreadable
from skill.api.route import Answer, Call, Route
from skill.app import App
from skill.commerce.product import Product
from skill.selling import StockChange

_REMEDIES = {
    "unknown": "No product has this SKU: put it first, with PUT /products/{sku}.",
    "uncounted": 'Its stock is not counted: set it with "left" first.',
    "short": 'There are fewer pieces than that: see "left".',
}
_sku = TypeAdapter(Sku)
_EXAMPLE = {
    "sku": "tea-mint-20",
    "title": "Mint tea, 20 bags",
    "names": {"en": "mint tea, 20 bags"},
    "category": ["Pantry", "Tea"],
    "price": {"amount": 349, "currency": "USD"},
    "left": 12,
}


def _list(call: Call) -> Answer:
    asked: ProductsQuery = call.query
    page = catalogue.listed(call.app, after=asked.after, limit=asked.limit)
    after = page[-1].sku if len(page) == asked.limit else None
    return Answer(200, ProductPage(products=[product_form(product) for product in page], next=after))


def _read(call: Call) -> Answer:
    return Answer(200, product_form(_known(call)))


def _known(call: Call) -> Product:
    sku = call.path["sku"]
    found = catalogue.products(call.app, [sku]).get(sku)
    if found is None:
        raise Refused("not_found", what=f"No product has the SKU {sku}.", place="sku")
    return found


def _put(call: Call) -> Answer:
    form: ProductForm = call.body
    try:
        sku = _sku.validate_python(call.path["sku"])
    except ValidationError as error:
        raise unreadable(error) from error
    if form.sku != sku:
        raise Refused("not_valid", place="sku", what=f"The address says {sku}, the body {form.sku}.")
    put = _upsert(call.app, [form], place="")
    return Answer(201 if put.new else 200, product_form(_known(call)))


def _delete(call: Call) -> Answer:
    def decide() -> catalogue.Change:
        return catalogue.Change(gone=(_known(call).sku,), stock={})

    catalogue.change_catalogue(call.app, decide)
    return Answer(204)


def _put_many(call: Call) -> Answer:
    return Answer(200, _upsert(call.app, call.body.root, place="{row}."))


def _upsert(app: App, forms: list[ProductForm], *, place: str) -> Put:
    """Put products, all or none; `place` is how a row of the body is named."""
    _once([form.sku for form in forms])
    currency = catalogue.known_facts(app).terms.currency
    for row, form in enumerate(forms):
        _in_currency(form.price, currency, place=f"{place.format(row=row)}price")
        if form.offer:
            _in_currency(form.offer.price, currency, place=f"{place.format(row=row)}offer.price")
    known: dict[str, Product] = {}

    def decide() -> catalogue.Change:
        known.update(catalogue.products(app, [form.sku for form in forms]))
        stock: dict[str, int | None] = {}
        put = []
        for form in forms:
            before = known.get(form.sku)
            product = product_of(form, left=before.stock if before else None)
            if before is None or "left" in form.model_fields_set:
                stock[form.sku] = form.left
                product = replace(product, stock=form.left)
            if product != before:
                put.append(product)
        return catalogue.Change(put=tuple(put), stock=stock)

    catalogue.change_catalogue(app, decide)
    return Put(new=len(forms) - len(known), changed=len(known))


def _patch_stock(call: Call) -> Answer:
    forms = call.body.root
    _once([form.sku for form in forms])
    if any(form.change for form in forms) and not call.once:
        raise Refused("key_needed", place="Idempotency-Key")
    changes = [StockChange(form.sku, left=form.left, by=form.change or 0) for form in forms]
    # One word of one merchant's is not another's.
    once = sha256(f"{call.key.id}\n{call.once}".encode()).hexdigest() if call.key and call.once else ""
    sold = catalogue.products(call.app, [change.sku for change in changes])
    changed = call.app.store.change_stock([c for c in changes if c.sku in sold], once=once)
    if changed is None:
        raise Refused("key_used", place="Idempotency-Key")
    done = {one.sku: one for one in changed}
    rows = []
    for change in changes:
        one = done.get(change.sku)
        refused = one.refused if one else "unknown"
        rows.append(_row(change.sku, refused, left=one.left if one else None))
    return _rows(rows)


def _patch_prices(call: Call) -> Answer:
    forms: list[PriceForm] = call.body.root
    _once([form.sku for form in forms])
    currency = catalogue.known_facts(call.app).terms.currency
    for row, form in enumerate(forms):
        if form.price:
            _in_currency(form.price, currency, place=f"{row}.price")
        if form.offer:
            _in_currency(form.offer.price, currency, place=f"{row}.offer.price")
    known: dict[str, Product] = {}

    def decide() -> catalogue.Change:
        known.update(catalogue.products(call.app, [form.sku for form in forms]))
        priced = ((known[form.sku], form) for form in forms if form.sku in known)
        put = ((product, _priced(product, form)) for product, form in priced)
        return catalogue.Change(put=tuple(after for before, after in put if after != before), stock={})

    catalogue.change_catalogue(call.app, decide)
    return _rows([_row(form.sku, "" if form.sku in known else "unknown") for form in forms])


def _priced(product: Product, form: PriceForm) -> Product:
    price = money_of(form.price) if form.price else product.price
    offer = offer_of(form.offer) if "offer" in form.model_fields_set else product.offer
    return replace(product, price=price, offer=offer)


def _rows(rows: list[RowForm]) -> Answer:
    done = sum(row.done for row in rows)
    return Answer(200 if done == len(rows) else 207, RowsForm(done=done, refused=len(rows) - done, rows=rows))


def _row(sku: str, refused: str, *, left: int | None = None) -> RowForm:
    return RowForm(sku=sku, done=not refused, problem=refused, remedy=_REMEDIES.get(refused, ""), left=left)


def _once(skus: Iterable[str]) -> None:
    skus = list(skus)
    twice = each_once(skus)
    if twice is not None:
        raise Refused("not_valid", place=f"{twice}.sku", what=f"{skus[twice]} stands in an earlier row.")


def _in_currency(money: MoneyForm, currency: str, *, place: str) -> None:
    if money.currency != currency:
        what = f"It is in {money.currency}; the shop sells in {currency}."
        raise Refused("not_valid", place=f"{place}.currency", what=what)


ROUTES = (
    Route(
        method="GET",
        path="/products",
        name="listProducts",
        summary="The products of the live catalogue, in the order of their SKUs",
        scope="read",
        handle=_list,
        query=ProductsQuery,
        answers={200: ProductPage},
    ),
    Route(
        method="POST",
        path="/products",
        name="putProducts",
        summary="Put up to 1,000 products, all or none",
        scope="write",
        handle=_put_many,
        body=ProductsForm,
        example=[_EXAMPLE],
        answers={200: Put},
        problems=("no_shop",),
    ),
    Route(
        method="GET",
        path="/products/{sku}",
        slashes=True,
        name="getProduct",
        summary="One product",
        scope="read",
        handle=_read,
        answers={200: ProductForm},
        problems=("not_found",),
    ),
    Route(
        method="PUT",
        path="/products/{sku}",
        slashes=True,
        name="putProduct",
        summary="Put a product in, or in place of the one with this SKU",
        scope="write",
        handle=_put,
        body=ProductForm,
        example=_EXAMPLE,
        answers={200: ProductForm, 201: ProductForm},
        problems=("not_found", "no_shop"),
    ),
    Route(
        method="DELETE",
        path="/products/{sku}",
        slashes=True,
        name="deleteProduct",
        summary="Take a product out",
        scope="write",
        handle=_delete,
        answers={204: None},
        problems=("not_found", "no_shop", "last_product"),
    ),
    Route(
        method="PATCH",
        path="/stock",
        name="changeStock",
        summary="Set or move the stock of up to 1,000 products; what cannot be is told row by row",
        scope="write",
        handle=_patch_stock,
        body=StocksForm,
        example=[{"sku": "tea-mint-20", "left": 12}],
        once=True,
        answers={200: RowsForm, 207: RowsForm},
        problems=("key_needed", "key_used"),
    ),
    Route(
        method="PATCH",
        path="/prices",
        name="changePrices",
        summary="Set prices and offers of up to 1,000 products; what cannot be is told row by row",
        scope="write",
        handle=_patch_prices,
        body=PricesForm,
        example=[{"sku": "tea-mint-20", "price": {"amount": 399, "currency": "USD"}}],
        answers={200: RowsForm, 207: RowsForm},
        problems=("no_shop",),
    ),
)
