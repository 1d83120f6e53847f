"""Do the shared shopping sentences reach the intent that means what they say?

Every sentence of ../shared/data/utterances.json in our locales goes, in a session of its own, through a real
client (drive.js) with our interaction model to a shop being served: by exact template, without its fuzzy
stage. Then the matcher that serves typed words is asked the same. What they mean is in meant.toml.
"""

from __future__ import annotations

import json
import subprocess
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from skill.alexa.request import BUILT_IN
from skill.cli.talk import model_text
from skill.intents import everything
from skill.speech.locale import data, locales, tables
from skill.speech.utterances import Matcher, file_name
from tests.bench import NotReady, Outcome, Row, Server, node_tools, served_sample, shared

MEANT = Path(__file__).with_name("meant.toml")
# drive.js tries every sample of the model on every sentence.
_PATIENCE = 900


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words and the intents any of which is right for them. `family` is the shared file's, "" elsewhere."""

    text: str
    meant: frozenset[str]
    family: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a sentence ended: the intent by our name ("" when nothing fitted) and what filled its slots."""

    intent: str
    slots: Mapping[str, str]


NOWHERE = Reached("", {})


def sentences(locale: str) -> tuple[Sentence, ...]:
    """The shared sentences of a locale. Raises NotReady when they are absent."""
    families = json.loads(shared("data/utterances.json").read_text("utf-8"))
    by_family, by_sentence = _meant()["family"], _meant()["sentence"]
    return tuple(
        Sentence(text, frozenset(by_sentence.get(text, by_family.get(family["id"], ()))), family["id"])
        for family in families
        for text in family.get(locale, ())
    )


def right(sentence: Sentence, reached: Reached, *, locale: str) -> bool:
    """Whether the sentence arrived where its meaning is. NameProduct takes any words: with a word of
    command among them it swallowed the command, and looked for it in the shop."""
    if reached.intent not in sentence.meant:
        return False
    if reached.intent != "NameProduct":
        return True
    said = {word for value in reached.slots.values() for word in value.lower().split()}
    return not said & set(_meant()["command"].get(locale[:2], ()))


def spoken(locale: str) -> str:
    """The locale itself. Raises NotReady when it cannot be spoken yet: its types or a table is missing."""
    missing = [name for name in ("skill", "types") if not data(name, locale)]
    missing += sorted({file_name(name) for name in everything()} - set(tables(locale)))
    if missing:
        raise NotReady(f"{locale} lacks {len(missing)} tables, the first of them {missing[0]}")
    return locale


def by_client(asked: Sequence[Sentence], server: Server, *, locale: str) -> tuple[tuple[Reached, ...], int]:
    """Where each sentence arrives by way of drive.js, and how many got no proper answer."""
    tools = node_tools()
    with TemporaryDirectory(prefix="sayso-bench-") as folder:
        # drive.js reads the locale from the model's name.
        model = Path(folder) / f"{locale}.json"
        model.write_text(model_text(spoken(locale)), "utf-8")
        turns, out = Path(folder) / "turns.txt", Path(folder) / "out.jsonl"
        # "!new" drops the session, so that no sentence answers a question the last one left open.
        turns.write_text("".join(f"!new\n{sentence.text}\n" for sentence in asked), "utf-8")
        command = ["node", "--no-warnings", str(tools / "drive.js"), "--quiet", "--model", str(model)]
        command += ["--url", server.url, "--file", str(turns), "--out", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
        if not out.exists():
            raise NotReady(f"drive.js does not run: {done.stderr.strip()[-300:]}")
        records = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    reached = {
        record["turn"]: Reached(BUILT_IN.get(record["nlu"], record["nlu"]), record["slots"])
        for record in records
        if "nlu" in record
    }
    answered = {record["turn"] for record in records if record.get("status") == 200}
    turns_said = range(1, 2 * len(asked), 2)
    return tuple(reached.get(turn, NOWHERE) for turn in turns_said), len(asked) - len(answered)


def by_matcher(asked: Iterable[Sentence], *, locale: str) -> tuple[Reached, ...]:
    """Where each sentence arrives when it is typed."""
    matcher, today = Matcher(everything().values(), locale=spoken(locale)), datetime.now(UTC).date()
    matches = (matcher.match(sentence.text, today=today) for sentence in asked)
    return tuple(
        Reached(match.intent, {name: slot.text for name, slot in match.slots.items()}) if match else NOWHERE
        for match in matches
    )


def share(asked: Sequence[Sentence], reached: Sequence[Reached], *, locale: str) -> float:
    """Per cent of the sentences that arrived where their meaning is."""
    hits = sum(right(sentence, place, locale=locale) for sentence, place in zip(asked, reached, strict=True))
    return 100 * hits / len(asked)


def missed(asked: Sequence[Sentence], reached: Sequence[Reached], *, locale: str) -> tuple[str, ...]:
    """What did not arrive, each with where it ended."""
    return tuple(
        f'{sentence.family} "{sentence.text}" → {place.intent or "nothing"}'.strip()
        for sentence, place in zip(asked, reached, strict=True)
        if not right(sentence, place, locale=locale)
    )


def told(asked: Sequence[Sentence], reached: Sequence[Reached], *, locale: str) -> str:
    """The share as the table says it."""
    hits = len(asked) - len(missed(asked, reached, locale=locale))
    return f"{hits} of {len(asked)} ({share(asked, reached, locale=locale):.0f} %)"


def run() -> Outcome:
    """Both shares of every locale, and what was missed."""
    rows: list[Row] = []
    notes: list[str] = []
    with served_sample() as server:
        for locale in locales():
            try:
                spoken(locale)
            except NotReady as reason:
                notes.append(f"left out: {reason}.")
                continue
            asked = sentences(locale)
            client, unanswered = by_client(asked, server, locale=locale)
            typed = by_matcher(asked, locale=locale)
            rows.append(
                Row(
                    what=f"{locale} sentences that reach their intent, a real client with the model",
                    ours=told(asked, client, locale=locale),
                )
            )
            rows.append(
                Row(
                    what=f"{locale} sentences that reach their intent, our own matcher of typed words",
                    ours=told(asked, typed, locale=locale),
                )
            )
            if unanswered:
                notes.append(f"{locale}: {unanswered} got no response with status 200.")
            by_model, by_us = missed(asked, client, locale=locale), missed(asked, typed, locale=locale)
            notes.append(f"{locale}, missed by the model: {'; '.join(by_model) or 'none'}.")
            notes.append(
                f"{locale}, missed by the matcher: "
                + ("the same." if by_us == by_model else f"{'; '.join(by_us) or 'none'}.")
            )
    return Outcome(tuple(rows), tuple(notes))


@lru_cache(maxsize=1)
def _meant() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(MEANT.read_text("utf-8"))
