"""A catalogue version on disk is complete or not there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.catalogue.index import build, update
from skill.catalogue.manifest import FORMAT, MANIFEST, Manifest, read_manifest
from skill.catalogue.records import dump, parse
from skill.catalogue.search import CatalogueIndex
from skill.catalogue.words import Query
from skill.commerce.money import Money
from skill.commerce.product import Measure, Offer, Product
from skill.errors import CatalogueNotLinked

MILK = Product(sku="milk", title="Milk", price=Money(399, "USD"))
EGGS = replace(MILK, sku="eggs", title="Eggs")
words = st.text(min_size=1, max_size=8)
lists = st.lists(words, max_size=3).map(tuple)
money = st.integers(0, 10**12).map(lambda minor: Money(minor, "USD"))
times = st.none() | st.datetimes(timezones=st.just(UTC))
products = st.builds(
    Product,
    sku=words,
    title=words,
    price=money,
    names=st.dictionaries(words, words, max_size=2),
    brand=words,
    category=lists,
    categories=st.dictionaries(words, lists, max_size=2),
    also=lists,
    description=words,
    offer=st.none() | st.builds(Offer, money, times, times),
    group=words,
    colour=words,
    size=words,
    measure=st.none() | st.builds(Measure, st.integers(1, 10**9), words),
    multipack=st.integers(1, 99),
    limit=st.none() | st.integers(1, 99),
    diet=lists,
    contains=st.none() | lists,
    goes_with=lists,
    popularity=st.integers(0, 10**9),
    stock=st.none() | st.integers(0, 99),
)


JAMS = (
    "apricot",
    "blackberry",
    "cherry",
    "damson",
    "elderberry",
    "fig",
    "quince",
    "gooseberry",
    "hibiscus",
    "juneberry",
    "kumquat",
    "lemon",
    "mango",
    "nectarine",
    "orange",
    "peach",
    "raspberry",
    "strawberry",
    "tangerine",
    "ugli",
)


def built(folder: Path, *given_products: Product) -> Manifest:
    return build(given_products, folder=folder, version="v1", language="en")


@given(products)
def test_a_product_comes_out_of_the_index_as_it_went_in(product: Product) -> None:
    assert parse(dump(product)) == product


def test_the_manifest_tells_what_the_folder_holds(tmp_path: Path) -> None:
    manifest = built(tmp_path / "v1", MILK, EGGS)
    assert manifest == read_manifest(tmp_path / "v1")
    assert (manifest.version, manifest.language, manifest.products) == ("v1", "en", 2)
    assert CatalogueIndex(tmp_path / "v1").version == "v1"


def test_the_same_version_built_again_replaces_the_first(tmp_path: Path) -> None:
    built(tmp_path / "v1", MILK)
    built(tmp_path / "v1", EGGS)
    assert set(CatalogueIndex(tmp_path / "v1").get(["milk", "eggs"])) == {"eggs"}


@pytest.mark.parametrize("earlier", [False, True])
def test_a_crash_while_building_leaves_what_was_there(tmp_path: Path, earlier: bool) -> None:
    folder = tmp_path / "v1"
    if earlier:
        built(folder, EGGS)

    def breaking() -> Iterator[Product]:
        yield MILK
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        build(breaking(), folder=folder, version="v1", language="en")
    assert folder.exists() is earlier
    if earlier:
        assert set(CatalogueIndex(folder).get(["milk", "eggs"])) == {"eggs"}
    built(folder, MILK)
    assert set(CatalogueIndex(folder).get(["milk", "eggs"])) == {"milk"}


def without_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def without_index(folder: Path) -> None:
    for file in folder.iterdir():
        if file.name != MANIFEST:
            file.unlink()


def without_segments(folder: Path) -> None:
    for file in folder.iterdir():
        if file.name not in (MANIFEST, "meta.json"):
            file.unlink()


def cut_short(folder: Path) -> None:
    file = next(folder.glob("products-*.bytes"))
    file.write_bytes(file.read_bytes()[:-1])


def one_bit_turned(folder: Path) -> None:
    file = next(folder.glob("*.idx"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def of_another(**values: object) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        written(json.dumps({**manifest, **values}))(folder)

    return write


def written(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / MANIFEST).write_text(text, "utf-8")

    return write


@pytest.mark.parametrize(
    "damage",
    [
        without_manifest,
        without_index,
        without_segments,
        cut_short,
        one_bit_turned,
        written(""),
        written("[]"),
        written("\x00"),
        written('{"version": "v1"}'),
        of_another(format=FORMAT + 1),
        of_another(products=2),
        of_another(colour="blue"),
        of_another(languages=[]),
        of_another(languages=None),
        of_another(files={}),
        of_another(files={"../elsewhere": {"bytes": 0, "sha256": ""}}),
        of_another(files={"meta.json": 3}),
    ],
)
def test_a_folder_that_is_not_whole_is_no_catalogue(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    built(tmp_path / "v1", MILK)
    damage(tmp_path / "v1")
    for _ in range(2):
        with pytest.raises(CatalogueNotLinked):
            CatalogueIndex(tmp_path / "v1")


def test_a_whole_copy_is_a_catalogue(tmp_path: Path) -> None:
    built(tmp_path / "v1", MILK)
    shutil.copytree(tmp_path / "v1", tmp_path / "copy")
    assert CatalogueIndex(tmp_path / "copy").get(["milk"]) == {"milk": MILK}


def found(folder: Path, text: str, language: str = "en") -> list[str]:
    query = Query(text=text, now=datetime(2026, 11, 22, tzinfo=UTC), language=language)
    return [hit.product.sku for hit in CatalogueIndex(folder).search(query)]


def test_an_update_puts_in_replaces_and_takes_out_and_the_version_before_stays_as_it_was(
    tmp_path: Path,
) -> None:
    built(tmp_path / "v1", MILK, EGGS)
    brown, bread = replace(EGGS, title="Brown eggs"), replace(MILK, sku="bread", title="Bread")
    manifest = update(
        tmp_path / "v1", folder=tmp_path / "v2", version="v2", products=[brown, bread], gone=["milk", "none"]
    )
    assert manifest.products == 2
    shelves = CatalogueIndex(tmp_path / "v2")
    assert shelves.get(["milk", "eggs", "bread"]) == {"eggs": brown, "bread": bread}
    assert found(tmp_path / "v2", "brown eggs") == ["eggs"]
    assert found(tmp_path / "v2", "milk") == []
    assert CatalogueIndex(tmp_path / "v1").get(["milk", "eggs"]) == {"milk": MILK, "eggs": EGGS}


def test_an_update_shares_what_did_not_change(tmp_path: Path) -> None:
    built(tmp_path / "v1", MILK, EGGS)
    update(
        tmp_path / "v1", folder=tmp_path / "v2", version="v2", products=[replace(EGGS, title="Brown eggs")]
    )
    shared = "products-000.bytes"
    assert (tmp_path / "v2" / shared).samefile(tmp_path / "v1" / shared)


def test_updates_follow_one_another_and_the_last_word_counts(tmp_path: Path) -> None:
    built(tmp_path / "0", MILK)
    for number in range(1, 12):
        title = f"Milk of day {number}"
        update(
            tmp_path / str(number - 1),
            folder=tmp_path / str(number),
            version=str(number),
            products=[replace(MILK, title="Milk of no day"), replace(MILK, title=title)],
        )
        shelves = CatalogueIndex(tmp_path / str(number))
        assert shelves.manifest.products == 1
        assert shelves.get(["milk"])["milk"].title == title


def test_many_updates_stay_few_files_and_everything_is_found(tmp_path: Path) -> None:
    built(tmp_path / "0", MILK, EGGS)
    kinds = [replace(MILK, sku=f"jam-{n}", title=f"{name} jam", stock=n) for n, name in enumerate(JAMS)]
    for number, jam in enumerate(kinds, start=1):
        gone = ["jam-3"] if number == 18 else []
        update(
            tmp_path / str(number - 1),
            folder=tmp_path / str(number),
            version=str(number),
            products=[jam],
            gone=gone,
        )
    last = tmp_path / str(len(kinds))
    shelves = CatalogueIndex(last)
    assert len(list(last.glob("products-*.bytes"))) <= 18
    assert read_manifest(last, anew=True).products == len(kinds) + 1
    wanted = {product.sku: product for product in (MILK, EGGS, *kinds) if product.sku != "jam-3"}
    assert shelves.get(wanted) == wanted
    assert [parse(record).sku for record in shelves.records()] == list(wanted)
    for jam in kinds:
        assert (found(last, jam.title)[0] == jam.sku) is (jam.sku != "jam-3")
    # By its sound too: the words of every part are known.
    assert found(last, "ellder berie jam")[0] == "jam-4"
    assert CatalogueIndex(tmp_path / "17").get(["jam-3"]) == {"jam-3": kinds[3]}


def test_an_update_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    built(tmp_path / "v1", MILK)

    def breaking() -> Iterator[Product]:
        yield EGGS
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        update(tmp_path / "v1", folder=tmp_path / "v2", version="v2", products=breaking())
    assert not (tmp_path / "v2").exists()
    assert found(tmp_path / "v1", "milk") == ["milk"]


def test_each_language_finds_a_product_by_its_own_name(tmp_path: Path) -> None:
    milk = replace(MILK, names={"de": "Hafermilch"}, categories={"de": ("Getränke",)})
    build([milk, EGGS], folder=tmp_path / "v1", version="v1", language="en", others=["de"])
    assert found(tmp_path / "v1", "Milch", "de") == found(tmp_path / "v1", "getränk", "de") == ["milk"]
    assert found(tmp_path / "v1", "hafer", "en") == []
    assert found(tmp_path / "v1", "eggs", "de") == ["eggs"]
    assert found(tmp_path / "v1", "milk", "xx") == ["milk"]


def test_a_name_is_found_the_ways_the_merchant_says_it_is_heard(tmp_path: Path) -> None:
    water = replace(MILK, sku="water", title="La Croix sparkling water", brand="La Croix")
    yogurt = replace(MILK, sku="yogurt", title="Chobani yogurt", also=("show bonny", "joe bonny"))
    spoken = {"La Croix": ["la croy", "lack roy"]}
    build([water, yogurt], folder=tmp_path / "v1", version="v1", language="en", spoken=spoken)
    for said, sku in (("lack roy", "water"), ("la croy water", "water"), ("joe bonny", "yogurt")):
        assert found(tmp_path / "v1", said)[0] == sku
    more = replace(water, sku="lime", title="La Croix lime water")
    update(tmp_path / "v1", folder=tmp_path / "v2", version="v2", products=[more], gone=["water"])
    assert found(tmp_path / "v2", "lack roy") == ["lime"]


def test_a_folder_that_does_not_exist_is_no_catalogue_and_stays_absent(tmp_path: Path) -> None:
    with pytest.raises(CatalogueNotLinked):
        CatalogueIndex(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_price_is_the_offers_only_while_it_lasts(tmp_path: Path) -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    built(tmp_path / "v1", replace(MILK, offer=Offer(Money(299, "USD"), ends=now)), EGGS)
    shelves = CatalogueIndex(tmp_path / "v1")
    assert shelves.offers(now) == ()
    assert [product.sku for product in shelves.offers(datetime(2026, 11, 20, tzinfo=UTC))] == ["milk"]


def test_a_version_is_read_through_links_where_the_folder_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in Lambda's package. Tests may run as root, who may write anywhere, so the answer is given."""
    build([MILK], folder=tmp_path / "v1", version="v1", language="en")
    monkeypatch.setattr("os.access", lambda *_: False)
    before = sorted((tmp_path / "v1").iterdir())
    assert CatalogueIndex(tmp_path / "v1").get(["milk"]) == {"milk": MILK}
    assert sorted((tmp_path / "v1").iterdir()) == before
