"""A page that talks to the shop, and keeps what was said and answered as the conversation page does."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

USER = "amzn1.ask.account.SECRET-PAGE"


class Page:
    """One shopper at the page. `start` was fetched before the first turn; `chosen` goes with every turn."""

    def __init__(self, web: FlaskClient, *, user: str = USER, **chosen: Any) -> None:
        self.web, self.user = web, user
        self.chosen = {"user": user, "locale": "en-US", **chosen}
        self.start = web.get("/simulator/recording", query_string={"user": user}).get_json()
        self.turns: list[dict[str, Any]] = []
        self.session: Any = None

    def say(self, text: str, *, person: str | None = None) -> dict[str, Any]:
        if self.session and person:
            self.session["person"] = person
        return self._turn({"say": text}, {"text": text, "person": person})

    def touch(self, *arguments: Any) -> dict[str, Any]:
        return self._turn({"touch": list(arguments)}, {"touch": list(arguments)})

    def hang_up(self) -> None:
        self.session = None

    def recorded(self, **more: Any) -> Any:
        """The answer to a wish for the recording."""
        asked = {"wants": "milk", "user": self.user, "start": self.start, "turns": self.turns, **more}
        return self.web.post("/simulator/recording", json=asked)

    def _turn(self, kept: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
        asked = {**self.chosen, **sent, "session": self.session}
        answer: dict[str, Any] = self.web.post("/simulator/say", json=asked).get_json()
        self.session = answer["session"]
        self.turns.append({**kept, "answer": answer})
        return answer
