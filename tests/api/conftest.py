"""Two merchants in one store behind one real HTTP server, and how each of them asks it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import urllib3
from flask import Flask
from werkzeug.serving import make_server

from skill.api.web import MOUNT, register
from skill.app import App, build
from skill.commerce.cart import Cart, Line
from skill.commerce.key import SCOPES, made
from skill.commerce.merchant import Case, Facts, Faq
from skill.commerce.money import Money
from skill.commerce.order import Order
from skill.commerce.product import Product
from skill.commerce.totals import Terms, Totals
from skill.deployment import place_of
from skill.merchants import webhooks
from skill.merchants.publish import Wanted, publish
from skill.merchants.webhooks import Endpoint, secret_of
from skill.settings import Settings
from tests.talk import NOW

# What every word of the second merchant has in it, and the first never may be told.
SECRET = "zanzibar"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Any
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Merchant:
    """One shop, a key of it, and the ids of what it has."""

    app: App
    url: str
    key: str
    sku: str
    order: str
    number: str
    faq: str
    case: str
    reference: str
    webhook: str
    secret: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """One request with this merchant's key; a body that is no bytes is sent as JSON."""
        return ask(self.url, method, path, body, Authorization=f"Bearer {self.key}", **headers)

    def holding(self, key: str) -> Merchant:
        return replace(self, key=key)


def ask(url: str, method: str, path: str, body: Any = None, **headers: str) -> Reply:
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    if data is not None and "Content_Type" not in headers:
        headers["Content_Type"] = "application/json"
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with urllib3.PoolManager(retries=False) as pool:
        answer = pool.request(method, f"{url}{MOUNT}{path}", body=data, headers=sent, timeout=20)
        return Reply(answer.status, answer.headers, answer.data.decode())


@pytest.fixture
def merchants(tmp_path: Path) -> Iterator[tuple[Merchant, Merchant]]:
    """Harbor and hill: nothing one does may touch the other."""
    with serving(tmp_path) as both:
        yield both


@pytest.fixture
def harbor(merchants: tuple[Merchant, Merchant]) -> Merchant:
    return merchants[0]


@pytest.fixture
def hill(merchants: tuple[Merchant, Merchant]) -> Merchant:
    return merchants[1]


class serving:  # noqa: N801
    """The two merchants of a folder, served for as long as this is open."""

    def __init__(self, folder: Path) -> None:
        apps = {shop: build(settings_of(folder, shop)) for shop in ("harbor", "hill")}
        web = Flask(__name__)
        # As the skill's own server: the API's routes set their own limits.
        web.config["MAX_CONTENT_LENGTH"] = 1024
        register(
            web,
            shop_of=lambda key: apps.get(apps["harbor"].store.shop_of_key(key) or ""),
            named=lambda name: apps.get(name or "harbor"),
        )
        self._server = make_server("127.0.0.1", 0, web, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        url = f"http://127.0.0.1:{self._server.server_port}"
        self._both = (
            furnished(apps["harbor"], url=url, word="harbor"),
            furnished(apps["hill"], url=url, word=SECRET),
        )

    def __enter__(self) -> tuple[Merchant, Merchant]:
        self._thread.start()
        return self._both

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def settings_of(folder: Path, shop: str) -> Settings:
    return Settings(
        store=f"sqlite:{folder / 'shop.db'}",
        shop=shop,
        catalogues=folder / "catalogues",
        fixed_now=NOW,
        assume_linked=True,
    )


def furnished(app: App, *, url: str, word: str) -> Merchant:
    """A shop with two products, an answer, an order and a key; `word` is in all of them."""
    milk, tea = f"{word}-milk", f"{word}-tea"
    facts = Facts(
        name=f"{word} foods",
        terms=Terms(currency="USD"),
        catalogue="",
        faqs=(Faq(f"{word}-wrap", ("do you wrap gifts",), {"en": f"{word} wraps."}),),
    )
    products = (
        Product(sku=milk, title=f"{word} oat milk", price=Money(399, "USD"), stock=9),
        Product(sku=tea, title=f"{word} mint tea", price=Money(249, "USD"), stock=None),
    )
    publish(enumerate(products, start=1), place=place_of(app), wanted=Wanted(facts=facts))
    number = f"{10 * app.store.next_number() + len(word):05}"
    goods, none = Money(798, "USD"), Money(0, "USD")
    line = Line(sku=milk, quantity=2, name=f"{word} oat milk", price=Money(399, "USD"))
    order = Order(
        id=f"{word}-cart",
        number=number,
        shopper="ann",
        status="placed",
        placed_at=NOW,
        lines=(line,),
        totals=Totals(goods, none, none, goods, none),
        history=(("placed", NOW),),
    )
    cart = Cart(cid=order.id, lines=(line,))
    app.store.place(order, cart=cart, renewed=Cart(cid=f"{word}-next"))
    case = Case(id=f"{word}-case", reference=number[::-1], about=f"{word} tea is cold", opened_at=NOW)
    app.store.open_case(case, shopper="ann")
    listening = Endpoint(
        id=f"{word}-hook",
        url=f"https://{word}.example/hook",
        secret=secret_of((word * 32).encode()[:32]),
        created=NOW,
    )
    webhooks.add(app.store, listening)
    return Merchant(
        app=app,
        url=url,
        key=key_of(app, word),
        sku=milk,
        order=order.id,
        number=number,
        faq=f"{word}-wrap",
        case=case.id,
        reference=case.reference,
        webhook=listening.id,
        secret=listening.secret,
    )


def key_of(app: App, word: str, **about: Any) -> str:
    """A key of the shop; `about` is what differs from a good one."""
    secret = "sayso_" + (word * 43)[:43]
    key = made(word, secret=secret, id=f"k-{word}", now=NOW, scopes=about.pop("scopes", SCOPES))
    app.store.save_keys(replace(key, **about))
    return secret
