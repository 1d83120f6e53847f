"""The page's calls to `sayso serve --unsigned` over real HTTP: letters, the clock, who may be asked what."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.bench import environment, served

DAY = 86_400
PATIENCE_SECONDS = 15.0


@dataclass
class Wire:
    """A page of one shopper, on the wire."""

    address: str
    user: str
    session: Any = None
    told: dict[str, Any] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, document: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=20)
        try:
            body = None if document is None else json.dumps(document)
            connection.request(method, path, body, {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            content = answer.read()
            is_json = answer.headers.get_content_type() == "application/json"
            return answer.status, dict(answer.headers), json.loads(content) if is_json else content
        finally:
            connection.close()

    def say(self, text: str, **more: Any) -> dict[str, Any]:
        asked = {"text": text, "user": self.user, "session": self.session, **more}
        status, _, told = self.ask("POST", "/simulator/say", asked)
        assert status == 200, told
        self.session = told["session"]
        answer: dict[str, Any] = told
        return answer

    def post(self, call: str, /, **what: Any) -> tuple[int, Any]:
        status, _, told = self.ask("POST", f"/simulator/{call}", what)
        return status, told

    def state(self) -> dict[str, Any]:
        _, _, told = self.ask("GET", f"/simulator/state?user={quote(self.user)}")
        state: dict[str, Any] = told
        return state


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("wire")
    settings = environment({"SAYSO_STORE": f"sqlite:{folder / 'shop.db'}"})
    with served(folder, "--unsigned", settings=settings) as server:
        yield server.url.removesuffix("/alexa"), folder


@pytest.fixture
def wire(place: tuple[str, Path], request: pytest.FixtureRequest) -> Wire:
    """A shopper of the test's own, whose shop keeps real time."""
    page = Wire(place[0], f"amzn1.ask.account.{request.node.name}")
    assert page.post("clock", ahead=0)[0] == 200
    return page


def order(wire: Wire) -> str:
    """Buy something; the order's number."""
    wire.say("add goat milk")
    wire.say("make it three")
    wire.say("check out")
    [placed] = wire.say("yes")["state"]["orders"]
    number: str = placed["number"]
    return number


def letters_of(wire: Wire) -> list[dict[str, Any]]:
    """The shopper's letters, once there are any."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := wire.state()["messages"]) and time.monotonic() < until:
        time.sleep(0.1)
    letters: list[dict[str, Any]] = found
    return letters


def test_the_letter_about_an_order_is_shown_once_the_rounds_have_written_it(
    wire: Wire, place: tuple[str, Path]
) -> None:
    status, told = wire.post("contact", user=wire.user, allowed=True)
    assert status == 200
    number = order(wire)
    [letter] = letters_of(wire)
    assert number in letter["subject"]
    assert letter["to"] == told["contact"]["email"]
    assert "goat milk" in letter["text"]
    [file] = place[1].glob("shop-letters/*.eml")
    assert file.stem == letter["id"]
    assert file.stat().st_mode & 0o077 == 0


def test_whoever_does_not_say_where_to_gets_no_letter(wire: Wire) -> None:
    order(wire)
    assert wire.state()["messages"] == []


def test_without_leave_the_shop_hears_nothing_of_a_shopper(wire: Wire) -> None:
    wire.post("contact", user=wire.user, allowed=False)
    wire.say("add goat milk")
    wire.say("make it three")
    told = wire.say("check out")
    assert told["response"]["response"]["card"]["type"] == "AskForPermissionsConsent"
    assert told["state"]["orders"] == []


def test_the_device_is_asked_at_this_server_and_its_token_is_shown_to_nobody(wire: Wire) -> None:
    wire.post("contact", user=wire.user, allowed=True)
    wire.say("add goat milk")
    wire.say("make it three")
    told = wire.say("check out")
    assert "Main Street" in told["speech"]
    assert "apiAccessToken" not in json.dumps(told)
    path = "/v2/accounts/~current/settings/Profile.email"
    assert wire.ask("GET", path)[0] == 401
    assert wire.ask("GET", path, Authorization="Bearer guessed")[0] == 401


def test_what_is_due_happens_before_a_jump_of_the_clock_is_answered(wire: Wire) -> None:
    wire.say("add goat milk")
    assert wire.state()["state"]["cart"]
    status, told = wire.post("clock", ahead=91 * DAY)
    assert (status, told["clock"]["ahead"]) == (200, 91 * DAY)
    # A cart is kept for ninety days.
    assert wire.state()["state"]["cart"] == {}


def test_turns_happen_at_the_time_the_clock_was_set_to(wire: Wire) -> None:
    before = wire.state()["clock"]["now"]
    wire.post("clock", ahead=2 * DAY)
    placed = order(wire)
    [kept] = wire.state()["state"]["orders"]
    assert kept["number"] == placed
    assert kept["placed_at"][:10] > before[:10]


@pytest.mark.parametrize("ahead", [None, "3600", True, -1, 10**12, float("nan")])
def test_a_clock_is_not_set_to_nonsense(wire: Wire, ahead: Any) -> None:
    status, told = wire.post("clock", ahead=ahead)
    assert status == 400
    assert told["error"]
    assert wire.state()["clock"]["ahead"] == 0


def test_a_clock_goes_back_to_real_time_only(wire: Wire) -> None:
    wire.post("clock", ahead=DAY)
    status, told = wire.post("clock", ahead=60)
    assert status == 400
    assert "back to 0 only" in told["error"]
    assert wire.post("clock", ahead=0)[1]["clock"]["ahead"] == 0


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("say", {"text": "hello", "fault": "earthquake"}),
        ("say", {"text": "hello", "person": 3}),
        ("say", {"text": "hello", "session": {"asking": 3}}),
        ("say", {"silence": "yes"}),
        ("leave", {"session": {"asking": 3}}),
        ("member", {"user": "u"}),
        ("member", {"user": "u", "name": " "}),
        ("member", {"user": "u", "name": "x" * 61}),
        ("member", {"user": "u", "name": "Anna", "child": "yes"}),
        ("contact", {"user": "", "allowed": True}),
        ("contact", {"user": "u", "allowed": "yes"}),
    ],
)
def test_the_page_is_told_what_it_sent_wrong(wire: Wire, name: str, asked: dict[str, Any]) -> None:
    status, told = wire.post(name, **asked)
    assert status == 400
    assert told["error"]


@pytest.mark.parametrize("path", ["/simulator/state", "/v2/accounts/~current/settings/Profile.name"])
def test_a_page_of_another_host_reaches_none_of_it(wire: Wire, path: str) -> None:
    assert wire.ask("GET", path, Host="shop.example")[0] == 400


def test_everything_is_answered_under_the_page_s_policy(wire: Wire) -> None:
    _, headers, _ = wire.ask("GET", "/simulator/state")
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_two_shoppers_at_once_are_told_of_their_own_turns(wire: Wire) -> None:
    other = Wire(wire.address, f"{wire.user}-other")
    wire.say("add goat milk")
    assert other.say("what's in my cart")["turn"]["outcome"] == "review_cart.empty"
    assert wire.say("what's in my cart")["turn"]["outcome"] != "review_cart.empty"
