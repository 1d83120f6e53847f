"""The pages that people read, and the fenced blocks in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from tests.talk import ROOT

# Written by hand; those of docs/reference are made of the code.
PAGES = tuple(sorted([*ROOT.glob("docs/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]))
_TITLE = re.compile(r'title="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What stands between two fences: where, in which language, as which file (empty: none)."""

    page: Path
    line: int
    language: str
    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """A page's blocks, those that are indented without a fence among them: their language is empty."""
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        if token.type in ("fence", "code_block"):
            language, _, rest = token.info.partition(" ")
            title = _TITLE.search(rest)
            line = (token.map or [0])[0] + 1
            yield Block(
                page=page,
                line=line,
                language=language,
                title=title[1] if title else "",
                text=token.content,
            )


def all_blocks(*languages: str) -> list[Block]:
    """The blocks of all pages in one of these languages."""
    return [block for page in PAGES for block in blocks(page) if block.language in languages]


def spans(page: Path) -> Iterator[tuple[int, str]]:
    """Code within a page's sentences, with its line."""
    for token in MarkdownIt().enable("table").parse(page.read_text("utf-8")):
        for child in token.children or ():
            if child.type == "code_inline":
                yield (token.map or [0])[0] + 1, child.content
