"""Records by row and lines by key, over parts written at different times."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from skill.catalogue.parts import Parts, PartWriter, count_parts, find_line, mapped, write_lines

keys = st.text("abc", min_size=1, max_size=4)


@given(st.lists(st.lists(st.binary(max_size=20), max_size=5), max_size=4))
def test_every_record_is_found_by_its_row_in_whichever_part_it_is(parts: list[list[bytes]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for number, records in enumerate(parts):
            with PartWriter(folder, "products", number=number) as writer:
                for record in records:
                    writer.add(record)
        every = [record for records in parts for record in records]
        held = Parts(folder, "products")
        assert held.rows == len(every)
        assert [held[row] for row in range(held.rows)] == every
        assert count_parts(folder, "products") == len(parts)


@given(st.dictionaries(keys, st.text("xyz", max_size=5), max_size=30), keys)
def test_a_line_is_found_by_its_key_alone(table: dict[str, str], other: str) -> None:
    with TemporaryDirectory() as name:
        path = Path(name) / "lexicon.lines"
        write_lines(path, (f"{key}\t{value}".encode() for key, value in table.items()))
        data = mapped(path)
        for key in (*table, other):
            found = find_line(data, key.encode())
            assert (None if found is None else found.decode()) == table.get(key)
        data.release()


def test_parts_follow_one_another_by_number(tmp_path: Path) -> None:
    for number in (1000, 999):
        with PartWriter(tmp_path, "products", number=number) as writer:
            writer.add(f"{number}".encode())
    held = Parts(tmp_path, "products")
    assert [held[row] for row in range(held.rows)] == [b"999", b"1000"]
