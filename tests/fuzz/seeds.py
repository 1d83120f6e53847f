"""What fuzzing starts from: a small feed of each dialect, made by the writers of its tests."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping

from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product
from tests.catalogue.dialects import writers

_PRODUCTS = [
    Product(
        sku="oat-1",
        title="Oat milk, red",
        price=Money(449, "USD"),
        names={"en": "oat milk", "de": "Hafermilch"},
        also=("show bonny", "other"),
        brand="Brindle",
        category=("Food", "Milk"),
        description="Creamy.",
        offer=Offer(Money(399, "USD")),
        group="oat",
        colour="red",
        measure=Measure(64_000, "floz"),
        diet=("vegan",),
        contains=("oats",),
        rating=43,
        reviews=7,
        stock=8,
    ),
    Product(
        sku="oat-2", title="Oat milk, blue", price=Money(449, "USD"), group="oat", colour="blue", stock=0
    ),
]


def seeds() -> Mapping[str, list[bytes]]:
    """By dialect; "source" for what is packed or in other character sets."""
    google = writers.write_google(_PRODUCTS)
    acp, jsonld = writers.acp_things(_PRODUCTS), writers.jsonld_things(_PRODUCTS)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("feed.tsv"), google, zipfile.ZIP_DEFLATED)
    references = {
        "@graph": [
            {"@type": "ProductGroup", "@id": "#g", "name": "Tee", "hasVariant": [{"@id": "#v"}]},
            {
                "@type": "Product",
                "@id": "#v",
                "sku": "v",
                "isVariantOf": {"@id": "#g"},
                "offers": {"@id": "#o"},
            },
            {
                "@type": "AggregateOffer",
                "@id": "#o",
                "lowPrice": "1",
                "highPrice": 2,
                "offers": [{"@id": "#o"}],
            },
        ]
    }
    return {
        "google": [google, writers.write_google(_PRODUCTS, dialect="excel")],
        "xml": [writers.write_google_xml(_PRODUCTS), writers.write_google_xml(_PRODUCTS, atom=True)],
        "meta": [writers.write_meta(_PRODUCTS)],
        "openai": [writers.write_openai(_PRODUCTS), writers.as_json(writers.openai_things(_PRODUCTS))],
        "acp": [writers.as_json({"products": acp}), writers.as_lines(acp * 2)],
        "shopify": [
            writers.write_shopify(_PRODUCTS),
            writers.write_shopify(_PRODUCTS, columns=writers.SHOPIFY_NEW),
        ],
        "woocommerce": [writers.write_woocommerce(_PRODUCTS, parents_last=True)],
        "magento": [writers.write_magento(_PRODUCTS)],
        "jsonld": [
            writers.as_json(jsonld),
            writers.as_lines(jsonld),
            writers.page(jsonld),
            writers.as_json(references),
        ],
        "source": [gzip.compress(google, mtime=0), archive.getvalue(), google.decode().encode("utf-16")],
    }
