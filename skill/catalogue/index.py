"""A catalogue version on disk: a folder with the engine's index, records by row and a manifest, written
once and read often. An update is a new folder that shares the old one's files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import tantivy

from skill.catalogue.fields import LEXICON, PRODUCTS, ROWS, schema
from skill.catalogue.joining import join_lines, join_parts
from skill.catalogue.manifest import Manifest, read_manifest, seal
from skill.catalogue.parts import Parts, PartWriter, count_parts, write_lines
from skill.catalogue.records import dump
from skill.catalogue.shape import Shape, shape_of, spoken_in
from skill.catalogue.sound import near, readings
from skill.commerce.product import Product

_REWRITTEN = ("meta.json", ".managed.json")
_WRITER_BYTES = 256_000_000
# Each costs a turn nothing, but opening a version some tenths of a millisecond.
_MOST_PARTS = 16


def build(
    products: Iterable[Product],
    *,
    folder: Path,
    version: str,
    language: str,
    others: Sequence[str] = (),
    spoken: Mapping[str, Sequence[str]] | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Manifest:
    """Write `products` as catalogue `version` into `folder`, which appears complete or not at all. `others`
    are languages it is searched in besides its own, `spoken` as in `Manifest`."""
    languages = (language, *others)
    staging = _staging(folder)
    index = tantivy.Index(schema(languages), path=str(staging))
    count = _add(
        index,
        products,
        staging=staging,
        languages=languages,
        first=0,
        spoken=spoken or {},
        progress=progress,
    )
    manifest = seal(staging, version=version, languages=languages, products=count, spoken=spoken or {})
    _finish(staging, folder)
    return manifest


def update(
    base: Path, *, folder: Path, version: str, products: Iterable[Product], gone: Iterable[str] = ()
) -> Manifest:
    """Catalogue `version` in `folder`: the version in `base` with `products` put in or replaced (of two with
    one SKU the later counts) and the SKUs `gone` taken out. Files that do not change are shared (linked, not
    copied); needs the memory of few products. Raises CatalogueNotLinked."""
    manifest = read_manifest(base)
    staging = _staging(folder)
    for file in base.iterdir():
        if file.name in manifest.files:
            os.link(file, staging / file.name)
    joined = _joined(staging, manifest.languages) if count_parts(staging, PRODUCTS) > _MOST_PARTS else ()
    fields = schema(manifest.languages)
    index = tantivy.Index(fields, path=str(staging))
    writer = index.writer(heap_size=_WRITER_BYTES // 4, num_threads=1)
    for sku in gone:
        writer.delete_documents_by_term("sku", sku)

    def replaced(products: Iterable[Product]) -> Iterator[Product]:
        for product in products:
            # Only what was added before this is deleted by it.
            writer.delete_documents_by_term("sku", product.sku)
            yield product

    _add(
        index,
        replaced(products),
        staging=staging,
        languages=manifest.languages,
        first=Parts(staging, PRODUCTS).rows,
        spoken=manifest.spoken,
        writer=writer,
    )
    index.reload()
    count = index.searcher().num_docs
    # Files of the base are the same files still, but for those the engine writes anew.
    known = {name: file for name, file in manifest.files.items() if name not in (*_REWRITTEN, *joined)}
    sealed = seal(
        staging,
        version=version,
        languages=manifest.languages,
        products=count,
        spoken=manifest.spoken,
        known=known,
    )
    _finish(staging, folder)
    return sealed


def _joined(staging: Path, languages: Sequence[str]) -> tuple[str, ...]:
    """Make one part of all but the first, so that many small updates do not become many small files; the
    names of the files that are others now."""
    made = [join_parts(staging, name) for name in (PRODUCTS, *(f"{ROWS}-{one}" for one in languages))]
    made += [join_lines(staging, f"{LEXICON}-{language}") for language in languages]
    return tuple(name for names in made for name in names)


def _add(
    index: tantivy.Index,
    products: Iterable[Product],
    *,
    staging: Path,
    languages: Sequence[str],
    first: int,
    spoken: Mapping[str, Sequence[str]],
    progress: Callable[[int], None] = lambda _: None,
    writer: tantivy.IndexWriter | None = None,
) -> int:
    writer = writer or index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    number = count_parts(staging, PRODUCTS)
    heard = {language: spoken_in(language, spoken) for language in languages}
    words: dict[str, dict[str, None]] = {language: {} for language in languages}
    row = first
    with ExitStack() as stack:
        records = stack.enter_context(PartWriter(staging, PRODUCTS, number=number))
        rows = {
            language: stack.enter_context(PartWriter(staging, f"{ROWS}-{language}", number=number))
            for language in languages
        }
        for row, product in enumerate(products, start=first + 1):
            document = _document(product, row=row - 1)
            for language in languages:
                main = language == languages[0]
                shape = shape_of(product, language=language, main=main, spoken=heard[language])
                _add_text(document, shape, language=language)
                rows[language].add(shape.row())
                words[language].update(dict.fromkeys((*shape.title, *shape.brand, *shape.kind)))
            records.add(dump(product))
            writer.add_document(document)
            progress(row - first)
    writer.commit()
    writer.wait_merging_threads()
    for language in languages:
        write_lines(staging / f"{LEXICON}-{language}-{number:03}.lines", _lexicon(words[language], language))
    return row - first


def _document(product: Product, *, row: int) -> tantivy.Document:
    offer = product.offer.price.minor if product.offer else None
    document = tantivy.Document()
    document.add_text("sku", product.sku)
    document.add_integer("low", min(product.price.minor, offer) if offer is not None else product.price.minor)
    document.add_integer("offer", int(offer is not None))
    document.add_integer("price", product.price.minor)
    document.add_integer("popularity", product.popularity)
    document.add_unsigned("row", row)
    return document


def _add_text(document: tantivy.Document, shape: Shape, *, language: str) -> None:
    document.add_text(f"title_{language}", " ".join(shape.title))
    document.add_text(f"kind_{language}", " ".join((*shape.brand, *shape.kind)))
    document.add_text(f"more_{language}", " ".join(shape.more))


def _lexicon(words: Iterable[str], language: str) -> Iterable[bytes]:
    """For each sound, and for what is left of it when a part is not heard, the words that sound so."""
    heard: dict[str, list[str]] = {}
    for word in words:
        for variant in dict.fromkeys(part for sound in readings(word, language) for part in near(sound)):
            heard.setdefault(variant, []).append(word)
    return (f"{sound}\t{' '.join(found)}".encode() for sound, found in heard.items())


def _staging(folder: Path) -> Path:
    staging = folder.with_name(folder.name + ".partial")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    return staging


def _finish(staging: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    staging.rename(folder)
