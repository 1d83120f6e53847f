"""From the words of a query to what each may stand for in this catalogue: joined and split words, and for
those nobody knows here, words that sound alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from skill.catalogue.analyser import stem, tokens
from skill.catalogue.asked import Asked, Sense, Word, asked_of
from skill.catalogue.language import language_of
from skill.catalogue.parts import find_line
from skill.catalogue.sound import key, near, readings, spans

# Frequency of a token in the catalogue, in names or anywhere.
Frequency = Callable[[str], int]
_SHORTEST_PART = 3
_NEIGHBOURS, _LOOKED_AT = 4, 20
# Words less alike than this are other words; what sounds alike may be spelled with more difference.
_ALIKE, _SOUNDS_ALIKE = 0.6, 0.45
_JOINED, _ALIKE_TO_THE_EAR, _DOUBTED = 0.95, 0.5, 0.6
# A sound of two consonants belongs to many words: they must be spelled alike as well.
_TELLING, _HALF = 2, 0.5
_NEVER = (0.0, False)


def read(
    words: Sequence[str],
    *,
    language: str,
    total: int,
    frequency: Frequency,
    lexicon: Sequence[memoryview] = (),
) -> Asked:
    """The query: a word nobody knows here is split where both its halves are known, or else stands for those
    that sound like it; neighbours that the catalogue writes as one word are that word too."""
    known = [part for word in words for part in _split(word, language, frequency)]
    read = [_word(word, language=language, total=total, frequency=frequency) for word in known]
    for at, (one, two) in enumerate(pairwise(known)):
        whole = stem(one + two, language)
        if whole not in words and frequency(whole):
            joined = Sense(whole, _JOINED)
            for place in (at, at + 1):
                read[place] = replace(read[place], senses=(*read[place].senses, joined))
    for at, word in enumerate(known):
        if not read[at].known:
            read[at] = _widened(read[at], neighbours(word, language, lexicon))
    alike = language_of(language).alike
    for at, word in enumerate(known):
        if others := [other for other in alike.get(word, ()) if frequency(other)]:
            same = (Sense(other, _ALIKE_TO_THE_EAR) for other in others)
            read[at] = replace(read[at], senses=(*read[at].senses, *same))
    return asked_of(read, head_first=language_of(language).first)


def by_sound(asked: Asked, *, language: str, lexicon: Sequence[memoryview]) -> Asked:
    """The query with each word also standing for those of the catalogue that sound like it; for a word that
    is known here, only those that sound the same. Two or three words together may be one ("show bonny")."""
    spelled = [word.token for word in asked.words]
    words = [
        _widened(word, neighbours(said, language, lexicon, whole=word.known))
        for word, said in zip(asked.words, spelled, strict=True)
    ]
    for begin, end in spans(spelled):
        found = neighbours("".join(spelled[begin:end]), language, lexicon, whole=True)
        for at in range(begin, end):
            words[at] = _widened(words[at], found)
    words = [replace(word, sound=_sound(said, language)) for word, said in zip(words, spelled, strict=True)]
    return asked.with_words(words)


def _split(word: str, language: str, frequency: Frequency) -> list[str]:
    if not word.isalpha() or frequency(word):
        return [word]
    for letter in language_of(language).attached:
        bare = stem(word.removeprefix(letter), language)
        if len(word) > len(bare) >= _SHORTEST_PART - 1 and word.startswith(letter) and frequency(bare):
            return [bare]
    if len(word) < 2 * _SHORTEST_PART:
        return [word]
    best: tuple[int, list[str]] = (0, [word])
    for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        one, two = stem(word[:at], language), stem(word[at:], language)
        if (first := frequency(one)) and (second := frequency(two)):
            best = max(best, (min(first, second), [one, two]))
    return best[1]


def _word(word: str, *, language: str, total: int, frequency: Frequency) -> Word:
    count = frequency(word)
    return Word(
        senses=(Sense(word),),
        sound="" if count else _sound(word, language),
        rarity=math.log(1 + total / (1 + count)),
        known=count > 0,
    )


def _sound(word: str, language: str) -> str:
    return f" {sound} " if (sound := key(word, language)) else ""


def _widened(word: Word, found: Sequence[Sense]) -> Word:
    have = {sense.token for sense in word.senses}
    fresh = [sense for sense in found if sense.token not in have]
    if word.known:
        fresh = [Sense(token, weight * _DOUBTED, False) for token, weight, _ in fresh]
    return replace(word, senses=(*word.senses, *fresh)) if fresh else word


def neighbours(
    word: str, language: str, lexicon: Sequence[memoryview], *, whole: bool = False
) -> list[Sense]:
    """The catalogue's words that sound like `word`, those spelled most alike first; `whole`: only those
    that sound the same all through."""
    from rapidfuzz.distance import Levenshtein  # loaded only when something was misheard
    from rapidfuzz.process import extract

    sounds = readings(word, language)
    variants = dict.fromkeys(part for sound in sounds for part in ([sound] if whole else near(sound)))
    lines = (find_line(part, variant.encode()) or b"" for variant in variants for part in lexicon)
    others = list(dict.fromkeys(other for line in lines for other in line.decode().split() if other != word))
    found: dict[str, tuple[float, bool]] = {}
    likeness = Levenshtein.normalized_similarity
    closest = extract(word, others, scorer=likeness, score_cutoff=_SOUNDS_ALIKE, limit=_LOOKED_AT)
    for other, alike, _ in closest:
        shared = set(sounds).intersection(readings(other, language))
        if shared or (alike >= _ALIKE and not whole):
            sure = any(len(sound) > _TELLING or alike > _HALF for sound in shared)
            found[other] = (min(_JOINED, alike + 0.15 * bool(shared)), sure)
    for sound in sounds:
        for other, name in _other_names(language).get(sound, ()):
            alike = Levenshtein.normalized_similarity(word, other)
            if alike >= _SOUNDS_ALIKE:
                found[name] = max(found.get(name, _NEVER), (alike, True))
    best = sorted(found, key=lambda other: (-found[other][0], other))[:_NEIGHBOURS]
    return [Sense(other, *found[other]) for other in best]


@lru_cache(maxsize=16)
def _other_names(language: str) -> dict[str, list[tuple[str, str]]]:
    """By their sound, the names that things have besides the one they are searched under, and that one."""
    names: dict[str, list[tuple[str, str]]] = {}
    for renamings in language_of(language).names.values():
        for phrase, _ in renamings:
            spoken = "".join(phrase)
            for sound in readings(spoken, language):
                name = " ".join(tokens(" ".join(phrase), language=language))
                names.setdefault(sound, []).append((spoken, name))
    return names
