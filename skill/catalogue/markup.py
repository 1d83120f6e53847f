"""XML feeds (RSS 2.0, Atom) as items: a stream, in which one broken item never takes others along.

Items are cut out by their tags and each is parsed as a document of its own: a parser of the whole cannot go
on behind what it could not read. No entities but XML's own five, no network, no DTD, nothing huge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

from skill.catalogue.dialects.row import Record
from skill.catalogue.feed_values import Unclear
from skill.catalogue.problem import Problem

# Bytes of one item, and of what stands before the first.
MAX_ITEM = 16 * 2**20
_CHUNK = 64 * 1024
_OPENS = re.compile(rb"<(?:[\w.-]{1,60}:)?(?:item|entry)[\s/>]")
_CLOSES = re.compile(rb"</(?:[\w.-]{1,60}:)?(?:item|entry)\s{0,20}>")
# The longest an item's own tag may be and still be found across chunks.
_TAG = 200
# Bytes of a section of plain text, and how many of them in one item may have an item's end tag in them.
_SECTION, _JUMPS = 2**20, 1000
_END = re.compile(rb"</[\w:.-]+\s*>\s*(?:<!--.*-->\s*)?\Z", re.DOTALL)
_NAMESPACES = re.compile(rb"""\sxmlns(?::[\w.-]+)?\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_GOOGLE = b' xmlns:g="http://base.google.com/ns/1.0"'
# What an item may say as often as it likes; a second of anything else is a doubt.
_LISTS = frozenset(
    [
        "link",
        "image_link",
        "additional_image_link",
        "shipping",
        "product_type",
        "google_product_category",
        "tax",
        "author",
        "product_detail",
        "product_highlight",
        "category",
        "enclosure",
        "included_destination",
        "excluded_destination",
    ]
)
_TEXTS = frozenset({"title", "description", "summary", "content"})


def items(stream: BinaryIO) -> Iterator[Record]:
    """Each `item` or `entry` as its own elements' texts by local name ("g:price" is "price", and goes before
    a plain one), numbered from 1, or what is wrong with it. Raises Unclear for a file that is cut short."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    pieces = _pieces(stream)
    opening = _opening(next(pieces))
    for number, piece in enumerate(pieces, start=1):
        if not piece:
            yield number, Problem(number, "item", "item_too_large", {"limit": f"{MAX_ITEM:,}"})
            continue
        try:
            root = etree.fromstring(b"".join((opening, _CONTROLS.sub(b" ", piece), b"</feed>")), parser)
        except etree.XMLSyntaxError as error:
            yield number, Problem(number, "item", "item_unreadable", {"detail": _detail(error)})
        else:
            yield from _told(number, root[0])


def _opening(before: bytes) -> bytes:
    """A root with the namespaces of what stands before the first item."""
    if re.search(rb"<!DOCTYPE[^>]*\[|<!ENTITY", before):
        raise Unclear("internal_subset")
    spaces: dict[bytes, bytes] = {}
    for match in _NAMESPACES.finditer(before):
        spaces.setdefault(match[0].partition(b"=")[0].strip(), match[0])
    # Some write the prefix and forget to say what it is.
    spaces.setdefault(b"xmlns:g", _GOOGLE)
    return b"".join((b"<feed", *spaces.values(), b">"))


def _detail(error: etree.XMLSyntaxError) -> str:
    # Lines are those of one item, not of the file.
    return re.sub(r",? line \d+.*", "", str(error.msg or "not well-formed"), flags=re.DOTALL)[:120]


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """What stands before the first item, then each item; one too large as nothing. Raises Unclear when the
    file ends early."""
    rest, inside, first, looked, too_large, over, jumps = bytearray(), False, True, 0, False, False, 0
    while True:
        found = (_CLOSES if inside else _OPENS).search(rest, looked)
        held = _still_open(rest, found.start()) if found and inside and jumps < _JUMPS else None
        if found and held:
            begins, closing = held
            closes = rest.find(closing, found.end())
            if closes >= 0:
                looked, jumps = closes + len(closing), jumps + 1
                continue
            if over or len(rest) - begins > _SECTION:
                # It never closes: this item is lost, those after it are not.
                jumps = _JUMPS
                continue
        elif found and inside:
            yield b"" if too_large else bytes(rest[: found.end()])
            del rest[: found.end()]
            inside, looked, too_large, jumps = False, 0, False, 0
            continue
        elif found:
            if first:
                yield bytes(rest[: found.start()])
                first = False
            del rest[: found.start()]
            inside, looked = True, 0
            continue
        else:
            looked = max(looked, len(rest) - _TAG)
            if len(rest) > MAX_ITEM:
                if first:
                    raise Unclear("item_too_large", limit=f"{MAX_ITEM:,}")
                too_large = inside
                del rest[:-_TAG]
                looked = 0
        if over:
            break
        chunk = stream.read(_CHUNK)
        over = not chunk
        rest += chunk
    if first:
        yield bytes(rest)
    elif inside:
        raise Unclear("cut_off", detail="the last item has no end")
    elif not _END.search(rest):
        raise Unclear("cut_off", detail="the end tag is missing")


def _still_open(rest: bytearray, end: int) -> tuple[int, bytes] | None:
    """Where a section of plain text or a comment begins that is not closed before `end`, and what closes it:
    an end tag in there is none."""
    for opening, closing in ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->")):
        begins = rest.rfind(opening, 0, end)
        if begins >= 0 and rest.find(closing, begins, end) < 0:
            return begins, closing
    return None


def _told(number: int, item: Any) -> Iterator[Record]:
    """Elements with a prefix are a shop's own terms, others those of RSS and Atom."""
    values: dict[str, str] = {}
    own: set[str] = set()
    for child in item:
        if not isinstance(child.tag, str):
            continue
        local = child.tag.rpartition("}")[2].lower()
        prefixed = child.prefix is not None
        if len(child) and local not in _TEXTS:
            # Parts of their own, as g:shipping has a price.
            continue
        text = ("".join(child.itertext()) if len(child) else child.text or "").strip()
        if local not in values or (prefixed and local not in own):
            values[local] = text
            own |= {local} if prefixed else set()
        elif prefixed is (local in own) and text != values[local] and local not in _LISTS:
            taken = {"text": repr(values[local][:40])}
            yield number, Problem(number, local, "several_values", taken, sku=values.get("id", ""))
    yield number, values
