"""What the DynamoDB store keeps of a shop itself: facts, documents by kind and id, its skills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from skill.commerce.merchant import Facts
from skill.errors import CatalogueNotLinked
from skill.shop import Stock
from skill.storage import layout, shop_items
from skill.storage.dynamodb_table import DynamoTable
from skill.storage.items import Item


class ShopRecords(DynamoTable):
    """The part of the DynamoDB store that keeps them; the rest of the store gives it a client."""

    # Facts as they were read last; threads may read them twice, and nobody minds.
    _known: Facts | None = None

    def publish(self, facts: Facts, *, stock: Stock, expecting: int | None = None) -> Facts | None:
        """As the protocol says, except that thousands of SKUs cannot be one transaction: when it fails
        half way, or the facts have moved, the new stock stands in part, the old catalogue is still live, and
        to repeat it heals."""
        pairs = stock.items() if isinstance(stock, Mapping) else stock
        self._batch_write(
            {"PutRequest": {"Item": layout.stock_item(sku, n, shop=self._shop)}} for sku, n in pairs
        )
        kept = self._kept_revision() if expecting is None else expecting
        while True:
            now = replace(facts, revision=kept + 1)
            meta, item = layout.facts_items(now, shop=self._shop)
            writes = self._put(meta, **layout.at_revision(kept)), self._put(item)
            if self._transact(*writes, stock={}, about=f"{self._shop}\n{now.revision}") is None:
                return now
            found = self._get(layout.meta_key(self._shop))
            there = self._facts(found) if found else None
            if there == now and there.revision == now.revision:
                # This very write, whose answer was lost.
                return now
            if expecting is not None:
                return None
            kept = there.revision if there else 0

    def _kept_revision(self) -> int:
        return layout.revision(self._get(layout.meta_key(self._shop)) or {})

    def _facts(self, meta: Item) -> Facts:
        """The facts that are live, by the item each visit reads. They are read when they are others than this
        process knows: a shop's answers make them long, and each turn would pay for them."""
        if "doc" in meta:
            # An older Sayso's.
            return shop_items.load_facts(layout.doc(meta))
        known = self._known
        if known is None or known.revision != layout.revision(meta):
            item = self._get(layout.facts_key(self._shop))
            if item is None:
                raise CatalogueNotLinked
            self._known = known = shop_items.load_facts(layout.doc(item))
        return known

    def document(self, kind: str, id: str) -> str | None:
        item = self._get(layout.document_key(self._shop, kind, id))
        return item["text"]["S"] if item else None

    def documents(self, kind: str, *, limit: int = 100) -> tuple[tuple[str, str], ...]:
        partition = layout.document_key(self._shop, kind, "")["PK"]["S"]
        found = self._partition(partition, ScanIndexForward=False, PaginationConfig={"MaxItems": limit})
        return tuple((item["SK"]["S"], item["text"]["S"]) for item in found)

    def put_document(self, kind: str, id: str, text: str, *, expecting: str | None = None) -> bool:
        item = {**layout.document_key(self._shop, kind, id), "text": {"S": text}}
        there = self._put_if(item, layout.of_text(expecting))
        # The same text stands there: this very write, whose answer was lost.
        return there is None or there.get("text", {}).get("S") == text

    def drop_document(self, kind: str, id: str) -> None:
        self._drop(layout.document_key(self._shop, kind, id))

    def skills(self) -> Mapping[str, str]:
        partition = layout.skill_key("")["PK"]["S"]
        return {item["SK"]["S"]: item["shop"]["S"] for item in self._partition(partition)}

    def shop_of(self, application: str) -> str | None:
        item = self._get(layout.skill_key(application))
        return item["shop"]["S"] if item else None

    def put_skill(self, application: str, *, shop: str) -> bool:
        item = {**layout.skill_key(application), "shop": {"S": shop}}
        there = self._put_if(item, {"ConditionExpression": "attribute_not_exists(PK)"})
        return there is None or there.get("shop", {}).get("S") == shop

    def drop_skill(self, application: str) -> None:
        self._drop(layout.skill_key(application))

    def _drop(self, key: Item) -> None:
        self._client.delete_item(TableName=self._table, Key=key)

    def _partition(self, name: str, **options: Any) -> list[Item]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="PK = :name",
            ExpressionAttributeValues={":name": {"S": name}},
            ConsistentRead=True,
            **options,
        )
        return [item for page in pages for item in page["Items"]]
