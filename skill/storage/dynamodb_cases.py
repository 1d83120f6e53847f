"""What a person at the shop has to look at, in the DynamoDB store: by shopper, and by the shop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from skill.commerce.merchant import Case
from skill.storage import case_items, items, layout, layout_orders
from skill.storage.dynamodb_events import DynamoEvents
from skill.storage.dynamodb_table import chunks
from skill.storage.items import Item
from skill.storage.pausing import pause

# So many cases are looked at for those in a status: about a second.
MOST_CASES = 500
_FIRST = {"ConditionExpression": "attribute_not_exists(PK)"}


class DynamoCases(DynamoEvents):
    """The part of the DynamoDB store that keeps cases."""

    def open_case(self, case: Case, *, shopper: str) -> Case:
        pauses = 0
        while True:
            if self._keep_case(case, shopper=shopper, kind="case.opened", **_FIRST):
                return case
            if there := self._case_item(case.id, shopper):
                return case_items.load_case(layout.doc(there))
            # It was there, and was erased meanwhile.
            pauses = pause(pauses)

    def put_case(self, case: Case, *, shopper: str) -> None:
        pauses = 0
        while True:
            there = self._case_item(case.id, shopper)
            if there and case_items.load_case(layout.doc(there)) == case:
                return
            read: Item = _FIRST
            if there:
                read = {
                    "ConditionExpression": "doc = :doc",
                    "ExpressionAttributeValues": {":doc": there["doc"]},
                }
            kind = "case.changed" if there else "case.opened"
            if self._keep_case(case, shopper=shopper, kind=kind, **read):
                return
            pauses = pause(pauses)

    def cases(self, shopper: str) -> tuple[Case, ...]:
        kept = [case_items.load_case(layout.doc(item)) for item in self._query(shopper, "CASE#")]
        return tuple(sorted(kept, key=lambda case: (case.opened_at, case.id), reverse=True))

    def shop_case(self, id: str) -> tuple[str, Case] | None:
        """By its id at once; by its reference within a second."""
        pointers = self._query_key(layout_orders.case_partition(self._shop, id), "", ConsistentRead=True)
        keys = [layout.shopper_key(item["SK"]["S"], f"CASE#{id}") for item in pointers]
        asked = self._indexed(layout_orders.cases_called(self._shop, id))
        keys = keys or list(self._index_keys(asked, limit=1, newest=True))
        return next(self._read_cases(keys), None) if keys else None

    def shop_cases(self, *, limit: int = 100, status: str = "") -> tuple[tuple[str, Case], ...]:
        found: list[tuple[str, Case]] = []
        asked = self._indexed(layout_orders.cases_of(self._shop))
        for some in chunks(self._index_keys(asked, limit=MOST_CASES, newest=True), 100):
            keys = [
                layout.shopper_key(key["SK"]["S"], f"CASE#{key['PK']['S'].partition('#CASE#')[2]}")
                for key in some
            ]
            for shopper, case in self._read_cases(keys):
                if not status or case.status == status:
                    found.append((shopper, case))
                if len(found) == limit:
                    return tuple(found)
        return tuple(found)

    def _keep_case(self, case: Case, *, shopper: str, kind: str, **condition: Any) -> bool:
        """Write a case, its pointer and what is told of it; False where the condition does not hold."""
        item = layout_orders.case_item(case, shop=self._shop, shopper=shopper)
        refusal = self._transact(
            self._put(item, **condition),
            self._put(layout_orders.case_pointer(case, shop=self._shop, shopper=shopper)),
            *self._told(kind, case.id, of=items.to_text(case_items.dump_case(case))),
            stock={},
            about=case.id,
        )
        return refusal is None

    def _case_item(self, id: str, shopper: str) -> Item | None:
        return self._get(layout.shopper_key(shopper, f"CASE#{id}"))

    def _read_cases(self, keys: Sequence[Item]) -> Iterator[tuple[str, Case]]:
        """Those of these cases that are there, newest first, and whose they are."""
        kept = [
            (item["PK"]["S"].removeprefix("U#"), case_items.load_case(layout.doc(item)))
            for item in self._batch_get(keys, consistent=True)
        ]
        yield from sorted(kept, key=lambda found: (found[1].opened_at, found[1].id), reverse=True)
