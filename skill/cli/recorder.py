"""A conversation in the terminal, as a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from skill.alexa.typed import Session, Turned
from skill.app import App
from skill.cli.common import key_of
from skill.commerce.trust import opens
from skill.devtools.recording import Exchange, recording_of, typed
from skill.devtools.recording_form import recording_text
from skill.devtools.recording_shopper import contact, start
from skill.devtools.sample_shop import sample_name
from skill.devtools.scenario import state
from skill.errors import BadInput

Talk = Callable[[str, Session], tuple[Turned, Session]]


@contextmanager
def recorded(talk: Talk, *, app: App, user: str, file: Path) -> Iterator[Talk]:
    """`talk`, and when the conversation is over, whatever ended it, all that was said and heard in `file`.
    Raises BadInput before a word is said where the file is there already, or cannot be written."""
    if file.exists():
        raise BadInput(f"--record {file}: is there already; remove it, or name another")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(exist_ok=False)
    except OSError as error:
        raise BadInput(f"--record {file}: cannot be written: {error.strerror}") from error
    shopper, exchanges = key_of(app, user), list[Exchange]()
    before = start(app.store, shopper, now=app.clock(), letters=bool(app.settings.mail))
    code = app.store.visit(shopper).shopper.code

    def taken(text: str, session: Session) -> tuple[Turned, Session]:
        turned, after = talk(text, session)
        exchanges.append(typed(turned))
        return turned, after

    try:
        yield taken
    finally:
        if exchanges:
            made = recording_of(
                exchanges,
                wants=file.stem.replace("_", " "),
                start=before,
                end=state(app.store, shopper),
                sample=sample_name(),
                key=partial(key_of, app),
                opens=lambda digits: opens(digits, code),
                contact=contact(app.store.visit(shopper).shopper),
            )
            file.write_text(recording_text(made), "utf-8")
        else:
            file.unlink(missing_ok=True)
