"""HTML pages as the JSON-LD they carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree, html

from skill.catalogue.dialects.row import Record
from skill.catalogue.feed_values import Unclear
from skill.catalogue.objects import loads
from skill.catalogue.problem import Problem

# Bytes of a page, or of several in one file: it is read whole.
MAX_PAGE = 16 * 2**20
_BEGINS = re.compile(
    r"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|script|meta|title|div)\b", re.I | re.S
)
# Some wrap scripts against browsers that died out before JSON-LD was born.
_WRAPPED = re.compile(
    r"\A\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)?(.*?)(?:-->|//\s*\]\]>|\]\]>)?[\s;]*\Z", re.S
)


def is_page(head: str) -> bool:
    return bool(_BEGINS.match(head[:4096]))


def scripts(stream: BinaryIO) -> Iterator[Record]:
    """Each `script` of type application/ld+json as an object ("@graph" when it holds a list), numbered from
    1. Raises Unclear for a page too large."""
    page = stream.read(MAX_PAGE + 1)
    if len(page) > MAX_PAGE:
        raise Unclear("item_too_large", limit=f"{MAX_PAGE:,}")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(page.replace(b"\x00", b" "), parser=parser)
    except (etree.LxmlError, AssertionError):
        return
    number = 0
    for script in root.iter("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() != "application/ld+json":
            continue
        number += 1
        found = _WRAPPED.match(script.text or "")
        try:
            value = loads(found[1] if found else "")
        except ValueError as error:
            yield number, Problem(number, "script", "object_unreadable", {"detail": str(error)[:120]})
            continue
        if isinstance(value, list):
            value = {"@graph": value}
        if isinstance(value, dict):
            yield number, value
        else:
            yield number, Problem(number, "script", "not_an_object", {"found": repr(value)[:40]})
