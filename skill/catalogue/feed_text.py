"""Texts of a feed as plain words: tags and entities are for screens, nobody says them."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from lxml import etree, html

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_SPACES = re.compile(r"\s+")
_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_UNSAID = frozenset({"script", "style", "template", "noscript", "head"})
# What flows in a line; everything else sets its text off.
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "del",
    ]
)


def plain(text: str) -> str:
    """HTML as words: entities decoded, blocks set off by a space, scripts and comments gone. Text without
    tags stays as it is, entities apart."""
    if "<" in text and _TAG.search(text):
        text = _untagged(text)
    elif "&" in text:
        text = unescape(text)
    return text if text.isprintable() else _UNSPEAKABLE.sub(" ", text)


def plain_markdown(text: str) -> str:
    """Markdown as words."""
    return plain(_commonmark().render(text)).strip()


@cache
def _commonmark() -> MarkdownIt:
    # As slow to load as everything else here, and few feeds have any.
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def _untagged(text: str) -> str:
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = html.document_fromstring(_UNSPEAKABLE.sub(" ", text).encode(), parser=parser)
    except (etree.LxmlError, AssertionError):
        # Nothing but tags.
        return unescape(_TAG.sub(" ", text))
    said: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        block = element.tag not in _INLINE
        if event == "start":
            if block:
                said.append(" ")
            if element.text and element.tag not in _UNSAID:
                said.append(element.text)
        else:
            if block:
                said.append(" ")
            if element.tail:
                said.append(element.tail)
    return _SPACES.sub(" ", "".join(said)).strip()
