"""Which intents steal each other's sentences?

Twice, per locale, by our own matcher: sentences written down by people who had not seen the utterance tables
(held_out/<locale>.tsv: the intent meant, or several with "|", a tab, the sentence; they measure, and no table
is to be made to fit them), and every sample of every table with its slots filled, which must come back to its
own intent. The held-out sentences are in two parts, the second below a line that begins with "#": the first
has been looked at since, so that the second is told apart from it and is what to go by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from skill.alexa.request import BUILT_IN
from skill.catalogue.analyser import fold
from skill.catalogue.words import load
from skill.intents import everything
from skill.speech.locale import data, locales
from skill.speech.utterances import samples
from tests.bench import NotReady, Outcome, Row
from tests.bench.utterances import Reached, Sentence, by_matcher, right, spoken, told

HELD_OUT = Path(__file__).with_name("held_out")
# The parts of a held-out file, in its order.
PARTS = ("looked at since", "written later")
NOTHING = "nothing"
# A thing no table knows.
_STRANGE = "blorvex"
_PLAIN = {"number": "3", "digits": "45678", "time": "10", "code": "4321"}
_EXAMPLES = 2
_SHOWN = 6
_BUILT_IN = frozenset(BUILT_IN.values())


def held_out(locale: str) -> Mapping[str, tuple[Sentence, ...]]:
    """The held-out sentences of a locale by the part they are in. Raises ValueError naming the line that
    cannot be read, or the file when it has not two parts."""
    file = HELD_OUT / f"{locale}.tsv"
    found: list[list[Sentence]] = [[]]
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if line.startswith("#"):
            found.append([])
            continue
        meant, tab, text = line.partition("\t")
        if not (meant and tab and text.strip()):
            raise ValueError(f"{file.name}:{number}: wants an intent, a tab and a sentence")
        found[-1].append(Sentence(text.strip(), frozenset(meant.split("|"))))
    if len(found) != len(PARTS):
        raise ValueError(f"{file.name}: wants {len(PARTS)} parts, has {len(found)}")
    return {part: tuple(sentences) for part, sentences in zip(PARTS, found, strict=True)}


def word_for_word(asked: Iterable[Sentence], *, locale: str) -> tuple[str, ...]:
    """Held-out sentences that are samples of ours as they stand. Some always are ("no thanks"); when they
    become many, a table was made to fit them and their share measures nothing."""
    ours = {
        fold(sample) for intent in everything().values() for sample in samples(intent, locale=spoken(locale))
    }
    return tuple(sentence.text for sentence in asked if fold(sentence.text) in ours)


def confusions(
    asked: Sequence[Sentence], reached: Sequence[Reached], *, locale: str
) -> Mapping[str, Counter[str]]:
    """By the intent meant (of several the first by name), how often which other was reached."""
    cells: dict[str, Counter[str]] = {}
    for sentence, place in zip(asked, reached, strict=True):
        if not right(sentence, place, locale=locale):
            cells.setdefault(min(sentence.meant), Counter())[place.intent or NOTHING] += 1
    return cells


def filled(sample: str, kinds: Mapping[str, str], *, locale: str, known: bool) -> str:
    """A sample as it might be said, each slot with an example value of its kind."""
    types, used = data("types", locale), 0
    for slot, kind in kinds.items():
        if "{" + slot + "}" in sample:
            sample = sample.replace("{" + slot + "}", _example(kind, types, locale, used if known else None))
            used += kind in ("product", "query")
    return sample


def own_samples(locale: str) -> tuple[tuple[Sentence, ...], tuple[Reached, ...]]:
    """Every sample of every intent, filled with known and with strange things, and where it arrives."""
    asked = tuple(
        Sentence(text, frozenset({intent.name}))
        for intent in everything().values()
        for sample in samples(intent, locale=spoken(locale))
        for text in dict.fromkeys(
            filled(sample, intent.slots, locale=locale, known=known) for known in (True, False)
        )
    )
    return asked, by_matcher(asked, locale=locale)


def claimed_twice(locale: str) -> tuple[str, ...]:
    """Our samples that one of Alexa's built-in intents takes by itself for something else."""
    theirs = {
        phrase: name for name, phrases in data("types", locale)["builtin"].items() for phrase in phrases
    }
    return tuple(
        f'"{sample}" is ours for {intent.name} and Alexa\'s own for {theirs[sample]}'
        for intent in everything().values()
        for sample in samples(intent, locale=spoken(locale))
        if theirs.get(sample, intent.name) != intent.name
    )


