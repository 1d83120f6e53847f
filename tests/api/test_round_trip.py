"""Whatever product the document allows: what is put is what is got, and the shop can still be talked to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skill.api.catalogue import open_live, products
from skill.api.forms import ProductForm
from skill.catalogue.words import load, understand
from tests.api.conftest import Merchant, serving
from tests.talk import NOW

_characters = st.characters(codec="utf-8", exclude_categories=["Cc"])
_short = st.text(_characters, max_size=20)
_name = st.text(_characters, min_size=1, max_size=60)
_language = st.sampled_from(["en", "de", "ar-SA", "ja", "xx"])
_money = st.fixed_dictionaries({"amount": st.integers(0, 10**12), "currency": st.just("USD")})
_moment = st.sampled_from([None, "0001-01-02T00:00:00Z", "2026-11-21T18:30:00+03:00", "9999-12-30T00:00:00Z"])
_offer = st.fixed_dictionaries({"price": _money}, optional={"starts": st.none(), "ends": _moment})
_count = st.integers(0, 10**9)
PRODUCTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"sku": st.text(_characters, min_size=1, max_size=20), "title": _name, "price": _money},
    optional={
        "names": st.dictionaries(_language, _name, max_size=3),
        "also": st.lists(_name, max_size=3),
        "brand": _short,
        "category": st.lists(_name, max_size=3),
        "categories": st.dictionaries(_language, st.lists(_name, max_size=3), max_size=2),
        "description": st.text(st.characters(codec="utf-8"), max_size=200),
        "offer": st.none() | _offer,
        "group": _short,
        "colour": _short,
        "size": _short,
        "measure": st.fixed_dictionaries(
            {"milli": st.integers(1, 10**12), "unit": st.sampled_from(["oz", "ct", "furlong"])}
        ),
        "multipack": st.integers(1, 100_000),
        "limit": st.none() | st.integers(1, 100_000),
        "diet": st.lists(_short, max_size=3),
        "contains": st.none() | st.lists(_short, max_size=3),
        "goes_with": st.lists(st.text(_characters, min_size=1, max_size=20), max_size=3),
        "popularity": _count,
        "rating": st.integers(0, 50),
        "reviews": _count,
        "left": st.none() | _count,
    },
)


@pytest.fixture(scope="module")
def shop() -> Iterator[Merchant]:
    """One shop for all examples."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as (harbor, _):
        yield harbor


@given(batch=st.lists(PRODUCTS, min_size=1, max_size=4, unique_by=lambda form: str(form["sku"])))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_put_is_what_is_got(shop: Merchant, batch: list[dict[str, Any]]) -> None:
    answer = shop.ask("POST", "/products", batch)
    assert answer.status == 200, answer.text
    found = products(shop.app, [form["sku"] for form in batch])
    listed: dict[str, Any] = {}
    after: str | None = ""
    while after is not None:
        page = shop.ask("GET", f"/products?limit=50&after={quote(after, safe='')}")
        assert page.status == 200, page.text
        listed |= {form["sku"]: form for form in page.json["products"]}
        after = page.json["next"]
    for form in batch:
        if "left" not in form:
            # As it was, or not counted.
            form = {**form, "left": found[form["sku"]].stock}
        wanted = ProductForm.model_validate(form).model_dump(mode="json")
        assert listed[form["sku"]] == wanted
    assert shop.ask("POST", "/products", batch).json == {"new": 0, "changed": len(batch)}


@given(form=PRODUCTS)
@settings(max_examples=10, deadline=None)
def test_a_shop_with_any_product_can_still_be_searched(shop: Merchant, form: dict[str, Any]) -> None:
    assert shop.ask("POST", "/products", [form]).status == 200
    index = open_live(shop.app)
    assert index is not None
    for text in (form["title"], "oat milk"):
        index.find(understand(text, words=load("en"), now=NOW, minor_per_major=100))
    assert index.get([form["sku"]])[form["sku"]].title == form["title"]
