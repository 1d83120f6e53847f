"""A shop as a developer's machine serves it, and a page that asks it: for tests of what the page is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from skill.app import App
from skill.developing import development
from skill.server import create_app
from skill.settings import Settings
from tests.talk import publish_sample

USER = "amzn1.ask.account.PAGE"


def developed(folder: Path, **more: Any) -> App:
    """The sample shop, its state under `folder`."""
    settings = Settings(store=f"sqlite:{folder / 'shop.db'}", catalogues=folder / "shop-catalogues", **more)
    app = development(settings).main
    publish_sample(app)
    return app


class Page:
    """What a page does between two turns: it hands back the session."""

    def __init__(self, client: FlaskClient, **settled: Any) -> None:
        self.client = client
        self.settled = settled
        self.session: Any = None

    def say(self, text: str, **more: Any) -> dict[str, Any]:
        return self.do(text=text, **more)

    def do(self, **what: Any) -> dict[str, Any]:
        answer = self.client.post("/simulator/say", json={**self.settled, **what, "session": self.session})
        told: dict[str, Any] = answer.get_json()
        assert answer.status_code == 200, told
        self.session = told["session"]
        return told

    def post(self, place: str, **what: Any) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(f"/simulator/{place}", json=what)
        return answer.status_code, answer.get_json()

    def state(self, user: str = USER) -> dict[str, Any]:
        told: dict[str, Any] = self.client.get("/simulator/state", query_string={"user": user}).get_json()
        return told


def page_of(app: App, **settled: Any) -> Page:
    return Page(create_app(app, verify=None).test_client(), **settled)