def stolen(asked: Sequence[Sentence], reached: Sequence[Reached]) -> tuple[str, ...]:
    """Samples that come back to another intent: "A → B (12): …", most frequent first."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for sentence, place in zip(asked, reached, strict=True):
        if place.intent not in sentence.meant:
            pairs.setdefault((min(sentence.meant), place.intent or NOTHING), []).append(sentence.text)
    return tuple(
        f"{meant} → {other} ({len(texts)}): " + ", ".join(f'"{text}"' for text in texts[:_EXAMPLES])
        for (meant, other), texts in sorted(pairs.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def table(cells: Mapping[str, Mapping[str, Counter[str]]]) -> list[str]:
    """Rows are the intents meant; under each locale, where their sentences went instead and how many."""
    columns = tuple(cells)
    names = sorted({meant for column in cells.values() for meant in column})
    lines = [f"| Meant | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
    for name in names:
        told_cells = (_told(cells[column].get(name, Counter())) for column in columns)
        lines.append(f"| {name} | {' | '.join(told_cells)} |")
    return lines


def thieves(cells: Mapping[str, Counter[str]], *, builtin: bool) -> str:
    """Who took most, and from whom; Alexa's built-in intents or ours."""
    ours = Counter[str]()
    of: dict[str, Counter[str]] = {}
    for meant, taken in cells.items():
        for other, count in taken.items():
            if other != NOTHING and (other in _BUILT_IN) == builtin:
                ours[other] += count
                of.setdefault(other, Counter())[meant] += count
    return "; ".join(f"{name} {count} ({_told(of[name])})" for name, count in ours.most_common()) or "nothing"


def run() -> Outcome:
    """Shares for the table of benchmarks, and the two tables of confusions as a section of its own."""
    rows: list[Row] = []
    notes: list[str] = []
    cells: dict[str, dict[str, Mapping[str, Counter[str]]]] = {part: {} for part in PARTS}
    collisions: list[str] = []
    for locale in locales():
        try:
            spoken(locale)
        except NotReady as reason:
            notes.append(f"left out: {reason}.")
            continue
        for part, asked in held_out(locale).items():
            reached = by_matcher(asked, locale=locale)
            rows.append(
                Row(
                    what=f"{locale} held-out sentences, {part}, that reach their intent, our own matcher",
                    ours=told(asked, reached, locale=locale),
                )
            )
            same = len(word_for_word(asked, locale=locale))
            notes.append(
                f"{locale}: {same} of {len(asked)} held-out sentences, {part}, are samples, word for word."
            )
            cells[part][locale] = confusions(asked, reached, locale=locale)
        own, back = own_samples(locale)
        found = stolen(own, back)
        home = sum(place.intent in sentence.meant for sentence, place in zip(own, back, strict=True))
        rows.append(
            Row(
                what=f"{locale} samples of our own that come back to their intent",
                ours=f"{home:,} of {len(own):,}",
            )
        )
        collisions += [f"- {locale}: {line}" for line in (*found, *claimed_twice(locale))]
    section = [
        *(line for part in reversed(PARTS) for line in _astray(part, cells[part])),
        "Samples that come back to another intent when their slots are filled, or that a built-in one takes:",
        "",
        *(collisions or ["- none"]),
    ]
    return Outcome(tuple(rows), tuple(notes), "\n".join(section))


def _astray(part: str, cells: Mapping[str, Mapping[str, Counter[str]]]) -> list[str]:
    """A part's sentences that went wrong, and by locale who took them."""
    lines = [f"Held-out sentences, {part}: where they went instead of the intent they mean.", ""]
    lines += [*table(cells), ""]
    for locale, taken in cells.items():
        lines.append(f"- {locale}, Alexa's built-in intents took: {thieves(taken, builtin=True)}.")
        lines.append(f"- {locale}, our own took: {thieves(taken, builtin=False)}.")
    return [*lines, ""]


def _told(counts: Counter[str]) -> str:
    said = [f"{name} {count}" for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))]
    return ", ".join(said[:_SHOWN]) + (f" and {len(said) - _SHOWN} others" if len(said) > _SHOWN else "")


def _example(kind: str, types: Mapping[str, Any], locale: str, which: int | None) -> str:
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in ("product", "query"):
        return _STRANGE if which is None else str(types["product"][which])
    if kind == "day":
        return str(min(load(locale[:2]).days))
    return str(next(iter(types[kind].values()))[0])


def _sentences(asked: Iterable[Sentence], reached: Iterable[Reached], locale: str) -> list[str]:
    return [
        f"{locale}\t{'|'.join(sorted(sentence.meant))}\t{place.intent or NOTHING}\t{sentence.text}"
        for sentence, place in zip(asked, reached, strict=True)
        if not right(sentence, place, locale=locale)
    ]


if __name__ == "__main__":
    # Which sentences: what to look at before a table is changed, and not to fit it to.
    for each in locales():
        try:
            both = held_out(spoken(each))
        except NotReady as reason:
            print(reason)
            continue
        for which, every in both.items():
            print(f"# {which}", *_sentences(every, by_matcher(every, locale=each), each), sep="\n")
