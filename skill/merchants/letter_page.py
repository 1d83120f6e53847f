"""A letter as text and as a page of HTML that needs nothing else: no script, no picture, no other host."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from skill.speech.spoken import right_to_left


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a bill: what, how much of it in words (may be empty), and what it costs."""

    label: str
    amount: str
    note: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """What is said under a word of its own, on lines."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter says, as plain text throughout. `link`: its words and its address, which is http or
    https."""

    locale: str
    subject: str
    greeting: str
    text: tuple[str, ...]
    items: tuple[Row, ...] = ()
    sums: tuple[Row, ...] = ()
    details: tuple[Detail, ...] = ()
    link: tuple[str, str] | None = None
    closing: tuple[str, ...] = ()


def as_text(letter: Letter) -> str:
    """The letter as text, its parts set apart by empty lines."""
    parts = [
        letter.greeting,
        *letter.text,
        "\n".join(_plain(row) for row in letter.items),
        "\n".join(_plain(row) for row in letter.sums),
        *("\n".join((f"{detail.label}:", *detail.lines)) for detail in letter.details),
        f"{letter.link[0]}:\n{letter.link[1]}" if letter.link else "",
        *letter.closing,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_html(letter: Letter) -> str:
    """The letter as a page, whole; everything in it is escaped."""
    parts = [
        *map(_paragraph, (letter.greeting, *letter.text)),
        _table("items", letter.items),
        _table("sums", letter.sums),
        *(
            f"<h2>{escape(detail.label)}</h2>\n<p>{'<br>'.join(map(_line, detail.lines))}</p>"
            for detail in letter.details
        ),
        f'<p><a href="{escape(letter.link[1])}">{escape(letter.link[0])}</a></p>' if letter.link else "",
        *map(_paragraph, letter.closing),
    ]
    return _page().substitute(
        language=escape(letter.locale),
        direction="rtl" if right_to_left(letter.locale) else "ltr",
        title=escape(letter.subject),
        body="\n".join(part for part in parts if part),
    )


def _plain(row: Row) -> str:
    note = f" ({row.note})" if row.note else ""
    return f"{row.label}{note}: {row.amount}"


def _line(text: str) -> str:
    # Streets are written in any language: each line finds its own direction.
    return f'<span dir="auto">{escape(text)}</span>'


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _table(kind: str, rows: Iterable[Row]) -> str:
    written = "\n".join(map(_row, rows))
    return f'<table class="{kind}" role="presentation">\n{written}\n</table>' if written else ""


def _row(row: Row) -> str:
    note = f"<br><small>{escape(row.note)}</small>" if row.note else ""
    main = ' class="main"' if row.main else ""
    return f'<tr{main}><td>{_line(row.label)}{note}</td><td class="amount">{escape(row.amount)}</td></tr>'


@cache
def _page() -> Template:
    return Template((files("skill.merchants") / "letter.html").read_text("utf-8"))
