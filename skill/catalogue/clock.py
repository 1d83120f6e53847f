"""Times of day as they are said: "half past ten", "zehn Uhr dreißig", "خمس العصر". The words are data
(`[clock]` in `locales/<lang>/words.toml`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from skill.catalogue.analyser import digits, fold
from skill.catalogue.grammar import Words

# How Alexa writes a part of the day: morning, afternoon, evening, night.
_PARTS = {"MO": time(9), "AF": time(15), "EV": time(18), "NI": time(20)}


def clock(text: str, *, words: Words) -> time | None:
    """A time of day in the words of a language, in ISO 8601, or as Alexa names a part of the day. Of the two
    hours that "at five" may mean it is the earlier; None: no time."""
    written = text.strip()
    if written in _PARTS:
        return _PARTS[written]
    if (written_out := _iso(written)) is not None or "clock" not in words.data:
        return written_out
    return _spoken(digits(fold(text), language=words.language).split(), words)


def _spoken(said: list[str], words: Words) -> time | None:
    data = words.data["clock"]
    while start := words.phrases("clock.before").at(said):
        said = said[start:]
    if fixed := data["times"].get(" ".join(said)):
        return time.fromisoformat(fixed)
    said, _ = _without(said, words, "hour")
    said, morning = _without(said, words, "morning")
    said, evening = _without(said, words, "evening")
    said = [str(data.get("hours", {}).get(word, word)) for word in _joined(said, data.get("hours", {}))]
    minutes = 0
    for phrase, more in sorted(data["minutes"].items(), key=lambda entry: -len(entry[0])):
        found = phrase.split()
        place = next((at for at in range(len(said)) if said[at : at + len(found)] == found), None)
        if place is not None:
            said, minutes = said[:place] + said[place + len(found) :], more
            break
    return _at(said, minutes, words, morning=morning, evening=evening)


def _at(said: Sequence[str], minutes: int, words: Words, *, morning: bool, evening: bool) -> time | None:
    data = words.data["clock"]
    match said:
        case [hour] if hour.isdigit():
            pass
        case [hour, more] if hour.isdigit() and more.isdigit() and len(more) <= 2 and not minutes:
            minutes = int(more)
        case [more, way, hour] if hour.isdigit() and more.isdigit() and way in (*data["past"], *data["to"]):
            minutes = int(more) if way in data["past"] else -int(more)
        case _:
            return None
    number = int(hour)
    if number > 23 or not -59 <= minutes <= 59:
        return None
    if number < 12 and evening:
        number += 12
    elif number == 12 and morning:
        number = 0
    hours, rest = divmod(number * 60 + minutes, 60)
    return time(hours % 24, rest)


def _without(said: list[str], words: Words, name: str) -> tuple[list[str], bool]:
    """The words without the first phrase of a list, and whether there was one."""
    found = words.phrases(f"clock.{name}").find(said)
    return (said, False) if found is None else ([*said[: found[0]], *said[found[1] :]], True)


def _joined(said: Sequence[str], names: Sequence[str]) -> list[str]:
    """Hours that are two words ("الثانية عشرة") as one."""
    whole = " ".join(said)
    return [whole] if whole in names else list(said)


def _iso(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if ":" in text else None
    except ValueError:
        return None
