"""A catalogue goes live in one write, or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skill.catalogue.problem import Problem
from skill.catalogue.search import CatalogueIndex
from skill.commerce.merchant import Facts
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.commerce.totals import Terms
from skill.errors import BadInput, CatalogueNotLinked, FeedRejected
from skill.merchants import alone as alone_module
from skill.merchants.alone import alone
from skill.merchants.publish import CatalogueMoved, Place, Published, TooMuchGone, Wanted, change, publish
from skill.merchants.stage import Tally
from skill.merchants.versions import KEPT, known, roll_back
from skill.shop import NOBODY
from skill.storage.sqlite import open_sqlite

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FACTS = Facts(name="Kiosk", terms=Terms(currency="USD"), catalogue="")


def product(sku: str, *, price: int = 100, stock: int | None = None, title: str = "") -> Product:
    return Product(sku=sku, title=title or f"{sku} bread", price=Money(price, "USD"), stock=stock)


A, B, C, D = (product(sku) for sku in "abcd")


def at(folder: Path) -> Place:
    store = open_sqlite(str(folder / "shop.db"), shop="kiosk", clock=lambda: NOW)
    return Place(store=store, folder=folder / "versions", clock=lambda: NOW)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return at(tmp_path)


def bring(place: Place, *products: Product, yes: bool = False, dry_run: bool = False) -> Published:
    wanted = Wanted(facts=FACTS, languages=(), yes=yes, dry_run=dry_run)
    return publish(enumerate(products, start=1), place=place, wanted=wanted)


def live(place: Place) -> dict[str, Product]:
    shelves = CatalogueIndex(place.folder / place.store.visit(NOBODY).facts.catalogue)
    return shelves.get("abcdefgh")


def test_products_go_live_with_their_stock(place: Place) -> None:
    done = bring(place, replace(A, stock=7), B)
    assert done.tally == Tally(new=2)
    assert place.store.visit(NOBODY).facts.catalogue == done.version
    assert set(live(place)) == {"a", "b"}
    assert place.store.stock(["a", "b", "c"]) == {"a": 7, "b": None}


def test_what_is_wrong_is_told_and_the_rest_goes_live(place: Place) -> None:
    told: list[Problem] = []
    dear = replace(C, price=Money(100, "EUR"))
    broken = Problem(3, "price", "other_currency", {"currency": "XXX", "shop": "USD"})
    items: list[tuple[int, Product] | Problem] = [(1, A), (2, dear), broken, (4, replace(A, title="Again"))]
    publish(items, place=place, wanted=Wanted(facts=FACTS), tell=told.append)
    assert live(place) == {"a": A}
    assert [(problem.row, problem.code) for problem in told] == [
        (2, "other_currency"),
        (3, "other_currency"),
        (4, "repeated"),
    ]
    assert str(told[0]) == "row 2, price: is in EUR; the shop sells in USD; give the price in USD"


def test_when_nothing_is_usable_what_was_live_stays_live(place: Place) -> None:
    first = bring(place, replace(A, stock=7))
    for items in ([], [(1, replace(B, price=Money(1, "EUR")))]):
        with pytest.raises(FeedRejected) as raised:
            publish(items, place=place, wanted=Wanted(facts=FACTS))
    assert raised.value.rows[0].startswith("row 1, price: is in EUR")
    assert place.store.visit(NOBODY).facts.catalogue == first.version
    assert place.store.stock(["a"]) == {"a": 7}
    assert [folder.name for folder in place.folder.iterdir() if folder.is_dir()] == [first.version]


def test_without_a_shop_nothing_can_be_imported(place: Place) -> None:
    with pytest.raises(CatalogueNotLinked):
        publish([(1, A)], place=place)
    with pytest.raises(FeedRejected):
        bring(place)
    with pytest.raises(CatalogueNotLinked):
        place.store.visit(NOBODY)


def test_a_second_import_writes_only_what_differs(place: Place) -> None:
    first = bring(place, *(product(sku, stock=5) for sku in "abcdef"))
    place.store.publish(place.store.visit(NOBODY).facts, stock={"a": 2, "b": 2})
    dearer = product("b", stock=5, price=120)
    more = product("c", stock=9)
    second = bring(place, product("a", stock=5), dearer, more, *(product(sku, stock=5) for sku in "defg"))
    assert second.tally == Tally(new=1, changed=2, unchanged=4)
    assert live(place)["b"] == dearer
    assert (place.folder / second.version / "products-000.bytes").samefile(
        place.folder / first.version / "products-000.bytes"
    )
    # What was sold meanwhile stays sold, unless the feed has another figure than it had.
    assert place.store.stock("abcg") == {"a": 2, "b": 2, "c": 9, "g": 5}


def test_the_same_import_again_makes_nothing_new(place: Place) -> None:
    first = bring(place, A, B)
    before = place.store.visit(NOBODY).facts
    again = publish([(1, A), (2, B)], place=place)
    assert (again.version, again.tally) == (first.version, Tally(unchanged=2))
    assert place.store.visit(NOBODY).facts.revision == before.revision


def test_what_a_feed_lacks_is_gone(place: Place) -> None:
    bring(place, A, B, C, D)
    assert bring(place, A, B, C).tally == Tally(unchanged=3, gone=1)
    assert set(live(place)) == {"a", "b", "c"}


def test_a_feed_that_lacks_more_than_a_third_asks_first(place: Place) -> None:
    first = bring(place, A, B, C)
    with pytest.raises(TooMuchGone, match="lacks 2 of the 3 products"):
        bring(place, A)
    assert place.store.visit(NOBODY).facts.catalogue == first.version
    assert bring(place, A, B).tally.gone == 1
    assert bring(place, B, yes=True).tally.gone == 1
    assert set(live(place)) == {"b"}


def test_a_dry_run_tells_and_writes_nothing(place: Place) -> None:
    assert bring(place, A, B, dry_run=True) == Published("", 0, Tally(new=2))
    with pytest.raises(CatalogueNotLinked):
        place.store.visit(NOBODY)
    first = bring(place, A, B)
    assert bring(place, replace(A, title="Rye"), dry_run=True) == Published(
        first.version, 2, Tally(changed=1, gone=1)
    )
    assert live(place)["a"] == A


def test_a_version_is_never_built_over_another_even_while_the_clock_stands_still(place: Place) -> None:
    first = bring(place, A)
    second = bring(place, B, yes=True)
    assert first.version != second.version
    assert set(live(place)) == {"b"}
    assert set(CatalogueIndex(place.folder / first.version).get(["a", "b"])) == {"a"}


def test_changes_leave_the_rest_and_its_stock_as_it_was(place: Place) -> None:
    bring(place, product("a", stock=7), product("b", stock=3), C)
    new = [product("b", price=200, stock=5), product("d", stock=1)]
    done = change(new, gone=["c", "nobody"], place=place)
    assert done.tally == Tally(new=1, changed=1, gone=1)
    assert set(live(place)) == {"a", "b", "d"}
    assert place.store.stock(["a", "b", "d"]) == {"a": 7, "b": 5, "d": 1}
    assert change([], place=place).version == done.version
    assert change([], gone=["nobody"], place=place).version == done.version


@pytest.mark.parametrize(
    ("products", "gone", "told"),
    [
        ([A, replace(A, title="Rye")], [], "a is named twice"),
        ([A], ["a"], "a is named twice"),
        ([replace(B, price=Money(1, "EUR"))], [], "b: the price is in EUR; the shop sells in USD"),
    ],
)
def test_changes_that_cannot_be_change_nothing(
    place: Place, products: list[Product], gone: list[str], told: str
) -> None:
    before = bring(place, A)
    with pytest.raises(BadInput, match=told):
        change(products, gone=gone, place=place)
    assert place.store.visit(NOBODY).facts.catalogue == before.version
    assert live(place) == {"a": A}


def test_the_last_product_is_not_taken_out(place: Place) -> None:
    bring(place, A)
    with pytest.raises(FeedRejected):
        change([], gone=["a"], place=place)
    assert live(place) == {"a": A}


def test_languages_and_how_names_are_heard_stay_until_others_are_given(place: Place) -> None:
    heard = {"Chobani": ["show bonny"]}
    publish([(1, A)], place=place, wanted=Wanted(facts=FACTS, languages=["de"], heard=heard))
    kept = publish([(1, A), (2, B)], place=place)
    manifest = CatalogueIndex(place.folder / kept.version).manifest
    assert (manifest.languages, manifest.spoken) == (("en", "de"), heard)
    changed = publish([(1, A), (2, B)], place=place, wanted=Wanted(languages=[], heard={}))
    manifest = CatalogueIndex(place.folder / changed.version).manifest
    assert (manifest.languages, manifest.spoken) == (("en",), {})


def test_what_the_shop_says_of_itself_changes_without_a_new_version(place: Place) -> None:
    first = bring(place, A)
    publish([(1, A)], place=place, wanted=Wanted(facts=replace(FACTS, name="Corner Shop")))
    facts = place.store.visit(NOBODY).facts
    assert (facts.name, facts.catalogue, facts.revision) == ("Corner Shop", first.version, 2)


def test_an_import_over_which_another_went_live_changes_nothing(place: Place, tmp_path: Path) -> None:
    bring(place, A, B)
    elsewhere = replace(at(tmp_path), folder=tmp_path / "other-machine")

    def items() -> Iterator[tuple[int, Product]]:
        yield 1, A
        # Another machine, which this one's lock does not keep away.
        publish([(1, A), (2, B), (3, C)], place=elsewhere, wanted=Wanted(facts=FACTS))
        yield 2, B
        yield 3, D

    with pytest.raises(CatalogueMoved):
        publish(items(), place=place)
    facts = place.store.visit(NOBODY).facts
    assert set(CatalogueIndex(elsewhere.folder / facts.catalogue).get("abcd")) == {"a", "b", "c"}


def test_an_import_that_breaks_off_leaves_nothing_and_can_be_repeated(place: Place) -> None:
    first = bring(place, A, B)

    def breaking() -> Iterator[tuple[int, Product]]:
        yield 1, A
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        publish(breaking(), place=place)
    assert sorted(path.name for path in place.folder.iterdir()) == [".importing", first.version]
    assert bring(place, A, B, C).tally == Tally(new=1, unchanged=2)


def test_an_import_that_is_killed_leaves_the_live_one_and_the_way_free(place: Place, tmp_path: Path) -> None:
    bring(place, A, B)
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from tests.merchants.test_publish import A, at, publish
        def rows():
            yield 1, A
            print("under way", flush=True)
            time.sleep(60)
        publish(rows(), place=at(Path(sys.argv[1])))
        """
    )
    killed = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == b"under way\n"
    with pytest.raises(BadInput, match="another import is at work"), alone(place.folder, seconds=0.1):
        pass
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    assert set(live(place)) == {"a", "b"}
    assert any(path.name.startswith(".importing-") for path in place.folder.iterdir())
    bring(place, A, B, C)
    assert set(live(place)) == {"a", "b", "c"}
    assert not any(path.name.startswith(".importing-") for path in place.folder.iterdir())


