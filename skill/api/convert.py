"""Products and money between JSON and the shop's own values."""

from __future__ import annotations

from skill.api.forms import MeasureForm, MoneyForm, OfferForm, ProductForm
from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product


def money_of(form: MoneyForm) -> Money:
    """The amount a form names."""
    return Money(form.amount, form.currency)


def money_form(money: Money) -> MoneyForm:
    """An amount as JSON. What is kept may be larger than what may be sent."""
    return MoneyForm.model_construct(amount=money.minor, currency=money.currency)


def offer_of(form: OfferForm | None) -> Offer | None:
    """The offer a form names, if any."""
    return Offer(money_of(form.price), form.starts, form.ends) if form else None


def product_of(form: ProductForm, *, left: int | None) -> Product:
    """The product a form describes, with `left` pieces as its stock."""
    return Product(
        sku=form.sku,
        title=form.title,
        price=money_of(form.price),
        names=form.names,
        also=tuple(form.also),
        brand=form.brand,
        category=tuple(form.category),
        categories={language: tuple(path) for language, path in form.categories.items()},
        description=form.description,
        offer=offer_of(form.offer),
        group=form.group,
        colour=form.colour,
        size=form.size,
        measure=Measure(form.measure.milli, form.measure.unit) if form.measure else None,
        multipack=form.multipack,
        limit=form.limit,
        diet=tuple(form.diet),
        contains=None if form.contains is None else tuple(form.contains),
        goes_with=tuple(form.goes_with),
        popularity=form.popularity,
        rating=form.rating,
        reviews=form.reviews,
        stock=left,
    )


def product_form(product: Product) -> ProductForm:
    """A product as JSON, its stock as what is left. Unchecked: what an import took in is told as it is."""
    offer, measure = product.offer, product.measure
    return ProductForm.model_construct(
        sku=product.sku,
        title=product.title,
        price=money_form(product.price),
        names=dict(product.names),
        also=list(product.also),
        brand=product.brand,
        category=list(product.category),
        categories={language: list(path) for language, path in product.categories.items()},
        description=product.description,
        offer=OfferForm.model_construct(price=money_form(offer.price), starts=offer.starts, ends=offer.ends)
        if offer
        else None,
        group=product.group,
        colour=product.colour,
        size=product.size,
        measure=MeasureForm.model_construct(milli=measure.milli, unit=measure.unit) if measure else None,
        multipack=product.multipack,
        limit=product.limit,
        diet=list(product.diet),
        contains=None if product.contains is None else list(product.contains),
        goes_with=list(product.goes_with),
        popularity=product.popularity,
        rating=product.rating,
        reviews=product.reviews,
        left=product.stock,
    )
