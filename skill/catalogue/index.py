"""A catalogue version on disk: a folder with a tantivy index and a manifest, written once, read often."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

import tantivy

from skill.catalogue.analyser import tokens
from skill.catalogue.records import dump
from skill.catalogue.words import load
from skill.commerce.product import Product
from skill.errors import CatalogueNotLinked

MANIFEST = "manifest.json"
# Bumped when the fields or the analyser change: an index of another format must be built again.
FORMAT = 2
TEXT_FIELDS = ("title", "brand", "kind", "more")
_WRITER_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """`products` counts what the folder holds; `language` is the one its words were analysed in."""

    version: str
    language: str
    products: int
    format: int = FORMAT


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("sku", stored=True, tokenizer_name="raw", index_option="basic")
    for name in TEXT_FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
    # The lower of price and offer in minor units: a bound on it never loses a product; the searcher
    # then compares with the price of the moment.
    builder.add_integer_field("low", fast=True, indexed=True)
    builder.add_integer_field("price", fast=True, indexed=True)
    builder.add_integer_field("offer", fast=True, indexed=True)
    builder.add_integer_field("popularity", fast=True, indexed=False)
    # What re-scoring looks at, so that a candidate is neither parsed nor analysed again.
    builder.add_bytes_field("shape", stored=True, indexed=False)
    builder.add_bytes_field("doc", stored=True, indexed=False)
    return builder.build()


def build(products: Iterable[Product], *, folder: Path, version: str, language: str) -> Manifest:
    """Write `products` as catalogue `version` into `folder`, which appears complete or not at all."""
    stop = load(language).stop
    staging = folder.with_name(folder.name + ".partial")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    index = tantivy.Index(schema(), path=str(staging))
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    count = 0
    for product in products:
        writer.add_document(_document(product, language=language, stop=stop))
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    manifest = Manifest(version, language, count)
    (staging / MANIFEST).write_text(json.dumps(asdict(manifest)), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    staging.rename(folder)
    return manifest


def linked(folder: Path) -> Path:
    """A new writable folder of links to a version's files (its locks left out), for the caller to remove."""
    links = Path(mkdtemp(prefix="sayso-catalogue-"))
    for file in folder.iterdir():
        if file.suffix != ".lock":
            (links / file.name).symlink_to(file.resolve())
    return links


def read_manifest(folder: Path) -> Manifest:
    """Raises CatalogueNotLinked when the folder holds no complete catalogue of this format."""
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise CatalogueNotLinked from error
    if manifest.format != FORMAT:
        raise CatalogueNotLinked
    return manifest


@dataclass(frozen=True, slots=True)
class Shape:
    """A product's words as search tokens: its name and title, the name without size and pack, brand, kind
    (category, colour, size, diet), the last category alone, and what the name says the thing is."""

    title: tuple[str, ...]
    brief: tuple[str, ...]
    brand: tuple[str, ...]
    kind: tuple[str, ...]
    leaf: tuple[str, ...]
    heads: tuple[str, ...]
    popularity: int
    sold_out: bool


def shape_of(product: Product, *, language: str) -> Shape:
    """The product's words, analysed once, when the index is built."""
    stop = load(language).stop

    def said(*parts: str) -> tuple[str, ...]:
        return tuple(tokens(" ".join(parts), language=language, stop=stop))

    brief, leaf = said(product.short(language)), said(*product.category[-1:])
    return Shape(
        title=tuple(dict.fromkeys((*said(product.name(language)), *said(product.title)))),
        brief=brief,
        brand=said(product.brand),
        kind=said(*product.category, product.colour, product.size, *product.diet),
        leaf=leaf,
        heads=_heads(brief, _measures(language), leaf),
        popularity=product.popularity,
        sold_out=product.stock == 0,
    )


@lru_cache(maxsize=16)
def _measures(language: str) -> frozenset[str]:
    """What a name ends with when it names no thing: how it is sold, and how much it is."""
    words = load(language)
    said = " ".join((*words.units, *words.fractions))
    return frozenset(tokens(said, language=language, stop=words.stop))


def parse_shape(data: bytes) -> Shape:
    """The shape an index keeps beside a product."""
    title, brief, brand, kind, leaf, heads, popularity, sold_out = json.loads(data)
    return Shape(title, brief, brand, kind, leaf, heads, popularity, sold_out)


def _heads(name: Sequence[str], measures: frozenset[str], leaf: Sequence[str]) -> tuple[str, ...]:
    """What a name says it is, the word that closes it: "oat milk" is a milk. A "chocolate bar" is a bar
    and chocolate, an "oat milk 1 quart" milk; but a "laptop case" among laptop cases is a case alone."""
    rest = list(name)
    if leaf and name[-1:] == leaf[-1:]:
        return tuple(leaf[-1:])
    while len(rest) > 1 and (rest[-1].isdigit() or rest[-1] in measures):
        rest.pop()
    return tuple(dict.fromkeys((*rest[-1:], *name[-1:])))


def _document(product: Product, *, language: str, stop: frozenset[str]) -> tantivy.Document:
    def field(*parts: str) -> str:
        return " ".join(tokens(" ".join(parts), language=language, stop=stop))

    offer = product.offer.price.minor if product.offer else None
    document = tantivy.Document()
    document.add_text("sku", product.sku)
    document.add_text("title", field(product.title, *product.names.values()))
    document.add_text("brand", field(product.brand))
    document.add_text("kind", field(*product.category, product.colour, product.size, *product.diet))
    document.add_text("more", field(product.description))
    document.add_integer("low", min(product.price.minor, offer) if offer is not None else product.price.minor)
    document.add_integer("offer", int(offer is not None))
    document.add_integer("price", product.price.minor)
    document.add_integer("popularity", product.popularity)
    shape = astuple(shape_of(product, language=language))
    document.add_bytes("shape", json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode())
    document.add_bytes("doc", dump(product))
    return document
