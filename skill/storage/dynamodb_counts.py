"""What the DynamoDB store keeps for the merchant's numbers: documents of the shop's that go by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from skill.counting import Sentence
from skill.storage import layout, sentences
from skill.storage.dynamodb_table import DynamoTable
from skill.storage.items import Item

# Counts are added up a day later; where nobody did, there is so much time left to.
_COUNTS_KEPT = timedelta(days=60)


class DynamoCounts(DynamoTable):
    """Implements `skill.counting.Counting`. What a session counted is one item of its own and not added to a
    day's: to add is not safe to repeat, and costs a write unit for each KB the day has grown to."""

    def count(self, counts: Mapping[str, int], *, id: str, day: date) -> None:
        text = sentences.dump_counts(counts)
        self._put_now(self._going(sentences.counts_of(day), id, text, self._clock() + _COUNTS_KEPT))

    def counted(self, day: date) -> Iterator[tuple[str, Mapping[str, int]]]:
        for item in self._documents(sentences.counts_of(day)):
            yield item["SK"]["S"], sentences.load_counts(item["text"]["S"])

    def drop_counted(self, day: date) -> None:
        """Nothing: to delete an item costs what it cost to write it, and to let it go by its ttl nothing."""

    def keep_sentence(self, sentence: Sentence, *, shopper: str, days: int) -> None:
        id = sentences.sentence_id(sentence, shopper=shopper)
        text = sentences.dump_sentence(sentence, days=days)
        self._put_now(self._going(sentences.SAID, id, text, sentence.at + timedelta(days=days)))

    def sentences(self) -> Iterator[tuple[str, Sentence]]:
        now = self._clock().timestamp()
        for item in self._documents(sentences.SAID):
            # What is to go may take DynamoDB two days.
            if int(item["ttl"]["N"]) > now:
                yield sentences.whose(item["SK"]["S"]), sentences.load_sentence(item["text"]["S"])

    def drop_sentences(self, *, shopper: str | None = None, text: str | None = None) -> int:
        if shopper is not None:
            return self._drop_said(shopper)
        found = self._documents(sentences.SAID)
        known = (item for item in found if text in (None, sentences.load_sentence(item["text"]["S"]).text))
        return self._drop_all(known)

    def _drop_said(self, shopper: str, *, until: datetime | None = None) -> int:
        """Forget the sentences of a shopper, those said at `until` or before."""
        return self._drop_all(
            item
            for item in self._documents(sentences.SAID, f"{shopper}/")
            if until is None or sentences.load_sentence(item["text"]["S"]).at <= until
        )

    def _said_by(self, shopper: str) -> list[str]:
        return [item["text"]["S"] for item in self._documents(sentences.SAID, f"{shopper}/")]

    def _drop_all(self, found: Iterator[Item]) -> int:
        keys = [{name: item[name] for name in ("PK", "SK")} for item in found]
        self._batch_write({"DeleteRequest": {"Key": key}} for key in keys)
        return len(keys)

    def _going(self, kind: str, id: str, text: str, at: datetime) -> Item:
        """A document that goes by itself some time after that moment."""
        key = layout.document_key(self._shop, kind, id)
        return {**key, "ttl": {"N": str(int(at.timestamp()))}, "text": {"S": text}}

    def _documents(self, kind: str, prefix: str = "") -> Iterator[Any]:
        partition = layout.document_key(self._shop, kind, "")["PK"]["S"]
        yield from self._query_key(partition, prefix)
