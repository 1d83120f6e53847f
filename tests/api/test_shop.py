"""The shop's facts and answers over the API: written as the shop file is, and the catalogue stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.api.shop import ShopForm, written
from skill.commerce.merchant import Facts
from skill.commerce.window import WEEKDAYS
from skill.merchants.shop_file import ShopFile, read_shop
from tests.api.conftest import Merchant
from tests.talk import SAMPLE

_words = st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs")), min_size=1, max_size=20)
_minor = st.integers(0, 10**9)
_said = st.dictionaries(st.sampled_from(["en", "de", "ar"]), _words, min_size=1)
_hours = st.dictionaries(
    st.sampled_from(WEEKDAYS), st.sampled_from(["closed", "08:00-20:00", "00:00-23:59:59"])
)
_moments = st.none() | st.datetimes(timezones=st.just(UTC))
_coupon = st.fixed_dictionaries(
    {"code": st.from_regex(r"\A[A-Z][A-Z0-9_]{0,9}\Z"), "percent": st.integers(1, 10_000)},
    optional={"minimum": _minor, "starts": _moments, "once": st.booleans(), "name": _said},
)
_payments = st.fixed_dictionaries(
    {"provider": st.just("development")},
    optional={
        "hold_minutes": st.integers(5, 10_080),
        "card": st.sampled_from(["funds", "declined,approved"]),
    },
)
_linking = st.fixed_dictionaries(
    {"issuer": st.just("https://id.example"), "audience": _words, "jwks": st.just("https://id.example/keys")},
    optional={
        "algorithms": st.just(["ES256", "RS256"]),
        "scope": st.lists(st.sampled_from(["shop", "orders"]), max_size=2),
        "userinfo": st.just("https://id.example/me"),
        "claims": st.fixed_dictionaries({}, optional={"customer": _words, "email": st.just("")}),
    },
)
_pages = st.just("https://shop.example/page") | st.dictionaries(
    st.sampled_from(["en", "de-DE"]), st.just("https://shop.example/page"), max_size=2
)
_skill = st.fixed_dictionaries(
    {},
    optional={
        "privacy_policy": _pages,
        "terms_of_use": _pages,
        "invocation": st.just("corner store") | st.just({"de": "der laden"}),
        "keywords": st.dictionaries(st.sampled_from(["en", "ar"]), st.lists(_words, max_size=2), max_size=2),
        "phrases": st.dictionaries(st.just("de"), st.lists(_words, min_size=1, max_size=3), max_size=1),
        "locales": st.lists(st.sampled_from(["de-DE", "en-US"]), max_size=2),
        "countries": st.lists(st.sampled_from(["DE", "US"]), max_size=2),
        "account": st.none()
        | st.fixed_dictionaries(
            {
                "authorization_url": st.just("https://id.example/authorize"),
                "token_url": st.just("https://id.example/token"),
                "client_id": _words,
            },
            optional={"scopes": st.lists(_words, max_size=2)},
        ),
    },
)
_window = st.fixed_dictionaries(
    {"between": st.sampled_from(["17:00-19:00", "08:30-10:00:30", "00:00-23:59"])},
    optional={
        "days": st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4),
        "closes": st.integers(0, 10_080),
    },
)
_shops = st.fixed_dictionaries(
    {"name": _words, "currency": st.sampled_from(["USD", "EUR", "JPY", "KWD"])},
    optional={
        "spoken_name": _said,
        "locale": st.sampled_from(["en-US", "de-DE", "ar-SA"]),
        "timezone": st.sampled_from(["UTC", "Europe/Berlin", "Asia/Riyadh"]),
        "tax_inclusive": st.booleans(),
        "tax": st.dictionaries(_words, st.integers(0, 10_000), max_size=3),
        "delivery": st.fixed_dictionaries(
            {},
            optional={
                "fee": _minor,
                "free_from": st.none() | _minor,
                "window": st.lists(_window, max_size=2),
            },
        ),
        "deposit": st.fixed_dictionaries(
            {},
            optional={
                "category": st.dictionaries(_words, _minor, max_size=2),
                "sku": st.dictionaries(_words, _minor, max_size=2),
                "taxed": st.booleans(),
            },
        ),
        "orders": st.fixed_dictionaries({}, optional={"cash_rounding": st.booleans()}),
        "hours": _hours,
        "faq": st.lists(
            st.fixed_dictionaries({"id": _words, "questions": st.just(["why"]), "answer": _words | _said}),
            max_size=2,
        ),
        "coupon": st.lists(_coupon, max_size=1),
        "payment": st.none() | _payments,
        "linking": st.none() | _linking,
        "skill": st.none() | _skill,
        "store": st.lists(
            st.fixed_dictionaries(
                {"id": _words, "name": _words | _said, "address": _words}, optional={"hours": _hours}
            )
            | st.fixed_dictionaries(
                {
                    "id": _words,
                    "name": _words,
                    "address": _words,
                    "latitude": st.floats(-90, 90),
                    "longitude": st.floats(-180, 180),
                    "postcodes": st.lists(st.from_regex(r"\A[0-9A-Z]{1,6}\Z"), max_size=2),
                }
            ),
            max_size=1,
        ),
    },
)


@given(_shops)
def test_what_is_read_makes_the_same_facts_when_it_is_written_back(shop: dict[str, Any]) -> None:
    facts = ShopFile.model_validate(shop).facts()
    text = written(facts, heard={}).model_dump_json()
    assert ShopForm.model_validate_json(text, strict=True).facts() == facts


def test_the_sample_shop_survives_being_read_and_written() -> None:
    facts = read_shop(SAMPLE / "shop.toml")
    text = written(facts, heard={}).model_dump_json()
    assert ShopForm.model_validate_json(text, strict=True).facts() == facts


def facts_of(merchant: Merchant) -> Facts:
    return merchant.app.store.visit("nobody").facts


def test_facts_written_keep_the_live_catalogue(harbor: Merchant) -> None:
    before = facts_of(harbor)
    form = harbor.ask("GET", "/shop").json
    answer = harbor.ask("PUT", "/shop", {**form, "name": "Harbor Market", "delivery": {"fee": 250}})
    assert (answer.status, answer.json["name"]) == (200, "Harbor Market")
    assert facts_of(harbor) == replace(
        before, name="Harbor Market", terms=replace(before.terms, delivery_fee=250)
    )
    assert harbor.ask("GET", "/products/harbor-milk").json["left"] == 7


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"locale": "de-DE"}, "locale"),
        ({"heard_as": {"La Croix": ["la croy"]}}, "heard_as"),
    ],
)
def test_what_the_catalogue_was_built_with_takes_an_import(
    harbor: Merchant, change: dict[str, Any], place: str
) -> None:
    before = facts_of(harbor)
    answer = harbor.ask("PUT", "/shop", {"name": "Harbor", "currency": "USD", **change})
    assert (answer.status, answer.json["place"]) == (409, place)
    assert "import" in answer.json["remedy"]
    assert facts_of(harbor) == before


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"hours": {"mon": "20:00-08:00"}}, "hours"),
        ({"hours": {"mon": "08:00-20:00+01:00"}}, "hours.mon"),
        ({"hours": {"someday": "closed"}}, "hours"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"currency": "XYZ"}, "currency"),
        ({"coupon": [{"code": "A", "percent": 1, "ends": "9999-12-31"}]}, ""),
        ({"colour": "red"}, "colour"),
    ],
)
def test_facts_that_cannot_be_are_refused(harbor: Merchant, change: dict[str, Any], place: str) -> None:
    before = facts_of(harbor)
    answer = harbor.ask("PUT", "/shop", {"name": "Harbor", "currency": "USD", **change})
    assert (answer.status, answer.json["place"]) == (422, place)
    assert facts_of(harbor) == before


def test_answers_are_put_listed_and_taken_away(harbor: Merchant) -> None:
    wrap = {"questions": ["do you wrap"], "answer": {"en": "Yes.", "de": "Ja."}}
    assert harbor.ask("PUT", "/faqs/wrap%2F1", wrap).json == {"id": "wrap/1", **wrap}
    plain = {"questions": ["do you wrap"], "answer": "No."}
    assert harbor.ask("PUT", "/faqs/wrap%2F1", plain).json["answer"] == {"en": "No."}
    assert [faq["id"] for faq in harbor.ask("GET", "/faqs").json["faqs"]] == ["harbor-wrap", "wrap/1"]
    assert harbor.ask("DELETE", "/faqs/harbor-wrap").status == 204
    assert harbor.ask("DELETE", "/faqs/harbor-wrap").status == 404
    assert [faq.id for faq in facts_of(harbor).faqs] == ["wrap/1"]


def test_answers_put_at_once_are_all_there(harbor: Merchant) -> None:
    def put(n: int) -> int:
        return harbor.ask("PUT", f"/faqs/{n}", {"questions": ["why"], "answer": str(n)}).status

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(put, range(8))) == {200}
    assert {faq.id for faq in facts_of(harbor).faqs} == {"harbor-wrap", *map(str, range(8))}
