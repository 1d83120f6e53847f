"""The merchant's page over HTTP: feeds are tried and made live, told of as they go, and never by half."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import urllib3
from flask.testing import FlaskClient

from skill.app import App
from skill.devtools.merchant_web import FEEDS, MOST_SENT
from skill.merchants.importing import MOST_FEED, reports
from skill.server import MAX_BODY, create_app
from skill.shop import NOBODY
from tests.devtools.merchant_shops import DULL, FACTS, empty_shop, feed, sample, served
from tests.programs import free_port
from tests.talk import SAMPLE


@pytest.fixture
def empty(tmp_path: Path) -> App:
    return empty_shop(tmp_path)


@pytest.fixture(scope="module")
def selling(tmp_path_factory: pytest.TempPathFactory) -> App:
    return sample(tmp_path_factory.mktemp("merchant"))


@pytest.fixture
def client(selling: App) -> FlaskClient:
    return create_app(selling, verify=None).test_client()


def sent(client: FlaskClient, rows: bytes, *, shop: str = "", **fields: str) -> dict[str, Any]:
    """Send a feed, and the shop file with it; what came of it."""
    answer = client.post(FEEDS, data=form(rows, shop=shop, **fields))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def form(rows: bytes, *, shop: str = "", **fields: str) -> dict[str, Any]:
    made: dict[str, Any] = {**fields, "feed": (BytesIO(rows), "goods.tsv")}
    if shop:
        made["shop"] = (BytesIO(shop.encode()), "shop.toml")
    return made


def test_an_empty_shop_is_told_as_one(empty: App) -> None:
    client = create_app(empty, verify=None).test_client()
    assert "No shop yet" in client.get("/merchant").text
    assert client.get("/merchant/overview").get_json() == {
        "shop": None,
        "catalogue": None,
        "versions": [],
        "imports": [],
    }
    for path in ("products", "search?words=milk", "check", "products/a1"):
        answer = client.get(f"/merchant/{path}")
        assert (answer.status_code, "import a feed" in answer.get_json()["error"]) == (404, True)


def test_a_shop_file_and_a_feed_make_a_shop(empty: App) -> None:
    client = create_app(empty, verify=None).test_client()
    trial = sent(client, feed(), shop=FACTS)
    assert (trial["dry_run"], trial["live"], trial["products"], trial["lost"]) == (True, False, 5, 1)
    # Nothing was changed by trying it, and its report can be read all the same.
    assert client.get("/merchant/overview").get_json()["shop"] is None
    assert reports(empty.store) == ()
    page = client.get(f"/merchant/imports/{trial['id']}")
    assert "Rehearsal" in page.text
    assert "style-src 'unsafe-inline'" in page.headers["Content-Security-Policy"]

    report = sent(client, feed(), shop=FACTS, live="1")
    assert (report["live"], report["verdict"]) == (True, "5 of 6 rows are for sale, 1 lost.")
    told = client.get("/merchant/overview").get_json()
    assert told["shop"]["name"] == "Kettle Corner"
    assert told["catalogue"]["products"] == 5
    assert [one["id"] for one in told["imports"]] == [report["id"]]
    assert [(one["products"], one["live"]) for one in told["versions"]] == [(5, True)]
    assert "Live" in client.get(f"/merchant/imports/{report['id']}").text


def test_a_feed_without_a_shop_says_what_is_missing(empty: App) -> None:
    client = create_app(empty, verify=None).test_client()
    answer = client.post(FEEDS, data=form(feed()))
    assert answer.status_code == 409
    assert "choose your shop file" in answer.get_json()["error"]


def test_a_shop_file_that_cannot_be_used_is_named_by_its_own_name(empty: App, tmp_path: Path) -> None:
    client = create_app(empty, verify=None).test_client()
    sending = {"feed": (BytesIO(feed()), "goods.tsv"), "shop": (BytesIO(b"name = 3"), "my-shop.toml")}
    answer = client.post(FEEDS, data=sending)
    assert answer.status_code == 409
    assert answer.get_json()["error"].startswith("my-shop.toml:1: name: ")
    assert str(tmp_path) not in answer.text


@pytest.mark.parametrize(
    "rows", [b"", b"\x89PNG\r\n\x1a\n" + bytes(200), b"<html>hello</html>", b"id\ttitle\n"]
)
def test_what_is_no_feed_is_reported_and_changes_nothing(client: FlaskClient, rows: bytes) -> None:
    before = client.get("/merchant/overview").get_json()
    report = sent(client, rows, live="1")
    assert (report["live"], report["products"]) == (False, 0)
    assert report["verdict"] == "Nothing went live. What was live before still is."
    after = client.get("/merchant/overview").get_json()
    assert (after["catalogue"], after["versions"]) == (before["catalogue"], before["versions"])
    assert "The feed" in client.get(f"/merchant/imports/{report['id']}").text


def test_half_a_feed_goes_live_only_when_asked_for_expressly(empty: App) -> None:
    client = create_app(empty, verify=None).test_client()
    sent(client, feed(rows=DULL), shop=FACTS, live="1")
    half = feed(rows="".join(DULL.splitlines(keepends=True)[:2]))
    trial = sent(client, half)
    assert (trial["gone"], trial["asks"]) == (3, True)
    refused = sent(client, half, live="1")
    assert (refused["live"], refused["asks"]) == (False, True)
    assert client.get("/merchant/overview").get_json()["catalogue"]["products"] == 5
    agreed = sent(client, half, live="1", yes="1")
    assert (agreed["live"], agreed["products"]) == (True, 2)


def test_changes_alone_leave_the_rest(empty: App) -> None:
    client = create_app(empty, verify=None).test_client()
    sent(client, feed(rows=DULL), shop=FACTS, live="1")
    one = feed(rows=DULL.splitlines(keepends=True)[0].replace("19.00", "21.00"))
    report = sent(client, one, live="1", partly="1")
    assert (report["changed"], report["gone"], report["live"]) == (1, 0, True)
    assert client.get("/merchant/products/a1").get_json()["price"] == "$21.00"
    assert client.get("/merchant/overview").get_json()["catalogue"]["products"] == 5


def test_an_earlier_version_is_made_live_again(empty: App) -> None:
    client = create_app(empty, verify=None).test_client()
    sent(client, feed(rows=DULL), shop=FACTS, live="1")
    first = empty.store.visit(NOBODY).facts.catalogue
    sent(client, feed(rows=DULL.replace("kettle", "urn")), live="1")
    assert client.get("/merchant/products/a1").get_json()["title"].endswith("urn")
    assert client.post("/merchant/versions", json={"to": first}).get_json() == {"version": first}
    assert client.get("/merchant/products/a1").get_json()["title"].endswith("kettle")
    assert empty.ready().catalogue == first
    for body in ({"to": "20010101T000000000000"}, {"to": "../shop"}, {"to": 3}, {}):
        answer = client.post("/merchant/versions", json=body)
        assert (answer.status_code, bool(answer.get_json()["error"])) == (409, True)
    assert empty.store.visit(NOBODY).facts.catalogue == first


def test_another_page_cannot_post_here(client: FlaskClient) -> None:
    for origin in ("https://evil.example", "null", "http://localhost:1"):
        assert client.post(FEEDS, data=form(feed(), live="1"), headers={"Origin": origin}).status_code == 403
        assert client.post("/merchant/versions", json={}, headers={"Origin": origin}).status_code == 403
    assert (
        client.post("/merchant/versions", json={}, headers={"Origin": "http://localhost"}).status_code == 409
    )
    assert client.get("/merchant", headers={"Host": "evil.example"}).status_code == 400


def test_a_form_without_a_feed_is_refused(client: FlaskClient) -> None:
    assert client.post(FEEDS, data={"live": "1"}).status_code == 400
    assert client.post(FEEDS, data={"feed": (BytesIO(b"x"), "")}).status_code == 400
    assert client.post(FEEDS, data=b"id\ttitle", content_type="text/plain").status_code == 400


def test_a_feed_that_is_too_large_is_refused_before_it_is_read(client: FlaskClient) -> None:
    answer = client.post(
        FEEDS,
        data=form(feed()),
        environ_overrides={"CONTENT_LENGTH": str(MOST_SENT + 1)},
    )
    assert answer.status_code == 413
    assert f"{MOST_FEED // 2**20} MB" in answer.get_json()["error"]


def test_the_page_is_for_development_alone(selling: App) -> None:
    def nobody(*_: Any) -> dict[str, Any]:
        raise AssertionError

    signed = create_app(selling, verify=nobody).test_client()
    for path in ("/merchant", "/merchant/overview", "/merchant/products", "/merchant/static/dom.js"):
        assert signed.get(path).status_code == 404
    assert signed.post(FEEDS, data={}).status_code == 404


def test_the_page_holds_nothing_of_another_host_and_no_script_of_its_own(client: FlaskClient) -> None:
    page = client.get("/merchant")
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<style" not in page.text
    assert " style=" not in page.text
    assert page.text.count("<script") == page.text.count('<script type="module" src="/merchant/static/')
    assert "http" not in page.text.replace("http://www.w3.org/2000/svg", "")


def test_products_come_page_by_page_in_the_order_of_the_feed(client: FlaskClient) -> None:
    first = client.get("/merchant/products").get_json()
    assert (first["of"], first["page"], first["pages"], len(first["products"])) == (326, 1, 7, 50)
    assert first["products"][0]["sku"] == "milk-whole-pennymeadow-gal"
    seen = [
        one["sku"]
        for page in range(1, 8)
        for one in client.get(f"/merchant/products?page={page}").get_json()["products"]
    ]
    assert len(set(seen)) == 326
    for asked, page in (("0", 1), ("8", 7), ("x", 1), ("²", 1), ("9" * 30, 1), ("-1", 1)):
        assert client.get("/merchant/products", query_string={"page": asked}).get_json()["page"] == page


@pytest.mark.parametrize(
    ("locale", "words", "sku"),
    [
        ("en-US", "oat milk", "milk-oat-brindle-half-gal"),
        ("de-DE", "Hafermilch", "milk-oat-brindle-half-gal"),
        ("ar-SA", "حليب الشوفان", "milk-oat-brindle-half-gal"),
    ],
)
def test_a_search_tells_what_the_shop_answers_and_why(
    client: FlaskClient, locale: str, words: str, sku: str
) -> None:
    told = client.get("/merchant/search", query_string={"words": words, "locale": locale}).get_json()
    assert told["result"]["is"] == "several"
    first = told["hits"][0]
    assert (first["sku"], first["place"], first["cover"]) == (sku, 1, 100)
    assert first["said"] in told["answer"]
    assert any("title" in why for why in first["why"])
    places = [hit["place"] for hit in told["hits"] if hit["place"]]
    assert places == list(range(1, len(places) + 1))
    assert told["language"] == locale[:2]


def test_wishes_are_told_apart_from_words(client: FlaskClient) -> None:
    words = "the cheapest oat milk under five dollars"
    told = client.get("/merchant/search", query_string={"words": words}).get_json()
    assert told["wishes"] == ["up to $5.00", "cheapest first"]
    assert [word["token"] for word in told["words"]] == ["oat", "milk"]
    assert told["result"]["is"] == "found"
    assert told["hits"][0]["sku"] == told["result"]["sku"]


def test_a_search_for_nothing_is_refused_and_for_nonsense_answered(client: FlaskClient) -> None:
    assert client.get("/merchant/search?words=%20").status_code == 400
    told = client.get("/merchant/search?words=xylophonic+quux").get_json()
    assert (told["result"]["is"], told["by_sound"]) == ("nothing", True)
    assert told["answer"]
    assert client.get("/merchant/search", query_string={"words": "<b>" * 500}).status_code == 200


def test_a_product_nobody_sells_is_not_found(client: FlaskClient) -> None:
    assert client.get("/merchant/products/no-such").status_code == 404
    assert client.get("/merchant/imports/no-such").status_code == 404


@pytest.fixture
def address(empty: App) -> Iterator[str]:
    with served(empty) as known:
        yield known


def test_the_server_tells_how_far_an_import_is_while_it_goes(address: str) -> None:
    rows = "".join(DULL.replace("a1", f"b{n}").splitlines(keepends=True)[0] for n in range(1_500))
    fields: dict[str, Any] = {
        "feed": ("goods.tsv", feed(rows=rows)),
        "shop": ("shop.toml", FACTS.encode()),
        "live": "1",
        "token": "mine",
    }
    seen: list[dict[str, Any]] = []
    with urllib3.PoolManager(timeout=60.0) as http, ThreadPoolExecutor(1) as pool:
        sending = pool.submit(http.request, "POST", address + FEEDS, fields=fields)
        while not sending.done():
            seen.append(http.request("GET", f"{address}{FEEDS}?token=mine").json())
            time.sleep(0.02)
        report = sending.result().json()
        assert http.request("GET", f"{address}{FEEDS}?token=mine").json() == {}
        assert http.request("GET", f"{address}{FEEDS}").json() == {}
    assert (report["rows"], report["live"]) == (1_500, True)
    for stage in ("reading", "indexing"):
        done = [one["done"] for one in seen if one.get("stage") == stage]
        assert done == sorted(done)
        assert len(set(done)) > 1, seen


def test_two_imports_at_once_are_told_apart(address: str) -> None:
    sending: dict[str, Any] = {"shop": ("shop.toml", FACTS.encode()), "live": "1"}
    with urllib3.PoolManager(timeout=60.0) as http, ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(
                lambda name: http.request(
                    "POST", address + FEEDS, fields={**sending, "token": name, "feed": (name, feed())}
                ),
                ("one.tsv", "two.tsv"),
            )
        )
        kept = http.request("GET", f"{address}/merchant/overview").json()["imports"]
    assert [answer.status for answer in answers] == [200, 200]
    assert {answer.json()["source"] for answer in answers} == {"one.tsv", "two.tsv"}
    assert {one["source"] for one in kept} == {"one.tsv", "two.tsv"}


def test_sayso_serve_takes_feeds_larger_than_any_other_request(empty: App) -> None:
    sent(create_app(empty, verify=None).test_client(), feed(rows=DULL), shop=FACTS, live="1")
    port = free_port()
    environment = {
        **os.environ,
        "SAYSO_STORE": empty.settings.store,
        "SAYSO_CATALOGUES": str(empty.settings.catalogues),
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "skill", "serve", "--unsigned"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    large = feed(rows=DULL.replace("Boils water.", "Boils water. " * 4_500) * 5)
    assert len(large) > MAX_BODY
    try:
        assert server.stdout is not None
        assert "Kettle Corner is open" in server.stdout.readline()
        with urllib3.PoolManager(timeout=60.0, retries=urllib3.Retry(10, backoff_factor=0.1)) as http:
            answer = http.request(
                "POST", f"http://127.0.0.1:{port}{FEEDS}", fields={"feed": ("goods.tsv", large)}
            )
            assert (answer.status, answer.json()["products"]) == (200, 5)
            refused = http.request("POST", f"http://127.0.0.1:{port}/merchant/versions", body=large)
            assert (refused.status, b"large" in refused.data) == (400, True), refused.data
    finally:
        server.terminate()
        server.wait(timeout=20)
        if server.stdout:
            server.stdout.close()


def looked(client: FlaskClient, text: str, **acts: str) -> dict[str, Any]:
    """What the page is told of a shop file, and what is done with it."""
    sending = {**acts, "shop": (BytesIO(text.encode()), "mine.toml")}
    answer = client.post("/merchant/shop", data=sending)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def returns(client: FlaskClient) -> str:
    """What a shopper hears of returns."""
    asked = {"user": "anybody", "locale": "en-US", "text": "what is your return policy"}
    answer = client.post("/simulator/say", json=asked).get_json()
    return str(answer["speech"])


def test_a_shop_file_is_looked_over_and_changes_nothing(selling: App, client: FlaskClient) -> None:
    before = selling.store.visit(NOBODY).facts
    faulty = looked(client, 'name = "K"\ncurrency = "USD"\n[delivery]\nfe = 3\n', live="1")
    assert faulty["faults"] == [{"line": 4, "place": "delivery.fe", "what": "is not known here; 'fee' is"}]
    assert (faulty["changes"], faulty["done"]) == ([], "")
    sample_file = (SAMPLE / "shop.toml").read_text("utf-8")
    assert looked(client, sample_file)["changes"] == []
    assert looked(client, sample_file.replace("fee = 499", "fee = 299"))["changes"] == [
        "delivery, tax or deposit terms"
    ]
    assert selling.store.visit(NOBODY).facts == before


def test_a_shop_file_is_heard_while_it_is_tried_and_live_when_it_is_made_so(tmp_path: Path) -> None:
    app = sample(tmp_path)
    client = create_app(app, verify=None).test_client()
    text = (SAMPLE / "shop.toml").read_text("utf-8")
    wanted = text.replace("within thirty days", "within sixty days")
    assert "thirty days" in returns(client)
    assert looked(client, wanted, **{"try": "1"})["done"] == "try"
    assert client.get("/simulator/state?user=anybody").get_json()["trial"]["file"] == "mine.toml"
    assert "sixty days" in returns(client)
    # A feed that is imported meanwhile brings nothing of it along.
    assert "thirty days" in str(app.store.visit(NOBODY).facts.faqs)
    assert client.delete("/merchant/trial").get_json() == {"trial": None}
    assert "thirty days" in returns(client)
    assert looked(client, wanted, live="1")["done"] == "live"
    assert "sixty days" in returns(client)
    assert "sixty days" in str(app.store.visit(NOBODY).facts.faqs)


def test_what_the_catalogue_was_built_with_is_neither_tried_nor_made_live(client: FlaskClient) -> None:
    euros = (SAMPLE / "shop.toml").read_text("utf-8").replace('currency = "USD"', 'currency = "EUR"')
    for act in ("try", "live"):
        sending = {act: "1", "shop": (BytesIO(euros.encode()), "mine.toml")}
        answer = client.post("/merchant/shop", data=sending)
        assert answer.status_code == 409
        assert "import the feed" in answer.get_json()["error"]
    assert client.post("/merchant/shop").status_code == 409
    assert client.delete("/merchant/trial", headers={"Origin": "https://evil.example"}).status_code == 403
