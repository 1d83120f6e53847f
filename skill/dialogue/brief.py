"""What merchants wrote, as short as it can be listened to or looked at."""

from __future__ import annotations

import re

# About ten seconds of speech, and what a screen holds.
SPOKEN_WORDS, SPOKEN, DRAWN = 30, 200, 500
# The end of a sentence; "approx. 5" and "e.g. cold" have none inside.
_END = re.compile(r"[.!?؟。][\"'”“»)]?(?=\s+[^\sa-z\d]|\s*$)")
_LOOSE = " ,;:-–—/(،؛"
# A sentence that ends before this part of the room says too little.
_LEAST = 4


def brief(text: str, *, letters: int = SPOKEN, words: int | None = SPOKEN_WORDS) -> str:
    """The beginning of `text`, up to so many letters and words: whole sentences where they fit, else whole
    words and an ellipsis."""
    said = text.split()
    whole, kept = " ".join(said), " ".join(said[:words])
    if len(kept) > letters:
        # One letter of the room is the ellipsis's.
        kept = kept[: letters - 1] if kept[letters - 1] == " " else _without_part(kept[: letters - 1])
    if kept == whole:
        return whole
    ends = [found.end() for found in _END.finditer(whole) if found.end() <= len(kept)]
    if ends and ends[-1] * _LEAST >= len(kept):
        return whole[: ends[-1]]
    return kept.rstrip(_LOOSE + ".") + "…"


def _without_part(text: str) -> str:
    """Without the word that was cut through, unless that is all there is."""
    return text.rpartition(" ")[0] or text


def opening(text: str, *, sentences: int) -> tuple[str, bool]:
    """The first so many sentences of `text`, and whether there are more. A sentence that goes on and on is
    cut by nobody: a merchant's words are said as they are, or not at all."""
    whole = " ".join(text.split())
    ends = [found.end() for found in _END.finditer(whole)]
    if len(ends) < sentences or ends[sentences - 1] >= len(whole):
        return whole, False
    return whole[: ends[sentences - 1]], True
