"""What is kept of answers is the latest, and no more than was agreed."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from skill.catalogue.recent import Recent


@given(asked=st.lists(st.integers(0, 8), max_size=60), size=st.integers(1, 5))
def test_the_last_asked_for_are_kept_and_nothing_else(asked: list[int], size: int) -> None:
    recent, model = Recent[str](size), OrderedDict[int, str]()
    for key in asked:
        known = recent.get(key)
        assert known == model.get(key)
        if known is None:
            recent.keep(key, str(key))
            model[key] = str(key)
        model.move_to_end(key)
        while len(model) > size:
            model.popitem(last=False)


def test_threads_share_it() -> None:
    recent = Recent[int](3)

    def ask(key: int) -> int:
        known = recent.get(key % 7)
        return recent.keep(key % 7, key % 7) if known is None else known

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(4_000))) == [key % 7 for key in range(4_000)]
