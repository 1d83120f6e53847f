"""A file is unpacked and decoded by what it is, within bounds."""

from __future__ import annotations

import codecs
import gzip
import io
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest

from skill.catalogue import source
from skill.catalogue.feed import read_feed
from skill.catalogue.problem import Problem
from skill.commerce.product import Product
from tests.catalogue.dialects.reading import feed_of

FEED = "id\ttitle\tprice\na\tCrème brûlée, سلام\t1 USD\n"


def archive(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files:
            # Of no time, so that the same content is the same file.
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        FEED.encode(),
        FEED.encode("utf-8-sig"),
        FEED.encode("utf-16"),
        FEED.encode("utf-16-le"),
        FEED.encode("utf-16-be"),
        codecs.BOM_UTF16_BE + FEED.encode("utf-16-be"),
        gzip.compress(FEED.encode(), mtime=0),
        gzip.compress(FEED.encode("utf-16"), mtime=0),
        archive(("feed.xml", FEED.encode())),
        archive(("feed.gz", gzip.compress(FEED.encode(), mtime=0))),
        archive(
            ("a/", b""), ("a/feed.tsv", FEED.encode()), ("__MACOSX/a/._feed.tsv", b"x"), ("a/.DS_Store", b"")
        ),
    ],
)
def test_packing_and_unicode_are_told_by_the_content(content: bytes) -> None:
    (product,) = feed_of(content).items
    assert isinstance(product, Product)
    assert product.title == "Crème brûlée, سلام"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("id;title;price\na;Crème;1 EUR\n".encode("latin-1"), "latin-1"),
        ("id;title;price\na;Crème;1 EUR\n".encode("cp1252"), "windows-1252"),
        (
            "<?xml version='1.0' encoding='ISO-8859-1'?><rss><item><id>a</id><title>Crème</title>"
            "<price>1 EUR</price></item></rss>".encode("latin-1"),
            None,
        ),
    ],
)
def test_other_character_sets_are_read_when_declared(content: bytes, encoding: str | None) -> None:
    (product,) = feed_of(content, encoding=encoding).items
    assert isinstance(product, Product)
    assert product.title == "Crème"


def test_undeclared_ones_lose_the_rows_with_such_letters_and_no_others() -> None:
    lost, kept = feed_of("id\ttitle\tprice\na\tCrème\t1 EUR\nb\tB\t1 EUR\n".encode("latin-1")).items
    assert isinstance(lost, Problem)
    assert (lost.row, lost.field, lost.code) == (1, "title", "garbled")
    assert isinstance(kept, Product)


@pytest.mark.parametrize(
    ("content", "encoding", "code"),
    [
        (archive(("a.tsv", b"x"), ("b.tsv", b"y")), None, "several_files"),
        (archive(), None, "no_file"),
        # The name of the file begins with a zero byte (found by fuzzing).
        (archive(("feed.tsv", FEED.encode())).replace(b"feed.tsv", b"\0eed.tsv"), None, "no_file"),
        (archive(("feed.tsv", FEED.encode() * 100))[:-40], None, "not_readable"),
        (gzip.compress(FEED.encode() * 100, mtime=0)[:-20], None, "not_readable"),
        (b"\x1f\x8bnonsense", None, "not_readable"),
        (b"PK\x03\x04nonsense", None, "not_readable"),
        (FEED.encode(), "klingon", "unknown_charset"),
        (FEED.encode(), "rot13", "unknown_charset"),
        (FEED.encode(), "idna", "unknown_charset"),
        (b"", None, "no_feed"),
        (b" \n", None, "no_feed"),
    ],
)
def test_what_cannot_be_read_is_one_problem_with_its_reason(
    content: bytes, encoding: str | None, code: str
) -> None:
    (problem,) = feed_of(content, encoding=encoding).items
    assert isinstance(problem, Problem)
    assert (problem.row, problem.field, problem.code, problem.error) == (0, "file", code, True)


def test_several_files_in_an_archive_are_named() -> None:
    (problem,) = feed_of(archive(("a.tsv", b"x"), ("b.tsv", b"y"))).items
    assert "a.tsv, b.tsv" in str(problem)


class Pipe(io.RawIOBase):
    """Bytes that come once, a few at a time, as from standard input."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def readable(self) -> bool:
        return True

    def read(self, _: int = -1, /) -> bytes:
        return next(self._chunks, b"")


@pytest.mark.parametrize(
    "content", [FEED.encode(), gzip.compress(FEED.encode(), mtime=0), archive(("a", FEED.encode()))]
)
def test_a_stream_that_cannot_seek_is_read_all_the_same(content: bytes) -> None:
    pipe = Pipe(content[at : at + 7] for at in range(0, len(content), 7))
    (product,) = read_feed(pipe, language="en").items  # type: ignore[arg-type]
    assert isinstance(product, Product)


@pytest.mark.parametrize("packed", ["gzip", "zip"])
def test_a_bomb_is_stopped_in_little_memory(packed: str) -> None:
    nothing = bytes(400 * 2**20) if packed == "zip" else b""
    bomb = archive(("feed.tsv", FEED.encode() + nothing)) if packed == "zip" else _gzip_bomb()
    del nothing
    tracemalloc.start()
    *_, last = feed_of(bomb).items
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(last, Problem)
    assert last.code == "bomb"
    assert peak < 40 * 2**20


def _gzip_bomb() -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as file:
        file.write(FEED.encode())
        for _ in range(400):
            file.write(b"x" * 2**20)
    return out.getvalue()


def test_more_bytes_than_any_catalogue_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_BYTES", 1000)
    *_, last = feed_of(gzip.compress(FEED.encode() * 1000)).items
    assert isinstance(last, Problem)
    assert last.code == "too_large"


def test_a_line_without_end_takes_no_others_along() -> None:
    content = "id\ttitle\tprice\na\tA\t" + "x" * 3_000_000 + "\nb\tB\t1 USD\n"
    problem, product = feed_of(content).items
    assert isinstance(problem, Problem)
    assert problem.row == 1
    assert isinstance(product, Product)
    assert product.sku == "b"
