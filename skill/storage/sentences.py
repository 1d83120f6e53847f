"""How counts and sentences are kept as documents, in either store. No I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from skill.counting import Sentence
from skill.storage import items

# Kinds of documents.
SAID = "said"
# Beyond the letters of any shopper's key.
BEHIND = "0"


def counts_of(day: date) -> str:
    """The kind of document that a day's counts are."""
    return f"count-{day.isoformat()}"


def sentence_id(sentence: Sentence, *, shopper: str) -> str:
    """Under whose key it is, and which of theirs."""
    said = hashlib.sha256(f"{sentence.kind}\n{sentence.text}".encode()).hexdigest()[:16]
    return f"{shopper}/{said}"


def whose(id: str) -> str:
    return id.rpartition("/")[0]


def dump_sentence(sentence: Sentence, *, days: int) -> str:
    told = {"text": sentence.text, "kind": sentence.kind, "locale": sentence.locale}
    until = items.sortable(sentence.at + timedelta(days=days))
    return items.to_text({**told, "at": items.sortable(sentence.at), "until": until})


def load_sentence(text: str) -> Sentence:
    told = items.from_text(text)
    return Sentence(
        text=told["text"],
        kind=told["kind"],
        locale=told["locale"],
        at=datetime.fromisoformat(told["at"]),
    )


def exported(text: str) -> dict[str, Any]:
    """A sentence as its shopper may see it."""
    return {name: value for name, value in items.from_text(text).items() if name not in ("v", "until")}


def dump_counts(counts: Mapping[str, int]) -> str:
    return items.to_text(dict(counts))


def load_counts(text: str) -> dict[str, int]:
    return {kind: n for kind, n in items.from_text(text).items() if kind != "v" and isinstance(n, int)}
