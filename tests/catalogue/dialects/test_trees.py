"""What is peculiar to XML, ACP and schema.org."""

from __future__ import annotations

import json
from typing import Any

import pytest

from skill.catalogue.problem import Problem
from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product
from tests.catalogue.dialects.reading import codes, feed_of, products_of, read

SPACE = 'xmlns:g="http://base.google.com/ns/1.0"'


def rss(*items: str, space: str = SPACE) -> str:
    told = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0"?><rss version="2.0" {space}><channel><title>Shop</title>{told}</channel></rss>'
    )


GOOD = "<g:id>a</g:id><g:title>A</g:title><g:price>1 USD</g:price>"


def test_googles_elements_go_before_those_of_rss_and_parts_of_others_are_not_taken_for_them() -> None:
    item = "<title>Page</title><g:shipping><g:price>9 USD</g:price></g:shipping><link>x</link><link>y</link>"
    (product,) = read(rss(item + GOOD))
    assert product == Product(sku="a", title="A", price=Money(100, "USD"))


@pytest.mark.parametrize("space", [SPACE, "", 'xmlns:g="urn:other"'])
def test_a_prefix_nobody_explained_is_understood(space: str) -> None:
    assert len(products_of(rss(GOOD, space=space))) == 1


def test_a_second_price_is_a_doubt() -> None:
    assert codes(rss(GOOD + "<g:price>2 USD</g:price>")) == [(1, "price", "several_values")]


@pytest.mark.parametrize(
    "broken", ["<g:id>b</g:id><g:title>M & M</g:title>", "<g:id>b", "&nbsp;", "<g:title>x</b>", "&#0;"]
)
def test_a_broken_item_takes_no_others_along(broken: str) -> None:
    first, problem, last = read(rss(GOOD, broken, GOOD))
    assert isinstance(problem, Problem)
    assert (problem.row, problem.code) == (2, "item_unreadable")
    assert isinstance(first, Product)
    assert isinstance(last, Product)


def test_what_looks_like_an_end_inside_cdata_is_none() -> None:
    item = "<g:id>a</g:id><title><![CDATA[A </item> <b>x</b>]]></title><g:price>1 USD</g:price>"
    (product,) = products_of(rss(item))
    assert product.title == "A x"


@pytest.mark.parametrize("opening", ["<![CDATA[", "<!-- "])
def test_a_section_that_never_closes_takes_no_others_along(opening: str) -> None:
    broken = f"<g:id>b</g:id><title>{opening}B</title>"
    items = read(rss(GOOD, broken, *[GOOD + "<g:description>" + "x" * 500 + "</g:description>"] * 3000))
    assert [(item.row, item.code) for item in items if isinstance(item, Problem)] == [(2, "item_unreadable")]
    assert len(items) == 3002


def test_entities_of_the_files_own_are_refused() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    assert codes(bomb + rss(GOOD)) == [(0, "file", "internal_subset")]


def test_nothing_is_fetched_that_a_feed_points_to(tmp_path: Any) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", "utf-8")
    content = f'<!DOCTYPE rss SYSTEM "{secret.as_uri()}">' + rss(GOOD.replace(">A<", ">&x;<"))
    assert codes(content) == [(1, "item", "item_unreadable")]


def variant(**changed: Any) -> dict[str, Any]:
    return {"id": "v", "title": "Tee - Red", "price": {"amount": 1999, "currency": "USD"}, **changed}


def acp(*variants: Any, **product: Any) -> str:
    return json.dumps({"products": [{"id": "p", "title": "Tee", "variants": list(variants), **product}]})


def test_acp_the_shape_of_the_specifications_example_is_read() -> None:
    told = variant(
        description={"plain": "Cotton tee in red."},
        barcodes=[{"type": "GTIN", "value": "00012345600012"}],
        list_price={"amount": 2499, "currency": "USD"},
        availability={"available": True, "status": "in_stock"},
        variant_options=[{"name": "Color", "value": "Red"}, {"name": "Size", "value": "Small"}],
        media=[{"type": "image", "url": "https://example.com/red.jpg"}],
        seller={"name": "Example"},
        unit_price={
            "amount": 499,
            "currency": "USD",
            "measure": {"value": 12, "unit": "oz"},
            "reference": {"value": 1, "unit": "oz"},
        },
    )
    assert products_of(acp(told)) == [
        Product(
            sku="v",
            title="Tee - Red",
            price=Money(2499, "USD"),
            offer=Offer(Money(1999, "USD")),
            description="Cotton tee in red.",
            group="p",
            colour="Red",
            size="Small",
            measure=Measure(12_000, "oz"),
        )
    ]


