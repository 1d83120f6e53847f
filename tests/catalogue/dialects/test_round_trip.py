"""What is written in a dialect is read back as it was, as far as the dialect can say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skill.commerce.product import Product
from tests.catalogue.dialects import writers
from tests.catalogue.dialects.goods import by_days, catalogues, grouped, only, undated, whole
from tests.catalogue.dialects.reading import feed_of, products_of

OURS = ("names", "also", "diet", "contains", "goes_with", "popularity", "limit", "rating", "reviews")
SHOWN = ("brand", "category", "description", "group", "colour", "size")
ALL = (*OURS, *SHOWN, "offer", "measure", "multipack", "stock")
CONTEXTS = ["https://schema.org/", "http://schema.org/", ""]
Write = Callable[[list[Product]], bytes]


# Some twenty forms are tried, each with so many catalogues.
roomy = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("write", "form"),
    [
        (writers.write_google, "tsv"),
        (lambda products: writers.write_google(products, dialect="excel"), "csv"),
        (writers.write_google_xml, "xml"),
        (lambda products: writers.write_google_xml(products, atom=True), "xml"),
    ],
    ids=["tsv", "csv", "rss", "atom"],
)
@roomy
@given(products=catalogues())
def test_google_carries_everything(write: Write, form: str, products: list[Product]) -> None:
    feed = feed_of(write(products))
    assert (feed.dialect, feed.form) == ("google", form)
    assert list(feed.items) == products


@pytest.mark.parametrize("dialect", ["excel", "excel-tab"])
@roomy
@given(products=catalogues())
def test_meta_carries_everything(dialect: str, products: list[Product]) -> None:
    feed = feed_of(writers.write_meta(products, dialect=dialect))
    assert feed.dialect == "meta"
    assert list(feed.items) == products


@pytest.mark.parametrize(
    ("write", "form"),
    [
        (writers.write_openai, "csv"),
        (lambda products: writers.as_json(writers.openai_things(products)), "json"),
        (lambda products: writers.as_json({"products": writers.openai_things(products)}), "json"),
        (lambda products: writers.as_lines(writers.openai_things(products)), "jsonl"),
    ],
    ids=["csv", "json", "envelope", "jsonl"],
)
@roomy
@given(products=catalogues().filter(bool))
def test_openai_carries_everything(write: Write, form: str, products: list[Product]) -> None:
    content = write(products)
    feed = feed_of(content)
    # One object a line is told by the second.
    assert (feed.dialect, feed.form) in {("openai", form), ("openai", "json")}
    assert list(feed.items) == products


@pytest.mark.parametrize("lines", [False, True])
@roomy
@given(products=catalogues().filter(bool))
def test_acp_carries_what_its_schema_has(lines: bool, products: list[Product]) -> None:
    kept = [
        replace(
            undated(only(product, {*SHOWN, "offer", "measure"} - {"brand"})),
            stock=0 if product.stock == 0 else None,
        )
        for product in grouped(products)
    ]
    things = writers.acp_things(kept)
    content = writers.as_lines(things) if lines else writers.as_json({"products": things})
    feed = feed_of(content)
    assert feed.dialect == "acp"
    assert list(feed.items) == kept


@pytest.mark.parametrize("columns", [writers.SHOPIFY_OLD, writers.SHOPIFY_NEW], ids=["old", "new"])
@roomy
@given(products=catalogues("EUR"))
def test_shopify_carries_all_but_sale_dates(columns: dict[str, str], products: list[Product]) -> None:
    kept = [
        undated(only(product, {*ALL} - {"multipack"}))
        for product in whole(grouped(products), ("title", "brand", "category", "description", "contains"))
    ]
    # All variants have the options of the first.
    first = {product.group: product for product in reversed(kept) if product.group}
    kept = [
        replace(
            product,
            colour=product.colour if first.get(product.group, product).colour else "",
            size=product.size if first.get(product.group, product).size else "",
        )
        for product in kept
    ]
    # What a first row says of ours holds for the variants below it as well.
    kept = [
        replace(
            product,
            title=", ".join(filter(None, (product.title, product.colour, product.size))),
            names={"en": "said", "de": "gesagt"},
            also=("other",),
            diet=("vegan",),
            contains=product.contains or ("oats",),
            goes_with=("tea",),
            limit=product.limit or 7,
        )
        for product in kept
    ]
    feed = feed_of(writers.write_shopify(kept, columns=columns), currency="EUR")
    assert (feed.dialect, feed.languages) == ("shopify", ("de",))
    assert list(feed.items) == kept


@pytest.mark.parametrize("parents_last", [False, True])
@roomy
@given(products=catalogues("EUR"))
def test_woocommerce_carries_all_but_measures(parents_last: bool, products: list[Product]) -> None:
    kept = [by_days(only(product, {*ALL} - {"measure", "multipack"})) for product in products]
    content = writers.write_woocommerce(kept, parents_last=parents_last)
    found = products_of(content, currency="EUR")
    assert sorted(found, key=lambda product: product.sku) == sorted(kept, key=lambda product: product.sku)


@roomy
@given(products=catalogues("USD"))
def test_magento_carries_all_but_measures(products: list[Product]) -> None:
    kept = [only(product, {*ALL} - {"measure", "multipack"}) for product in products]
    kept = [replace(by_days(product), description=product.description or "told") for product in kept]
    assert products_of(writers.write_magento(kept), currency="USD") == kept


@pytest.mark.parametrize("form", ["json", "jsonl", "html", "graph", "list"])
@roomy
@given(
    products=catalogues().filter(bool),
    context=st.sampled_from(["https://schema.org/", "http://schema.org/", ""]),
)
def test_jsonld_carries_what_schema_org_has(form: str, context: str, products: list[Product]) -> None:
    fields = (*SHOWN, "offer", "measure", "rating", "reviews", "stock")
    kept = [undated(only(product, fields)) for product in products]
    things = writers.jsonld_things(kept, context=context)
    content = {
        "json": lambda: writers.as_json(things),
        "jsonl": lambda: writers.as_lines(things),
        "html": lambda: writers.page(things),
        "graph": lambda: writers.as_json({"@context": "https://schema.org", "@graph": things}),
        "list": lambda: writers.as_json(
            {
                "@type": "ItemList",
                "itemListElement": [{"@type": "ListItem", "item": thing} for thing in things],
            }
        ),
    }[form]()
    feed = feed_of(content)
    assert feed.dialect == "jsonld"
    assert list(feed.items) == kept
