"""A language of a few sentences, so that tests of rendering hold whatever the shop says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skill.speech import locale, render

LANGUAGE = {
    "locales.toml": 'locales = ["en-US", "en-GB", "de-DE"]',
    "en/shop.toml": """
utterances = ["hello"]
[prompts]
hello = "Hello."
welcome = "Welcome to {shop}."
mark = "<b> & {shop}"
text = "{text}"
sentence = "I have {item}."
which = ["Which one?", "Which?", "Which one, please?"]
items = "{items}."
[prompts.left]
one = "One {product} is left."
other = "{count} of {product} are left."
""",
    "en-GB/shop.toml": 'utterances = ["hiya"]\n[prompts]\nhello = "Hiya."',
    "de/shop.toml": '[prompts]\nhello = "Hallo."',
    "en/common.toml": '[prompts]\nfault = "Sorry & goodbye."',
    "en/types.toml": 'product = ["oats"]\n[position]\n1 = ["first"]',
    "en/skill.toml": '[spoken]\ndate = "EEEE, MMMM d"\nhour = "h a"',
    "en-GB/types.toml": 'product = ["porridge"]',
}


@pytest.fixture
def language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The made-up language instead of the shop's."""
    for name, text in LANGUAGE.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    monkeypatch.setattr(locale, "_ROOT", tmp_path)
    _forget()
    yield
    _forget()


def _forget() -> None:
    for value in (*vars(locale).values(), *vars(render).values()):
        if hasattr(value, "cache_clear"):
            value.cache_clear()
