"""What the DynamoDB store keeps of a shopper, for how long, and how it forgets. Nothing is scanned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from skill.commerce.afterwards import FRIEND, friend_code
from skill.storage import case_items, event_items, items, layout, layout_orders, marks, sentences
from skill.storage.dynamodb_cases import DynamoCases
from skill.storage.dynamodb_counts import DynamoCounts
from skill.storage.dynamodb_merchant import DynamoSelling
from skill.storage.dynamodb_notices import NOTICES, DynamoNotices
from skill.storage.dynamodb_table import chunks
from skill.storage.erasing import erase_items, removed, taken_out
from skill.storage.items import Item

# Of each kind, at one time: about a second.
AT_ONCE = 100
_NEVER = "~"


class DynamoKeeping(DynamoSelling, DynamoCases, DynamoNotices, DynamoCounts):
    """Implements `skill.selling.Keeping`."""

    def forget(self, shopper: str) -> None:
        found = self._query(shopper, "", ConsistentRead=True, ProjectionExpression="PK, SK")
        keys = (key for item in found for key in (item, *layout_orders.pointers(item, shop=self._shop)))
        self._batch_write({"DeleteRequest": {"Key": key}} for key in keys)
        self._drop_said(shopper)

    def erase(self, shopper: str, *, until: datetime) -> None:
        self._put_now({**self._mark_key(marks.mark(shopper, until)), "text": {"S": ""}})
        self._erase(shopper, until)

    def sweep(self, *, now: datetime, limit: int = 100) -> int:
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="PK = :marks AND SK < :passed",
            ExpressionAttributeValues={
                ":marks": self._mark_key("")["PK"],
                ":passed": {"S": marks.passed(now)},
            },
            ConsistentRead=True,
            Limit=limit,
        )
        found = [item["SK"]["S"] for item in answer["Items"]]
        for mark in found:
            self._erase(*marks.again(mark))
            self._client.delete_item(TableName=self._table, Key=self._mark_key(mark))
        return len(found)

    def export(self, shopper: str) -> dict[str, Any]:
        found: dict[str, list[Item]] = {}
        for item in self._query(shopper, "", ConsistentRead=True):
            found.setdefault(item["SK"]["S"].partition("#")[0], []).append(item)
        orders = [items.load_order(layout.doc(item)) for item in found.get("O", ())]
        cases = [case_items.load_case(layout.doc(item)) for item in found.get("CASE", ())]
        return {
            "shopper": shopper,
            "profile": next((_plain(item) for item in found.get("PROFILE", ())), None),
            "cart": next((_plain(item) for item in found.get("CART", ())), None),
            "orders": [
                items.dump_order(order)
                for order in sorted(orders, key=lambda order: (order.placed_at, order.id), reverse=True)
            ],
            "cases": [
                case_items.dump_case(case)
                for case in sorted(cases, key=lambda case: (case.opened_at, case.id), reverse=True)
            ],
            "notices": next((_plain(item) for item in found.get(NOTICES, ()) if "doc" in item), None),
            "sentences": [sentences.exported(text) for text in self._said_by(shopper)],
        }

    def idle(self, *, before: datetime, limit: int = 100) -> tuple[str, ...]:
        """As the protocol says, to the month, of those who have a profile: a cart alone goes by its ttl.
        Looks at everybody whose profile is older: for once a day, not once a minute."""
        silent = (
            shopper
            for some in chunks(self._profiles_before(before), 100)
            for shopper in self._silent(some, before)
            if not self._ordered_since(shopper, before)
        )
        return tuple(islice(silent, limit))

    def purge(
        self,
        *,
        now: datetime,
        carts_before: datetime,
        orders_before: datetime,
        cases_before: datetime,
        events_before: datetime,
    ) -> int:
        """As the protocol says of orders, the oldest month first, and cases: up to 100 of each. Carts and
        events go by their ttl, whatever is asked here: it was set when they were written, by what the shop's
        facts said then."""
        del carts_before, events_before
        gone = 0
        asked = self._indexed(layout_orders.cases_of(self._shop), between=("0", items.sortable(cases_before)))
        for pointer in self._index_keys(asked, limit=AT_ONCE):
            id = pointer["PK"]["S"].partition("#CASE#")[2]
            case = self._get(layout.shopper_key(pointer["SK"]["S"], f"CASE#{id}"))
            gone += bool(case) and self._removed(case or {})
        return gone + self._purge_orders(orders_before, now=now)

    def _purge_orders(self, before: datetime, *, now: datetime) -> int:
        """Remove old orders, the oldest month first; a month that has none left is known no longer."""
        gone = 0
        for month in sorted(self._months()):
            begin = date.fromisoformat(f"{month}-01")
            if begin >= before.astimezone(UTC).date():
                break
            left = False
            for key in self._orders_of_month(begin, before):
                item = self._get(key)
                if item is None:
                    continue
                if event_items.is_unsettled(items.load_order(layout.doc(item))) or not self._removed(item):
                    left = True
                    continue
                gone += 1
                if gone == AT_ONCE:
                    return gone
            over = (begin + timedelta(days=62)).replace(day=1)
            if not left and over < min(before, now).astimezone(UTC).date():
                self._forget_month(month)
        return gone

    def _orders_of_month(self, begin: date, before: datetime) -> Iterator[Item]:
        """Keys of a month's orders up to a moment, from the day before it to the day after."""
        day = begin - timedelta(days=1)
        end = (begin + timedelta(days=32)).replace(day=1)
        while day <= min(end, before.astimezone(UTC).date()):
            last = day == before.astimezone(UTC).date()
            high = layout_orders.time_of_order(before, "") if last else _NEVER
            asked = self._indexed(layout_orders.day_of_orders(self._shop, day), between=("0", high))
            yield from self._index_keys(asked, limit=None)
            day += timedelta(days=1)

    def _profiles_before(self, before: datetime) -> Iterator[str]:
        """Shoppers whose profile was last written in a month before that moment's."""
        first = before.astimezone(UTC).date().replace(day=1)
        last = f"{first - timedelta(days=1):%Y-%m}"
        for part in range(layout.PARTS):
            asked = self._indexed(layout.profiles_of(self._shop, part), between=("0", last))
            for key in self._index_keys(asked, limit=None):
                yield key["PK"]["S"].removeprefix("U#")

    def _silent(self, shoppers: Sequence[str], before: datetime) -> list[str]:
        """Those of these shoppers whose cart was not written since."""
        found = self._batch_get([layout.shopper_key(one, "CART") for one in shoppers], consistent=True)
        since = items.sortable(before)
        loud = {item["PK"]["S"] for item in found if item.get("at", {}).get("S", "") >= since}
        return [shopper for shopper in shoppers if f"U#{shopper}" not in loud]

    def _ordered_since(self, shopper: str, before: datetime) -> bool:
        orders = (items.load_order(layout.doc(item)) for item in self._query(shopper, "O#"))
        return any(order.placed_at >= before for order in orders)

    def _removed(self, item: Item) -> bool:
        return taken_out(self._client, *removed(item, table=self._table, shop=self._shop))

    def _erase(self, shopper: str, until: datetime) -> None:
        self._drop_said(shopper, until=until)
        self._client.delete_item(
            TableName=self._table, Key=layout.document_key(self._shop, FRIEND, friend_code(shopper))
        )
        erase_items(
            self._client,
            table=self._table,
            shop=self._shop,
            found=lambda: self._query(shopper, "", ConsistentRead=True),
            until=until,
            now=self._clock(),
        )

    def _mark_key(self, mark: str) -> Item:
        return layout.document_key(self._shop, marks.KIND, mark)


def _plain(item: Item) -> Item:
    """A document without what only the store needs, with when it was written."""
    written = {"at": item["at"]["S"]} if "at" in item else {}
    return {**written, **{name: value for name, value in layout.doc(item).items() if name != "v"}}
