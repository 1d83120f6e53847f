"""The clock of a shop that is tried: it goes ahead, back to real time alone, and tokens go along."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.developing import development
from skill.devtools.clock import FURTHEST, Clock
from skill.server import create_app, own_identity
from skill.settings import Settings
from tests.linking.test_identity import Browser
from tests.serving import serving
from tests.talk import publish_sample

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = 86_400
spans = st.timedeltas(min_value=timedelta(), max_value=FURTHEST)


@given(spans, spans)
def test_a_clock_that_is_ahead_only_goes_further(first: timedelta, second: timedelta) -> None:
    clock = Clock(lambda: NOON)
    clock.set_ahead(first)
    assert clock() == NOON + first
    if second and second < first:
        with pytest.raises(ValueError, match="back to 0 only"):
            clock.set_ahead(second)
        assert clock() == NOON + first
    else:
        clock.set_ahead(second)
        assert clock() == NOON + second


def test_a_clock_goes_on_where_it_was_set_to() -> None:
    times = iter([NOON, NOON + timedelta(minutes=1)])
    clock = Clock(lambda: next(times))
    clock.set_ahead(timedelta(days=1))
    assert clock() == NOON + timedelta(days=1)
    assert clock() == NOON + timedelta(days=1, minutes=1)


def test_a_clock_that_stands_still_is_moved_from_there(tmp_path: Path) -> None:
    settings = Settings(
        store=f"sqlite:{tmp_path / 'shop.db'}", catalogues=tmp_path / "shop-catalogues", fixed_now=NOON
    )
    app = development(settings).main
    assert isinstance(app.clock, Clock)
    app.clock.set_ahead(timedelta(hours=2))
    assert app.clock() == NOON + timedelta(hours=2)


def test_several_processes_share_no_clock_that_could_be_set(tmp_path: Path) -> None:
    settings = Settings(store=f"sqlite:{tmp_path / 'shop.db'}", catalogues=tmp_path / "shop-catalogues")
    app = development(settings, movable=False).main
    publish_sample(app)
    page = create_app(app, verify=None).test_client()
    answer = page.post("/simulator/clock", json={"ahead": 60})
    assert answer.status_code == 400
    assert "one process" in answer.get_json()["error"]
    assert page.get("/simulator/state").get_json()["clock"]["ahead"] is None


@pytest.fixture
def linking(tmp_path: Path) -> Iterator[str]:
    """The address of the sample shop, where shoppers link an account first."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(store=f"sqlite:{tmp_path / 'shop.db'}", catalogues=tmp_path / "shop-catalogues")
    app = development(settings, identity=own_identity("127.0.0.1", port, unsigned=True)).main
    publish_sample(app)
    with serving(create_app(app, verify=None), port=port) as address:
        yield address


class Linked:
    """A shopper who has linked an account, and talks."""

    def __init__(self, address: str) -> None:
        self.browser, self.session = Browser(address), None
        place = self.post("/simulator/link", user="ann")["to"]
        for form in ({"name": "Ann"}, None):
            parts = urlsplit(place)
            _, headers, _ = self.browser.send(f"{parts.path}?{parts.query}", form=form)
            place = headers["Location"]
        assert "link=done" in place

    def post(self, path: str, **what: Any) -> dict[str, Any]:
        status, _, text = self.browser.send(path, document=what)
        assert status == 200, text
        told: dict[str, Any] = json.loads(text)
        return told

    def say(self, text: str) -> dict[str, Any]:
        told = self.post("/simulator/say", text=text, user="ann", session=self.session)
        self.session = told["session"]
        return told


def test_a_linked_account_stays_linked_when_the_clock_goes_ahead_and_back(linking: str) -> None:
    ann = Linked(linking)
    for ahead in (0, 2 * DAY, 0):
        ann.post("/simulator/clock", ahead=ahead)
        ann.say("open saffron wagon")
        ann.say("add goat milk")
        ann.say("make it three")
        told = ann.say("check out")
        assert told["linked"]
        assert told["turn"]["outcome"].startswith("checkout.")
        assert told["waiting"]["intent"] == "Checkout"
        # Name and address come from the account, by the token of this very moment.
        assert "Main Street" in told["speech"]
        ann.say("no")