def test_changes_at_the_same_time_all_arrive(place: Place, tmp_path: Path) -> None:
    bring(place, A)
    faults: list[Exception] = []

    def add(sku: str) -> None:
        try:
            change([product(sku)], place=at(tmp_path))
        except Exception as fault:
            faults.append(fault)

    threads = [Thread(target=add, args=(sku,)) for sku in "bcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert set(live(place)) == set("abcdefgh")


def test_an_earlier_version_comes_back_and_goes_again(place: Place) -> None:
    clock = iter(NOW + timedelta(minutes=minute) for minute in range(100))
    place = replace(place, clock=lambda: next(clock))
    pushed: list[Path] = []
    first = bring(place, A, B)
    bring(place, A, B, C)
    third = change([D], place=place)
    assert [(version.name, version.products, version.partly) for version in known(place.store, place.folder)][
        ::2
    ] == [(third.version, 4, True), (first.version, 2, False)]
    roll_back(place.store, place.folder, push=pushed.append)
    assert set(live(place)) == {"a", "b", "c"}
    roll_back(place.store, place.folder)
    assert set(live(place)) == {"a", "b"}
    with pytest.raises(BadInput, match="no version before"):
        roll_back(place.store, place.folder)
    assert roll_back(place.store, place.folder, to=third.version) == third.version
    assert set(live(place)) == {"a", "b", "c", "d"}
    with pytest.raises(BadInput, match="none of the versions kept here"):
        roll_back(place.store, place.folder, to="../elsewhere")
    assert [path.name for path in pushed] != []
    manifest = place.folder / first.version / "manifest.json"
    manifest.write_text("{}")
    with pytest.raises(BadInput, match="is not whole"):
        roll_back(place.store, place.folder, to=first.version)
    assert set(live(place)) == {"a", "b", "c", "d"}


def test_of_many_versions_the_last_of_each_sort_are_kept(place: Place) -> None:
    clock = iter(NOW + timedelta(minutes=minute) for minute in range(1000))
    place = replace(place, clock=lambda: next(clock))
    imports = [bring(place, A, product("b", price=price)).version for price in range(1, KEPT + 3)]
    changes = [change([product("c", price=price)], place=place).version for price in range(1, KEPT + 4)]
    kept = {*imports[-KEPT:], *changes[-KEPT:]}
    assert {version.name for version in known(place.store, place.folder)} == kept
    assert {path.name for path in place.folder.iterdir() if path.is_dir()} == kept


def test_who_waits_for_another_import_gives_up_in_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(place, A)
    monkeypatch.setattr(alone_module, "WAIT_SECONDS", 0.05)
    with alone(place.folder), pytest.raises(BadInput, match="another import is at work"):
        bring(place, A, B)


rows = st.dictionaries(
    st.sampled_from("abcdefgh"), st.tuples(st.integers(1, 3), st.none() | st.integers(0, 3)), min_size=1
)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(st.booleans(), rows), min_size=1, max_size=4))
def test_whatever_follows_whatever_is_live_as_the_feeds_say(
    steps: list[tuple[bool, dict[str, tuple[int, int | None]]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = at(tmp_path_factory.mktemp("place"))
    model: dict[str, Product] = {}
    for partly, feed in steps:
        products = {sku: product(sku, price=price, stock=stock) for sku, (price, stock) in feed.items()}
        wanted = Wanted(facts=None if partly and model else FACTS, partly=partly and bool(model), yes=True)
        before = dict(model)
        model = {**model, **products} if wanted.partly else products
        done = publish(enumerate(products.values(), start=1), place=place, wanted=wanted)
        assert live(place) == model
        assert done.tally == Tally(
            new=len(products.keys() - before.keys()),
            changed=sum(sku in before and before[sku] != one for sku, one in products.items()),
            unchanged=sum(before.get(sku) == one for sku, one in products.items()),
            gone=len(before.keys() - model.keys()),
        )
        assert place.store.stock(model) == {sku: one.stock for sku, one in model.items()}


def test_a_name_is_never_given_twice_even_when_the_first_was_cleared_away(place: Place) -> None:
    bring(place, A)
    names = [change([product("b", price=price)], place=place).version for price in range(1, 3 * KEPT)]
    assert len(set(names)) == len(names)
    assert names == sorted(names)
    assert live(place)["b"].price.minor == 3 * KEPT - 1
