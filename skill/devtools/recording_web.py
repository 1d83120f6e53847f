"""Recording a conversation on the page: what was kept before it, and what became of it as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Flask, Response, jsonify, request

from skill.alexa.fields import fields, text
from skill.commerce.trust import opens
from skill.devtools.recording import Exchange, recording_of
from skill.devtools.recording_form import recording
from skill.devtools.recording_shopper import contact, start
from skill.devtools.sample_shop import sample_name
from skill.devtools.scenario import state
from skill.errors import BadInput
from skill.shop import Stocking

# Faults that change what a request means, so that its words no longer tell.
_INSTEAD = ("no_match", "unheard_number")
_MOST_TURNS = 1_000
RECORDING = "/simulator/recording"
# Bytes of turns with all that was drawn in them.
MOST_RECORDED = 8 * 1024 * 1024


def add_recording(
    web: Flask,
    *,
    store: Stocking,
    clock: Callable[[], datetime],
    key: Callable[[str], str],
    letters: bool = False,
    linked: Callable[[str], bool] = lambda _: True,
) -> None:
    """Serve `GET /simulator/recording?user=…`, what is kept of a shopper before the first turn, and
    `POST /simulator/recording`, which makes a recording of turns. `key` is what a user's data is kept under;
    `letters`: e-mail can leave; `linked`: whether a user's account is linked as far as requests tell."""

    @web.get(RECORDING)
    def before() -> tuple[Response, int]:
        user = request.args.get("user", "")
        if not user:
            return _refused("name the shopper: /simulator/recording?user=…")
        return jsonify(start(store, key(user), now=clock(), letters=letters)), 200

    @web.post(RECORDING)
    def record() -> tuple[Response, int]:
        request.max_content_length = MOST_RECORDED
        asked = request.get_json(silent=True)
        turns = asked.get("turns") if isinstance(asked, dict) else None
        if not isinstance(asked, dict) or not isinstance(turns, list) or len(turns) > _MOST_TURNS:
            return _refused('send {"wants": "…", "user": "…", "start": …, "turns": […]} as JSON')
        user = text(asked.get("user"))
        shopper = key(user)
        began = asked.get("start") if isinstance(asked.get("start"), dict) else None
        about = store.visit(shopper).shopper
        try:
            made = recording_of(
                [_exchange(turn, place) for place, turn in enumerate(turns, start=1)],
                wants=text(asked.get("wants")),
                start=began or {"shop": store.visit(shopper).facts.name, "letters": letters},
                end=state(store, shopper),
                sample=sample_name(),
                linked=linked(user),
                key=key,
                opens=lambda digits: opens(digits, about.code),
                contact=contact(about),
            )
            # What a page sends is checked as a file would be.
            recording(made, called="recording")
        except BadInput as error:
            return _refused(str(error))
        except (LookupError, TypeError, ValueError, AttributeError):
            return _refused("start: hand back what GET /simulator/recording answered, or leave it out")
        return jsonify(made), 200


def _exchange(turn: Any, place: int) -> Exchange:
    """A turn as the page kept it: what it sent, and under "answer" what /simulator/say answered."""
    answer = turn.get("answer") if isinstance(turn, dict) else None
    if not isinstance(answer, dict) or not isinstance(answer.get("response", {}), dict | None):
        raise BadInput(f"turns: number {place} has no answer: send what /simulator/say answered")
    said, sent, hears = turn.get("say"), answer.get("request"), answer.get("speech")
    ended, fault = answer.get("sessionEnded"), fields(answer, "fault")
    return Exchange(
        request=sent if isinstance(sent, dict) and sent else None,
        response=answer.get("response") or {},
        say=said if isinstance(said, str) else None,
        instead=fault.get("name") in _INSTEAD and fault.get("played") is True,
        intent=text(fields(answer, "heard").get("intent")),
        hears=hears if isinstance(hears, str) else "",
        ended=ended if isinstance(ended, bool) else None,
        ahead=_seconds(fields(answer, "clock")),
        twice=isinstance(answer.get("repeat"), dict),
        lost=answer.get("lost") is True,
    )


def _seconds(clock: Mapping[str, Any]) -> int:
    ahead = clock.get("ahead")
    return round(ahead) if isinstance(ahead, int | float) and abs(ahead) < 10**9 else 0


def _refused(reason: str) -> tuple[Response, int]:
    return jsonify(error=reason), 400
