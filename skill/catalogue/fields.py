"""What an index consists of: the engine's fields, and the names of the records beside it."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy

TEXT_FIELDS = ("title", "kind", "more")
PRODUCTS, ROWS, LEXICON = "products", "rows", "lexicon"


def schema(languages: Sequence[str]) -> tantivy.Schema:
    """The engine's fields: text in every language, and the columns it filters and sorts by."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("sku", stored=False, tokenizer_name="raw", index_option="basic")
    for language in languages:
        for name in TEXT_FIELDS:
            builder.add_text_field(
                f"{name}_{language}", stored=False, tokenizer_name="whitespace", index_option="freq"
            )
    # The lower of price and offer in minor units: a bound on it never loses a product; the searcher
    # then compares with the price of the moment.
    builder.add_integer_field("low", fast=True, indexed=True)
    builder.add_integer_field("price", fast=True, indexed=True)
    builder.add_integer_field("offer", fast=False, indexed=True)
    builder.add_integer_field("popularity", fast=True, indexed=False)
    builder.add_unsigned_field("row", fast=True, indexed=False)
    return builder.build()
