"""A process that is made ready before anybody speaks, to be kept: a snapshot of it answers at once.

Whoever is restored from it shares all that was drawn or opened before. Ids and codes come from the system's
own randomness, and the clock is asked anew in each turn; connections are closed first, and what Python's own
generator draws (pauses before something is tried again) begins elsewhere in each."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module

from skill.app import App
from skill.dialogue.turn import Slot, Turn
from skill.intents import everything
from skill.logs import fault
from skill.speech.locale import locales

log = logging.getLogger("sayso")
# Lambda's own mark of how a process comes to be, and when there is time before the first request.
_TYPE, _AHEAD = "AWS_LAMBDA_INITIALIZATION_TYPE", frozenset({"snap-start", "provisioned-concurrency"})
# What some turns need besides: a screen, a tap on it, and a linked account.
_MODULES = ("skill.alexa.screens", "skill.dialogue.touch", "skill.linking.standing")
# Nobody, whom no platform knows by this id.
_NOBODY = "snapshot"
# Words of which no shop knows the second: everything that search does has been done once.
_WORDS = "milk zyzzx"


def is_taken(environ: Mapping[str, str]) -> bool:
    """Whether this process is made to be kept, by what Lambda tells of it."""
    return environ.get(_TYPE) in _AHEAD


def fill(app: App) -> None:
    """Load what turns need, and have nobody open the shop and look for something in each locale: nothing is
    written. What goes wrong is logged and no more, since the first shopper may meet a better hour."""
    for name in _MODULES:
        import_module(name)
    list(everything().values())
    try:
        for locale in locales():
            for intent, slots in (("Launch", {}), ("FindProduct", {"query": Slot(text=_WORDS)})):
                app.respond(
                    Turn(
                        request_id=f"{_NOBODY}-{locale}-{intent}",
                        intent=intent,
                        now=app.clock(),
                        locale=locale,
                        user=_NOBODY,
                        slots=slots,
                        screen=True,
                    )
                )
    except Exception as error:
        log.warning("the shop could not be opened ahead: %s", fault(error))
    # Only now: a shop on SQLite never loads it.
    from skill.aws import hang_up

    hang_up()
    with suppress(ImportError):
        # The runtime's, which a machine of one's own has not.
        from snapshot_restore_py import register_after_restore

        register_after_restore(random.seed)