def test_acp_a_description_may_be_markdown_or_html() -> None:
    first, second = products_of(
        acp(
            variant(description={"markdown": "# Soft\n\n* *very* [soft](https://x)"}),
            variant(id="w", description={"html": "<p>Soft<br>tee</p>"}),
        )
    )
    assert (first.description, second.description) == ("Soft very soft", "Soft tee")


@pytest.mark.parametrize(
    ("price", "code"),
    [
        ({"amount": 19.99, "currency": "USD"}, "minor_units"),
        ({"amount": "1999", "currency": "USD"}, "minor_units"),
        ({"amount": 1999}, "unknown_currency"),
        ("19.99 USD", "no_price"),
        (None, "no_price"),
    ],
)
def test_acp_amounts_are_whole_minor_units_with_a_currency(price: Any, code: str) -> None:
    assert codes(acp(variant(price=price))) == [(1, "price", code)]


@pytest.mark.parametrize(
    ("availability", "stock"),
    [
        ({"available": True}, None),
        ({"available": False}, 0),
        ({"available": False, "status": "in_stock"}, 0),
        ({"available": True, "status": "backorder"}, 0),
        ({"available": True, "status": "limited_stock"}, None),
    ],
)
def test_acp_what_can_be_bought_but_not_had_is_not_in_stock(
    availability: dict[str, Any], stock: int | None
) -> None:
    (product,) = products_of(acp(variant(availability=availability)))
    assert product.stock == stock


def test_acp_a_product_without_variants_or_discontinued_is_told() -> None:
    assert codes(acp()) == [(1, "variants", "empty")]
    gone = variant(availability={"available": False, "status": "discontinued"})
    assert codes(acp(gone)) == [(1, "availability", "left_out")]


def test_a_broken_line_takes_no_others_along() -> None:
    good = json.dumps({"id": "p", "variants": [variant()]})
    first, problem, last = read(f"{good}\n{{broken}}\n\n{good}\n")
    assert isinstance(problem, Problem)
    assert (problem.row, problem.code) == (2, "object_unreadable")
    assert isinstance(first, Product)
    assert isinstance(last, Product)


def offer(**changed: Any) -> dict[str, Any]:
    return {"@type": "Offer", "price": "15.00", "priceCurrency": "USD", **changed}


def thing(**changed: Any) -> dict[str, Any]:
    told = {"@context": "https://schema.org", "@type": "Product", "sku": "a", "name": "A", "offers": offer()}
    return {**told, **changed}


def one(**changed: Any) -> Product:
    (product,) = products_of(json.dumps(thing(**changed)))
    return product


@pytest.mark.parametrize(
    ("word", "stock"),
    [
        ("https://schema.org/InStock", None),
        ("http://schema.org/InStock", None),
        ("schema:InStock", None),
        ("InStock", None),
        ("LimitedAvailability", None),
        ("https://schema.org/OnlineOnly", None),
        ("https://schema.org/OutOfStock", 0),
        ("SoldOut", 0),
        ("PreOrder", 0),
        ("PreSale", 0),
        ("BackOrder", 0),
        ("MadeToOrder", 0),
        ("Reserved", 0),
        ("InStoreOnly", 0),
    ],
)
def test_schema_org_availability_is_read_with_and_without_its_address(word: str, stock: int | None) -> None:
    assert one(offers=offer(availability=word)).stock == stock


@pytest.mark.parametrize(
    "offers",
    [
        offer(price=15),
        offer(price=15.0),
        [offer()],
        {"@type": "AggregateOffer", "lowPrice": 15, "highPrice": 15, "priceCurrency": "USD"},
        {"@type": "AggregateOffer", "priceCurrency": "USD", "offers": [{"@type": "Offer", "price": "15"}]},
        {"@type": "Offer", "priceSpecification": {"price": "15.00", "priceCurrency": "USD"}},
        {
            "@type": "Offer",
            "priceCurrency": "USD",
            "priceSpecification": [{"price": 15, "priceType": "SalePrice"}],
        },
    ],
)
def test_schema_org_prices_are_read_wherever_they_stand(offers: Any) -> None:
    assert one(offers=offers).price == Money(1500, "USD")


def test_schema_org_a_list_price_makes_the_price_an_offer() -> None:
    listed = {"@type": "UnitPriceSpecification", "priceType": "https://schema.org/ListPrice", "price": 20}
    product = one(offers=offer(priceSpecification=listed))
    assert (product.price, product.offer) == (Money(2000, "USD"), Offer(Money(1500, "USD")))


