"""What search is measured with measures rightly; needs neither the shared data nor the other engines."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path
from random import Random

import pytest

from tests.bench import NotReady
from tests.bench.known_items import known_items, noised
from tests.bench.labelled import (
    Record,
    Values,
    condensed,
    interval,
    ndcg,
    product_of,
    read_records,
    read_set,
    reciprocal_rank,
)
from tests.bench.scale import scaled, sizeless
from tests.bench.search_table import BEGIN, END, Line, Part, merged

GRADES = {"best": 3.0, "good": 2.0, "poor": 1.0, "wrong": 0.0}
FOODS = ("Oat Crackers", "Rye Crackers", "Corn Chips", "Bean Soup", "Lentil Soup")
BASE = [
    *(
        Record(id=f"{n}", title=f"Acme Model {n} Cable 2 m", brand="Acme", category="Cable", price=10 + n)
        for n in range(25)
    ),
    *(
        Record(
            id=f"g_{n}", title=f"Golden {FOODS[n % 5]} No {n}, 10 oz", brand="Hill Farm", category="a > b/c"
        )
        for n in range(25)
    ),
]


def test_a_perfect_ranking_is_worth_one() -> None:
    assert ndcg(["best", "good", "poor", "wrong"], GRADES, k=10) == pytest.approx(1.0)


def test_ndcg_is_what_one_computes_by_hand() -> None:
    best = 3 / 1 + 2 / math.log2(3) + 1 / 2
    assert ndcg(["wrong", "best", "unknown", "good"], GRADES, k=10) == pytest.approx(
        (3 / math.log2(3) + 2 / math.log2(5)) / best
    )
    assert ndcg(["wrong", "best", "unknown", "good"], GRADES, k=3) == pytest.approx(3 / math.log2(3) / best)
    steep = 7 / 1 + 3 / math.log2(3) + 1 / 2
    assert ndcg(["good", "best"], GRADES, k=10, gain="exponential") == pytest.approx(
        (3 + 7 / math.log2(3)) / steep
    )


def test_ndcg_of_nothing_is_nothing() -> None:
    assert ndcg([], GRADES, k=10) == 0
    assert ndcg(["wrong"], {"wrong": 0.0}, k=10) == 0


def test_condensed_forgets_what_nobody_judged() -> None:
    assert condensed(["new", "good", "other", "wrong"], GRADES) == ["good", "wrong"]
    assert reciprocal_rank(["new", "good"], {"good"}, k=10) == 0.5
    assert reciprocal_rank(["new", "good"], {"good"}, k=1) == 0


def test_the_interval_holds_the_difference_and_is_the_same_every_time() -> None:
    ours, theirs = Values({"a": 0.9, "b": 0.5, "c": 0.7}), Values({"a": 0.5, "b": 0.5, "c": 0.6})
    difference, low, high = interval(ours, theirs)
    assert difference == pytest.approx(0.5 / 3)
    assert low <= difference <= high
    assert interval(ours, theirs) == (difference, low, high)


@pytest.mark.parametrize("count", [1, 7, 50, 333, 50 * 36])
def test_a_scale_catalogue_has_as_many_products_as_wanted_each_with_its_own_sku(count: int) -> None:
    made = list(scaled(BASE, total=len(BASE), count=count))
    assert len(made) == count
    assert len({record.id for record in made}) == count
    assert len({record.title for record in made}) == count
    assert made == list(scaled(BASE, total=len(BASE), count=count))


def test_a_variant_says_its_option_in_the_title_and_belongs_to_a_group() -> None:
    made = {record.id: record for record in scaled(BASE, total=len(BASE), count=500)}
    first, cable, food = made["3"], made["3-1"], made["g_3-9"]
    assert first.title == "Acme Model 3 Cable 2 m"
    assert cable.title == f"{first.title}, {cable.colour}"
    assert cable.group == first.group == "3"
    assert food.title == f"Golden Bean Soup No 3, {food.size}, 2-Pack"
    assert (food.multipack, food.price) != (1, 1.0)
    product = product_of(food)
    assert (product.group, product.size, product.multipack) == ("g_3", food.size, 2)
    assert product.category == ("a", "b", "c")


def test_more_variants_than_there_are_is_an_error() -> None:
    with pytest.raises(ValueError, match="variants"):
        list(scaled(BASE, total=len(BASE), count=50 * 46))


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Vanilla Frosting, 10 oz", "Vanilla Frosting"),
        ("Sausage Links - 16oz/5ct - Good & Gather", "Sausage Links - Good & Gather"),
        ("Organic Baby Food 6 Count, 4.02 oz", "Organic Baby Food"),
        ("7 Up", "7 Up"),
        ("12 oz", "12 oz"),
    ],
)
def test_a_size_is_taken_out_of_a_title(title: str, plain: str) -> None:
    assert sizeless(title) == plain


def test_known_items_are_the_same_every_time_and_their_noise_is_no_empty_word() -> None:
    items = known_items(BASE, count=10)
    assert items == known_items(BASE, count=10)
    assert items
    assert all(item.relevant and item.spoken and item.noised for item in items)
    heard = [noised("phillips coffee grinder", chance=Random(seed)) for seed in range(30)]
    assert len(set(heard)) > 5
    assert all(text.replace(" ", "").isalpha() for text in heard)


def test_a_labelled_set_without_ears_has_typed_queries_alone(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="products"):
        read_set(tmp_path)
    with gzip.open(tmp_path / "products.jsonl.gz", "wt", encoding="utf-8") as out:
        out.write(json.dumps({"id": 7, "title": "Lamp", "brand": None}) + "\n")
    (tmp_path / "queries.tsv").write_text('qid\tquery\n1\tlamp\n2\t5" lamp\n', "utf-8")
    (tmp_path / "qrels.tsv").write_text("qid\tpid\tgrade\n1\t7\t0\n2\t7\t2.5\n", "utf-8")
    assert [record.id for record in read_records(tmp_path / "products.jsonl.gz")] == ["7"]
    labelled = read_set(tmp_path)
    assert labelled.asked == {"typed": {"2": ('5" lamp',)}}
    assert labelled.grades == {"2": {"7": 2.5}}


def test_a_run_replaces_its_own_lines_and_keeps_the_others() -> None:
    text = f"# Before\n{BEGIN}\n{END}\nAfter\n"
    large = Part("speed --sizes 10000", (Line(what="large", ours="2 ms"),), ("slow",))
    small = Part("speed --sizes 1000", (Line(what="small", ours="1 ms"),))
    quality = Part("quality", (Line(what="good", ours=".9"),), ("as said",))
    once = merged(text, [large, quality], day="2026-11-21")
    again = merged(once, [small, Part("quality", (Line(what="better", ours=".95"),))], day="2026-11-22")
    assert "| good |" not in again
    assert "as said" not in again
    assert "- `speed --sizes 10000`: slow" in again
    places = [again.index(each) for each in ("Before", "| better |", "| small |", "| large |", "After")]
    assert places == sorted(places)
    assert merged(again, [], day="2026-11-23") == again
    with pytest.raises(ValueError, match="markers"):
        merged("nothing", [small], day="2026-11-22")
