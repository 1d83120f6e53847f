"""Feeds as each system writes them, of products as the shop sells them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from babel.numbers import get_currency_precision

from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product

SCHEMA = "https://schema.org/"
OWN = (
    *("spoken_title", "spoken_title_de", "also_said", "diet", "contains", "goes_with", "popularity"),
    *("max_per_order", "star_rating", "review_count"),
)


def decimal(money: Money) -> str:
    return f"{Decimal(money.minor).scaleb(-get_currency_precision(money.currency)):f}"


def amount(money: Money | None) -> str:
    return f"{decimal(money)} {money.currency}" if money else ""


def held(measure: Measure | None) -> tuple[str, str]:
    return (f"{Decimal(measure.milli) / 1000:f}", measure.unit) if measure else ("", "")


def own(product: Product) -> dict[str, str]:
    """The columns of ours."""
    return {
        "spoken_title": product.names.get("en", ""),
        "spoken_title_de": product.names.get("de", ""),
        "also_said": "; ".join(product.also),
        "diet": " ".join(product.diet),
        "contains": ", ".join(product.contains or ()),
        "goes_with": " ".join(product.goes_with),
        "popularity": str(product.popularity),
        "max_per_order": str(product.limit or ""),
        "star_rating": f"{Decimal(product.rating) / 10}",
        "review_count": str(product.reviews),
    }


def dates(offer: Offer | None) -> str:
    if offer is None or (offer.starts is None and offer.ends is None):
        return ""
    starts = offer.starts.isoformat() if offer.starts else ""
    ends = offer.ends.isoformat() if offer.ends else ""
    return f"{starts}/{ends}"


def google_row(product: Product) -> dict[str, str]:
    return {
        "id": product.sku,
        "title": product.title,
        "description": product.description,
        "price": amount(product.price),
        "sale_price": amount(product.offer.price if product.offer else None),
        "sale_price_effective_date": dates(product.offer),
        "availability": "out_of_stock" if product.stock == 0 else "in_stock",
        "sell_on_google_quantity": "" if product.stock is None else str(product.stock),
        "brand": product.brand,
        "product_type": " > ".join(product.category),
        "item_group_id": product.group,
        "color": product.colour,
        "size": product.size,
        "unit_pricing_measure": " ".join(held(product.measure)).strip(),
        "multipack": str(product.multipack),
        **own(product),
    }


def table(rows: Sequence[Mapping[str, str]], columns: Sequence[str], dialect: str = "excel") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, dialect=dialect, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


_GOOGLE = tuple(google_row(Product(sku="a", title="A", price=Money(1, "USD"))))


def write_google(products: Iterable[Product], *, dialect: str = "excel-tab") -> bytes:
    return table([google_row(product) for product in products], _GOOGLE, dialect)


def write_google_xml(products: Iterable[Product], *, atom: bool = False) -> bytes:
    tag = "entry" if atom else "item"
    items = "".join(
        f"<{tag}>"
        + "".join(f"<g:{name}>{escape(value)}</g:{name}>" for name, value in google_row(product).items())
        + f"</{tag}>\n"
        for product in products
    )
    spaces = 'xmlns:g="http://base.google.com/ns/1.0"'
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    if atom:
        return f'{head}<feed xmlns="http://www.w3.org/2005/Atom" {spaces}>{items}</feed>'.encode()
    body = f"<channel><title>Shop</title>{items}</channel>"
    return f'{head}<rss {spaces} version="2.0">{body}</rss>\n'.encode()


def write_meta(products: Iterable[Product], *, dialect: str = "excel") -> bytes:
    rows = []
    for product in products:
        row = google_row(product)
        row["quantity_to_sell_on_facebook"] = row.pop("sell_on_google_quantity")
        row["availability"] = row["availability"].replace("_", " ")
        rows.append({**row, "visibility": "published"})
    columns = [name for name in _GOOGLE if name != "sell_on_google_quantity"]
    return table(rows, (*columns, "quantity_to_sell_on_facebook", "visibility"), dialect)


_OPENAI = {
    "id": "item_id",
    "sell_on_google_quantity": "inventory_quantity",
    "product_type": "product_category",
    "item_group_id": "group_id",
}


def openai_row(product: Product) -> dict[str, str]:
    row = {_OPENAI.get(name, name): value for name, value in google_row(product).items()}
    return {"is_eligible_search": "true", "is_eligible_checkout": "false", **row}


def write_openai(products: Iterable[Product]) -> bytes:
    columns = tuple(openai_row(Product(sku="a", title="A", price=Money(1, "USD"))))
    return table([openai_row(product) for product in products], columns)


def openai_things(products: Iterable[Product]) -> list[dict[str, Any]]:
    return [
        {**openai_row(product), "is_eligible_search": True, "review_count": product.reviews}
        for product in products
    ]


def as_json(things: Any) -> bytes:
    return json.dumps(things, ensure_ascii=False, indent=1).encode()


def as_lines(things: Iterable[Any]) -> bytes:
    return "".join(json.dumps(thing, ensure_ascii=False) + "\n" for thing in things).encode()


def acp_things(products: Iterable[Product]) -> list[dict[str, Any]]:
    """Products by group, each with its variants."""
    return [
        {"id": group, "variants": [_acp_variant(product) for product in variants]}
        for group, variants in groupby(products, key=lambda product: product.group)
    ]


def _acp_variant(product: Product) -> dict[str, Any]:
    def price(money: Money) -> dict[str, Any]:
        return {"amount": money.minor, "currency": money.currency}

    paid = product.offer.price if product.offer else product.price
    variant: dict[str, Any] = {
        "id": product.sku,
        "title": product.title,
        "description": {"plain": product.description} if product.description else {"html": "<p></p>"},
        "price": price(paid),
        "availability": {
            "available": product.stock != 0,
            "status": "out_of_stock" if product.stock == 0 else "in_stock",
        },
        "categories": [{"value": " > ".join(product.category), "taxonomy": "merchant"}],
        "variant_options": [
            {"name": name, "value": value}
            for name, value in (("Color", product.colour), ("Size", product.size))
            if value
        ],
    }
    if product.offer:
        variant["list_price"] = price(product.price)
    if product.measure:
        measure = {"value": product.measure.milli / 1000, "unit": product.measure.unit}
        variant["unit_price"] = {
            **price(product.price),
            "measure": measure,
            "reference": {"value": 1, "unit": product.measure.unit},
        }
    return variant


SHOPIFY_OLD = {
    "handle": "Handle",
    "title": "Title",
    "description": "Body (HTML)",
    "brand": "Vendor",
    "category": "Product Category",
    "published": "Published",
    "option1": "Option1 Name",
    "value1": "Option1 Value",
    "option2": "Option2 Name",
    "value2": "Option2 Value",
    "sku": "Variant SKU",
    "grams": "Variant Grams",
    "tracker": "Variant Inventory Tracker",
    "quantity": "Variant Inventory Qty",
    "policy": "Variant Inventory Policy",
    "price": "Variant Price",
    "compare": "Variant Compare At Price",
    "measure": "Unit Price Total Measure",
    "unit": "Unit Price Total Measure Unit",
    "image": "Image Src",
    "status": "Status",
}
SHOPIFY_NEW = {
    **SHOPIFY_OLD,
    "handle": "URL handle",
    "description": "Description",
    "category": "Product category",
    "published": "Published on online store",
    "option1": "Option1 name",
    "value1": "Option1 value",
    "option2": "Option2 name",
    "value2": "Option2 value",
    "sku": "SKU",
    "grams": "Weight value (grams)",
    "tracker": "Inventory tracker",
    "quantity": "Inventory quantity",
    "policy": "Continue selling when out of stock",
    "price": "Price",
    "compare": "Compare-at price",
    "measure": "Unit price total measure",
    "unit": "Unit price total measure unit",
    "image": "Product image URL",
}


def metafield(column: str) -> str:
    return f"{column.replace('_', ' ').capitalize()} (product.metafields.custom.{column})"


def write_shopify(products: Iterable[Product], *, columns: Mapping[str, str] = SHOPIFY_OLD) -> bytes:
    """Variants of a group below each other, with a row of a picture alone at the end of each. A product's
    title ends with its options, which the file has in columns of their own."""
    rows: list[dict[str, str]] = []
    for handle, group in groupby(products, key=lambda product: product.group):
        for at, product in enumerate(group):
            sold = product.offer.price if product.offer else product.price
            options = [value for value in (product.colour, product.size) if value]
            told = {
                "handle": handle,
                "value1": product.colour or ("" if options else "Default Title"),
                "value2": product.size,
                "sku": product.sku,
                "grams": "250",
                "tracker": "" if product.stock is None else "shopify",
                "quantity": "" if product.stock is None else str(product.stock),
                "policy": "deny" if columns is SHOPIFY_OLD else "FALSE",
                "price": decimal(sold),
                "compare": decimal(product.price) if product.offer else "",
                "measure": held(product.measure)[0],
                "unit": held(product.measure)[1],
            }
            if at == 0:
                told |= {
                    "title": product.title.removesuffix(", ".join(("", *options))),
                    "description": product.description,
                    "brand": product.brand,
                    "category": " > ".join(product.category),
                    "published": "TRUE",
                    "option1": "Color" if product.colour or options else "Title",
                    "option2": "Size",
                    "status": "active",
                }
            ours = {metafield(column): value for column, value in own(product).items()}
            rows.append({**{columns[name]: value for name, value in told.items()}, **ours})
        rows.append({columns["handle"]: handle, columns["image"]: "https://example.com/2.jpg"})
    return table(rows, (*columns.values(), *map(metafield, OWN)))


WOOCOMMERCE = (
    *("ID", "Type", "SKU", "Name", "Published", "Is featured?", "Visibility in catalog"),
    *("Short description", "Description", "Date sale price starts", "Date sale price ends", "In stock?"),
    *("Stock", "Backorders allowed?", "Sale price", "Regular price", "Categories", "Parent", "Brands"),
    *("Attribute 1 name", "Attribute 1 value(s)", "Attribute 2 name", "Attribute 2 value(s)"),
    *(f"Meta: {column}" for column in OWN),
)


def write_woocommerce(products: Sequence[Product], *, parents_last: bool = False) -> bytes:
    """Variations of a group below their parent, or above all parents; they name it by SKU and by ID."""
    rows: list[dict[str, str]] = []
    parents: list[dict[str, str]] = []
    for number, (group, variants) in enumerate(groupby(products, key=lambda product: product.group), 1):
        held_together = list(variants)
        if group:
            parent = {
                "ID": str(number),
                "Type": "variable",
                "SKU": group,
                "Name": "Parent",
                "Published": "1",
                "In stock?": "1",
                "Attribute 1 name": "Color",
                "Attribute 1 value(s)": "|".join(product.colour for product in held_together),
            }
            (parents if parents_last else rows).append(parent)
        for at, product in enumerate(held_together):
            named = (group if at % 2 else f"id:{number}") if group else ""
            rows.append(_woocommerce_row(product, named))
    return table([*rows, *parents], WOOCOMMERCE)


def _woocommerce_row(product: Product, parent: str) -> dict[str, str]:
    offer = product.offer
    starts = offer.starts.date().isoformat() if offer and offer.starts else ""
    # The last day itself still counts.
    last = (offer.ends.date().toordinal() - 1) if offer and offer.ends else None
    ends = offer.ends.date().fromordinal(last).isoformat() if offer and offer.ends and last else ""
    category = " > ".join(product.category)
    return {
        "Type": "variation" if parent else "simple",
        "SKU": product.sku,
        "Name": product.title,
        "Published": "1",
        "Visibility in catalog": "visible",
        "Description": product.description,
        "Date sale price starts": starts,
        "Date sale price ends": ends,
        "In stock?": "0" if product.stock == 0 else "1",
        "Stock": "" if product.stock is None else str(product.stock),
        "Sale price": decimal(offer.price) if offer else "",
        "Regular price": decimal(product.price),
        "Categories": category,
        "Parent": parent,
        "Brands": product.brand,
        "Attribute 1 name": "Color",
        "Attribute 1 value(s)": product.colour,
        "Attribute 2 name": "pa_size",
        "Attribute 2 value(s)": product.size,
        **{f"Meta: {column}": value for column, value in own(product).items()},
    }


MAGENTO = (
    *("sku", "store_view_code", "attribute_set_code", "product_type", "categories", "name", "description"),
    *("short_description", "product_online", "visibility", "price", "special_price"),
    *("special_price_from_date", "special_price_to_date", "additional_attributes", "qty"),
    *("manage_stock", "is_in_stock", "configurable_variations", *OWN),
)


def write_magento(products: Sequence[Product]) -> bytes:
    """Variations first, as Magento exports them, then the configurable products that name them."""
    rows = []
    for group, variants in groupby(products, key=lambda product: product.group):
        held_together = list(variants)
        rows += [_magento_row(product) for product in held_together]
        if group:
            told = (
                ",".join(
                    f"{name}={value}"
                    for name, value in (
                        ("sku", product.sku),
                        ("color", product.colour),
                        ("size", product.size),
                    )
                    if value
                )
                for product in held_together
            )
            rows.append(
                {
                    "sku": group,
                    "product_type": "configurable",
                    "name": "Parent",
                    "product_online": "1",
                    "visibility": "Catalog, Search",
                    "configurable_variations": "|".join(told),
                }
            )
    return table(rows, MAGENTO)


def _options(product: Product) -> tuple[tuple[str, str], ...]:
    return ("sku", product.sku), ("color", product.colour), ("size", product.size)


def _magento_row(product: Product) -> dict[str, str]:
    offer = product.offer
    attributes = {"manufacturer": product.brand, "has_options": "0"}
    if not product.group:
        attributes |= {"color": product.colour, "size": product.size}
    return {
        "sku": product.sku,
        "attribute_set_code": "Default",
        "product_type": "simple",
        "categories": "/".join(("Default Category", *product.category)),
        "name": product.title,
        "description": product.description,
        "product_online": "1",
        "visibility": "Not Visible Individually" if product.group else "Catalog, Search",
        "price": decimal(product.price) + ("00" if "." in decimal(product.price) else ".0000"),
        "special_price": decimal(offer.price) if offer else "",
        "special_price_from_date": f"{offer.starts:%Y-%m-%d %H:%M:%S}" if offer and offer.starts else "",
        "special_price_to_date": f"{offer.ends:%Y-%m-%d %H:%M:%S}" if offer and offer.ends else "",
        "additional_attributes": ",".join(f"{name}={value}" for name, value in attributes.items() if value),
        "qty": "0.0000" if product.stock is None else f"{product.stock}.0000",
        "manage_stock": "0" if product.stock is None else "1",
        "is_in_stock": "0" if product.stock == 0 else "1",
        **own(product),
    }


def jsonld_things(
    products: Iterable[Product], *, context: str = "https://schema.org/"
) -> list[dict[str, Any]]:
    return [_jsonld(product, context) for product in products]


def _jsonld(product: Product, context: str) -> dict[str, Any]:
    offer: dict[str, Any] = {
        "@type": "Offer",
        "availability": f"{context}{'OutOfStock' if product.stock == 0 else 'InStock'}",
        "price": decimal(product.offer.price if product.offer else product.price),
        "priceCurrency": product.price.currency,
    }
    if product.stock is not None:
        offer["inventoryLevel"] = {"@type": "QuantitativeValue", "value": product.stock}
    specifications: list[dict[str, Any]] = []
    if product.offer:
        specifications.append(
            {
                "@type": "UnitPriceSpecification",
                "priceType": f"{context}ListPrice",
                "price": decimal(product.price),
                "priceCurrency": product.price.currency,
            }
        )
    if product.measure:
        value, unit = held(product.measure)
        specifications.append(
            {
                "@type": "UnitPriceSpecification",
                "price": offer["price"],
                "referenceQuantity": {
                    "value": value,
                    "unitCode": unit,
                    "valueReference": {"value": "1", "unitCode": unit},
                },
            }
        )
    thing: dict[str, Any] = {
        "@context": context,
        "@type": "Product",
        "sku": product.sku,
        "name": product.title,
        "description": product.description,
        "brand": {"@type": "Brand", "name": product.brand},
        "category": list(product.category),
        "color": product.colour,
        "size": product.size,
        "offers": {**offer, **({"priceSpecification": specifications} if specifications else {})},
    }
    if product.group:
        thing["inProductGroupWithID"] = product.group
    if product.reviews:
        stars = f"{Decimal(product.rating) / 10}"
        thing["aggregateRating"] = {"ratingValue": stars, "reviewCount": product.reviews}
    return thing


def page(things: Iterable[Any]) -> bytes:
    """An HTML page with a script for each."""
    scripts = "".join(
        f'<script type="application/ld+json">{json.dumps(thing, ensure_ascii=False)}</script>'
        for thing in things
    )
    head = f"<head><meta charset='utf-8'><title>Shop</title>{scripts}</head>"
    return f"<!DOCTYPE html>\n<html>{head}<body><p>Hello</p></body></html>".encode()
