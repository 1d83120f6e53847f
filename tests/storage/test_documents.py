"""A shop's documents, which shop a skill is, and facts by revision, on every store."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from skill.errors import CatalogueNotLinked
from skill.shop import Stocking
from skill.storage import items, layout, shop_items
from skill.storage.sqlite import open_sqlite
from skill.storage.sqlite_file import SCHEMAS
from tests.storage.stores import FACTS, NOW, SHOP, Place


def test_a_document_is_kept_as_it_was_put_and_dropped(store: Stocking) -> None:
    assert store.document("import", "1") is None
    assert store.put_document("import", "1", '{"rows": "Käse"}')
    assert store.put_document("import", "1", "again")
    assert store.document("import", "1") == "again"
    assert store.document("source", "1") is None
    store.drop_document("import", "1")
    store.drop_document("import", "1")
    assert store.document("import", "1") is None


def test_documents_of_a_kind_come_with_the_highest_id_first(store: Stocking) -> None:
    for id in ("2", "10", "3"):
        store.put_document("import", id, f"text {id}")
    store.put_document("source", "9", "other")
    assert store.documents("import") == (("3", "text 3"), ("2", "text 2"), ("10", "text 10"))
    assert store.documents("import", limit=1) == (("3", "text 3"),)
    assert store.documents("none") == ()


def test_a_document_is_put_only_over_the_text_expected(store: Stocking) -> None:
    assert not store.put_document("lease", "a", "mine", expecting="yours")
    assert store.put_document("lease", "a", "mine", expecting="")
    assert not store.put_document("lease", "a", "yours", expecting="")
    assert not store.put_document("lease", "a", "yours", expecting="ours")
    assert store.put_document("lease", "a", "ours", expecting="mine")
    assert store.document("lease", "a") == "ours"


def test_a_skill_is_one_shop(store: Stocking) -> None:
    assert store.shop_of("amzn1.ask.skill.a") is None
    assert store.put_skill("amzn1.ask.skill.a", shop="harbor")
    assert store.put_skill("amzn1.ask.skill.a", shop="harbor")
    assert not store.put_skill("amzn1.ask.skill.a", shop="kiosk")
    assert store.put_skill("amzn1.ask.skill.b", shop="kiosk")
    assert store.shop_of("amzn1.ask.skill.a") == "harbor"
    assert store.skills() == {"amzn1.ask.skill.a": "harbor", "amzn1.ask.skill.b": "kiosk"}
    store.drop_skill("amzn1.ask.skill.a")
    assert store.skills() == {"amzn1.ask.skill.b": "kiosk"}


def test_facts_go_live_only_over_the_revision_expected(store: Stocking) -> None:
    assert store.publish(FACTS, stock={}, expecting=1) is None
    with pytest.raises(CatalogueNotLinked):
        store.visit("ann")
    first = store.publish(FACTS, stock={"milk": 2}, expecting=0)
    assert first is not None
    assert first.revision == store.visit("ann").facts.revision == 1
    assert store.publish(replace(FACTS, name="Late"), stock={}, expecting=0) is None
    second = store.publish(
        replace(first, name="Harbor"), stock=iter([("milk", 5), ("eggs", None)]), expecting=1
    )
    assert second is not None
    assert second.revision == 2
    kept = store.visit("ann").facts
    assert (kept.name, kept.revision) == ("Harbor", 2)
    assert store.stock(["milk", "eggs"]) == {"milk": 5, "eggs": None}


def test_facts_published_without_a_revision_replace_whatever_is_live(store: Stocking) -> None:
    for count, name in enumerate(("a", "b", "c"), start=1):
        made = store.publish(replace(FACTS, name=name), stock={})
        assert made is not None
        assert made.revision == count
    assert store.visit("ann").facts.name == "c"


def test_a_file_of_an_older_sayso_takes_documents(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    older = sqlite3.connect(path)
    older.executescript(f"{SCHEMAS[0]} PRAGMA user_version = 1;")
    facts = shop_items.dump_facts(FACTS)
    del facts["revision"]
    older.execute("INSERT INTO shops (shop, facts) VALUES (?, ?)", (SHOP, items.to_text(facts)))
    older.commit()
    older.close()
    for _ in range(2):
        store = open_sqlite(str(path), shop=SHOP, clock=lambda: NOW)
        assert store.visit("ann").facts == FACTS
        assert store.put_document("import", "1", "text")
    assert store.publish(FACTS, stock={}, expecting=0) is not None


@pytest.mark.parametrize("place", ["moto"], indirect=True)
def test_facts_of_an_older_sayso_are_of_revision_nought(place: Place) -> None:
    # Before facts had an item of their own.
    item = layout.meta_key(SHOP) | {"doc": layout.text(shop_items.dump_facts(FACTS))}
    place.client.put_item(TableName=place.table, Item=item)
    store = place.open()
    assert store.visit("ann").facts == FACTS
    assert store.publish(FACTS, stock={}, expecting=1) is None
    assert store.publish(FACTS, stock={}, expecting=0) is not None
    assert store.visit("ann").facts.revision == 1