def test_schema_org_a_price_by_measure_is_not_the_price_but_tells_what_a_piece_holds() -> None:
    quantity = {"value": "750", "unitCode": "MLT", "valueReference": {"value": "100", "unitCode": "MLT"}}
    told = {"@type": "UnitPriceSpecification", "price": 15, "referenceQuantity": quantity}
    assert one(offers=offer(priceSpecification=told)).measure == Measure(750_000, "ml")
    by_litre = {"price": 99, "priceCurrency": "USD", "referenceQuantity": {"value": 1, "unitCode": "LTR"}}
    assert one(offers=offer(priceSpecification=by_litre)).price == Money(1500, "USD")


def test_schema_org_a_range_of_prices_sells_nothing() -> None:
    ranged = {"@type": "AggregateOffer", "lowPrice": 1, "highPrice": 2, "priceCurrency": "USD"}
    assert codes(json.dumps(thing(offers=ranged))) == [(1, "offers", "price_range")]
    assert codes(json.dumps(thing(offers=None))) == [(1, "offers", "no_price")]
    assert codes(json.dumps(thing(offers={"price": "15"}))) == [(1, "offers", "no_currency")]


def test_schema_org_of_several_offers_the_first_in_stock_counts_and_the_doubt_is_told() -> None:
    offers = [offer(price="9", availability="SoldOut"), offer(price="12", availability="InStock")]
    doubt, product = read(json.dumps(thing(offers=offers)))
    assert isinstance(doubt, Problem)
    assert doubt.code == "several_values"
    assert isinstance(product, Product)
    assert (product.price, product.stock) == (Money(1200, "USD"), None)


def test_schema_org_a_rating_of_another_scale_is_brought_to_five_stars() -> None:
    rated = {"@type": "AggregateRating", "ratingValue": "88", "bestRating": 100, "ratingCount": 7}
    product = one(aggregateRating=rated)
    assert (product.rating, product.reviews) == (44, 7)


GROUP = {
    "@context": "https://schema.org",
    "@type": "ProductGroup",
    "@id": "#tee",
    "name": "Tee",
    "productGroupID": "T1",
    "brand": {"@type": "Brand", "name": "Acme"},
    "description": "Soft.",
    "category": "Clothes > Tees",
}
RED = {"@type": "Product", "@id": "#red", "sku": "red", "color": "Red", "size": "M", "offers": offer()}
TEE = Product(
    sku="red",
    title="Tee, Red, M",
    price=Money(1500, "USD"),
    brand="Acme",
    category=("Clothes", "Tees"),
    description="Soft.",
    group="T1",
    colour="Red",
    size="M",
)


@pytest.mark.parametrize(
    "content",
    [
        {**GROUP, "hasVariant": [RED, {"url": "https://example.com/blue"}]},
        [{**GROUP, "hasVariant": [{"@id": "#red"}]}, RED],
        {"@graph": [RED, {**GROUP, "hasVariant": {"@id": "#red"}}]},
        [{**GROUP, "@type": ["ProductGroup", "Product"]} | {"hasVariant": [RED]}],
        {"@type": "WebPage", "mainEntity": {**GROUP, "hasVariant": [RED]}},
        {"@type": "Product", **RED, "isVariantOf": GROUP},
    ],
    ids=["nested", "references", "graph", "types", "page", "variant"],
)
def test_schema_org_variants_take_from_their_group_what_they_do_not_say(content: Any) -> None:
    assert products_of(json.dumps(content)) == [TEE]


def test_schema_org_in_lines_is_resolved_across_them() -> None:
    lines = "\n".join(
        json.dumps(each) for each in ({**RED, "isVariantOf": {"@id": "#tee"}}, GROUP | {"offers": offer()})
    )
    found = products_of(lines)
    assert TEE in found


def test_pages_may_wrap_their_scripts_and_one_broken_is_told() -> None:
    good = json.dumps(thing())
    page = (
        "<!doctype html><html><head><script type='application/ld+json; charset=utf-8'>"
        f"//<![CDATA[\n{good}\n//]]></script><script type='application/ld+json'>{{oops</script>"
        "<script>var x = {};</script></head></html>"
    )
    feed = feed_of(page)
    assert (feed.dialect, feed.form) == ("jsonld", "html")
    product, problem = feed.items
    assert isinstance(product, Product)
    assert isinstance(problem, Problem)
    assert (problem.row, problem.code) == (2, "object_unreadable")


def test_what_a_product_is_similar_to_is_not_in_the_shop() -> None:
    similar = thing(sku="b", name="B")
    assert [product.sku for product in products_of(json.dumps(thing(isSimilarTo=similar)))] == ["a"]
