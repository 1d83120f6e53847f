"""Whole conversations as data, played through the Lambda door."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from skill.alexa.typed import Turned
from skill.app import shopper_key
from skill.catalogues import Catalogues
from skill.cli.stages import Stages
from skill.devtools import replay
from skill.devtools.matchers import matcher_of
from skill.devtools.recording_form import Recording, recording
from skill.devtools.replay import NOW, Played, Stage
from skill.shop import NOBODY
from tests.talk import furnish, lambda_door, send_through

FOLDER = Path(__file__).parent
WORLDS = FOLDER / "worlds"


def play(
    conversation: dict[str, Any],
    *,
    folder: Path,
    monkeypatch: Any,
    store: str | None = None,
    screen: bool | None = None,
) -> tuple[list[Turned], dict[str, Any]]:
    """Every turn of a conversation, and what the store keeps at its end. `screen`: on a device that draws
    (None: as recorded); `store`: in this one, its catalogue in `folder`, and not in a copy of a shop that was
    made once."""
    made = recording(conversation, called="conversation")
    played = played_by_lambda(made, folder=folder, monkeypatch=monkeypatch, store=store, screen=screen)
    return list(played.turns), played.end


def played_by_lambda(
    made: Recording,
    *,
    folder: Path,
    monkeypatch: Any,
    store: str | None = None,
    screen: bool | None = None,
) -> Played:
    """What comes of a recording at the Lambda door."""
    catalogues = folder / "catalogues"
    if store is None:
        copy = _stages().copy(made, file=FOLDER / "recording.json")
        spec, catalogues = copy.store, copy.catalogues
    monkeypatch.setenv("SAYSO_CATALOGUES", str(catalogues))
    if made.letters:
        monkeypatch.setenv("SAYSO_MAIL", f"folder:{folder / 'letters'}")
    if store is not None:
        spec = store
        door = lambda_door(spec, now=made.now or NOW, monkeypatch=monkeypatch, linked=made.linked)
        furnish(door, world=WORLDS / made.world if made.world else None)

    def at(now: datetime) -> Stage:
        door = lambda_door(spec, now=now, monkeypatch=monkeypatch, linked=made.linked)
        app = door.app
        catalogue = Catalogues(app.settings).live(app.store.visit(NOBODY).facts.catalogue)
        key = partial(shopper_key, secret=app.settings.shopper_secret)
        return Stage(now=now, send=send_through(door), store=app.store, products=catalogue.get, key=key)

    return replay.play(made, at=at, matcher=matcher_of(made.locale), screen=screen)


@lru_cache(maxsize=1)
def _stages() -> Stages:
    """Shops that are made once a process, each conversation in a copy of its own."""
    folder = tempfile.mkdtemp(prefix="sayso-conversations-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

    def own() -> Any:
        raise AssertionError("conversations here are of the sample shop or a described world")

    return Stages(Path(folder), own=own)
