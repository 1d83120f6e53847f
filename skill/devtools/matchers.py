"""What reads typed words, by locale: made once a process, in a second or so each."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock, Thread

from skill.alexa.typed_model import deployed
from skill.intents import everything
from skill.speech.utterances import Matcher

_made: dict[str, Matcher] = {}
_making = Lock()


def matcher_of(locale: str) -> Matcher:
    """The matcher of a locale; whoever asks while one is made waits for it."""
    known = _made.get(locale)
    if known is not None:
        return known
    with _making:
        if locale not in _made:
            # Both are needed for the first sentence.
            deployed(locale)
            _made[locale] = Matcher(everything().values(), locale=locale)
        return _made[locale]


def make_ready(locales: Iterable[str]) -> None:
    """Make what these locales need meanwhile, one after the other: who changes the language need not wait."""
    left = [locale for locale in locales if locale not in _made]

    def make() -> None:
        for locale in left:
            matcher_of(locale)

    if left:
        Thread(target=make, name="sayso-matchers", daemon=True).start()
