"""Scores: what may decide and what may only settle ties."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from skill.catalogue.asked import Sense, Word, asked_of
from skill.catalogue.line import MOST, PLACES, line_of, places_of
from skill.catalogue.ranking import Rank, ranked, size_code
from skill.catalogue.shape import shape_of
from skill.commerce.money import Money
from skill.commerce.product import Product

WORDS = ("oat", "milk", "vanilla", "quart", "brown", "egg", "rye", "bread", "tea", "mint")
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)
tokens = st.text("abcdefghij0123456789", min_size=1, max_size=6)
rarities = st.floats(0.1, 12.0)
products = st.builds(
    lambda title, brand, category, description, popularity, stock: Product(
        sku="sku",
        title=" ".join(title),
        brand=" ".join(brand),
        category=tuple(category),
        description=" ".join(description),
        price=Money(100, "USD"),
        popularity=popularity,
        stock=stock,
    ),
    names,
    st.lists(st.sampled_from(WORDS), max_size=2),
    st.lists(st.sampled_from(WORDS), max_size=2),
    names,
    st.integers(0, 10_000),
    st.sampled_from([None, 0, 5]),
)


def rank(product: Product, words: list[tuple[str, float]]) -> Rank:
    known = [Word((Sense(token),), "", rarity, True) for token, rarity in words]
    row = shape_of(product, language="en").row()
    return ranked([0], [row], asked_of(known, head_first=False), limit=1)[0]


@given(
    products,
    st.integers(0, 10_000),
    st.lists(st.tuples(st.sampled_from(WORDS), rarities), min_size=1, max_size=4, unique_by=lambda w: w[0]),
)
def test_popularity_never_lifts_what_lacks_most_of_the_words_over_what_has_them_all(
    other: Product, liked: int, words: list[tuple[str, float]]
) -> None:
    named = Product(
        sku="all", title=" ".join(word for word, _ in words), price=Money(1, "USD"), popularity=liked
    )
    all_, some = rank(named, words), rank(other, words)
    assert all_.cover == 100
    if some.cover * 2 < 100:
        assert some.score < all_.score


@given(products, st.lists(st.tuples(st.sampled_from(WORDS), rarities), min_size=1, max_size=4))
def test_of_two_alike_the_one_people_like_or_can_have_comes_first(
    product: Product, words: list[tuple[str, float]]
) -> None:
    plain = replace(product, popularity=0, stock=5)
    assert rank(replace(plain, popularity=50), words).score > rank(plain, words).score
    assert rank(replace(plain, stock=0), words).score < rank(plain, words).score


@given(
    st.lists(st.integers(0, 500), min_size=6, max_size=6),
    st.dictionaries(tokens, st.integers(1, 255), max_size=12),
    st.lists(tokens, max_size=4),
)
def test_a_line_tells_where_each_token_stands(
    numbers: list[int], held: dict[str, int], sounds: list[str]
) -> None:
    line = line_of(numbers, held, sounds)
    assert places_of(line) == {
        token: tuple(name for bit, name in enumerate(PLACES) if places >> bit & 1)
        for token, places in held.items()
    }
    assert len(line.decode().split("\t")[0].split(" ")[0]) == len(numbers)


@given(st.integers(0, 10**15), st.integers(0, 10**15), st.booleans())
def test_sizes_keep_their_order_and_volumes_and_masses_apart(one: int, two: int, mass: bool) -> None:
    codes = sorted(size_code(micro, mass=mass) for micro in (one, two))
    assert codes == [size_code(micro, mass=mass) for micro in sorted((one, two))]
    assert all(0 <= code <= MOST for code in codes)
    if one >= 1_000_000:
        assert size_code(one, mass=True) != size_code(one, mass=False)
