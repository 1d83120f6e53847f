"""What a merchant is told of an import: all counted, a part kept, the same in JSON and on the terminal."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from skill.catalogue.problem import Problem, kinds
from skill.merchants.report import (
    MOST,
    OF_A_KIND,
    Findings,
    ImportReport,
    as_json,
    by_kind,
    collect,
    from_json,
)
from skill.merchants.report_text import as_text

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
EMPTY = ImportReport(
    when=NOW, source="feed.tsv", dialect="google", form="tsv", version="v1", rows=40, products=39
)
VALUES = {
    "name": "OAT DRINK [2 L]",
    "codes": "X-1",
    "currency": "EUR",
    "shop": "USD",
    "brand": "Orlop",
    "words": "12",
    "signs": "★",
    "cries": "NEW",
    "languages": "de",
    "other": "Oat drink",
    "other_sku": "s-9",
}
# Kinds whose words these values fill, whatever else there is.
CODES = [*sorted(code for code, kind in kinds().items() if kind.level == "voice"), "garbled_field"]
PROBLEMS = st.builds(
    Problem,
    row=st.integers(0, 5000),
    field=st.sampled_from(["title", "price"]),
    code=st.sampled_from(CODES),
    values=st.just(VALUES),
    sku=st.text(max_size=5),
    spoken=st.sampled_from(["", "Oat drink, 2 liters"]),
)


def finding(row: int, code: str = "no_category", **more: str) -> Problem:
    return Problem(row, "title", code, VALUES, **more)


def shown(report: ImportReport) -> str:
    out = io.StringIO()
    Console(file=out, width=100).print(as_text(report))
    return out.getvalue()


@given(st.lists(PROBLEMS, max_size=60))
def test_everything_is_counted_and_what_json_tells_can_be_read_back(problems: list[Problem]) -> None:
    report = collect(problems, EMPTY)
    assert report.counts == Counter(problem.code for problem in problems)
    assert report.errors + report.warnings + sum(report.voice.values()) == len(problems)
    assert report.doubtful == len({problem.row for problem in problems if problem.row})
    assert from_json(json.loads(json.dumps(as_json(report)))) == report


def test_one_kind_does_not_hide_the_others() -> None:
    problems = [finding(row) for row in range(1, 5001)] + [finding(7, "same_name")]
    report = collect(problems, EMPTY)
    assert len(report.problems) == OF_A_KIND + 1
    assert report.counts == {"no_category": 5000, "same_name": 1}
    (first, second) = by_kind(report)
    assert (first.code, first.count, first.left_out) == ("no_category", 5000, 5000 - OF_A_KIND)
    assert (second.code, second.left_out) == ("same_name", 0)


def test_never_more_is_kept_than_is_allowed_and_a_late_kind_still_finds_room() -> None:
    findings = Findings(most=20, of_a_kind=100)
    for row in range(1, 101):
        findings.add(finding(row))
    for row in range(1, 4):
        findings.add(finding(row, "same_name"))
    kept = findings.told_in(EMPTY).problems
    assert len(kept) == 20
    assert sum(problem.code == "same_name" for problem in kept) == 3
    assert MOST == 1000


def test_a_row_is_lost_or_doubtful_once_and_never_both(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = replace(kinds()["no_category"], level="error")
    monkeypatch.setattr("skill.catalogue.problem.kinds", lambda: {**kinds(), "no_category": lost})
    report = collect([finding(3, "same_name"), finding(3), finding(3), finding(9, "same_name")], EMPTY)
    assert (report.lost, report.doubtful, report.clean) == (1, 1, 38)


def test_what_is_wrong_with_the_feed_itself_costs_no_row() -> None:
    assert collect([finding(0)], EMPTY).doubtful == 0


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (EMPTY, "All 40 rows are for sale."),
        (replace(EMPTY, lost=2, left_out=3), "35 of 40 rows are for sale, 2 lost and 3 left out."),
        (replace(EMPTY, lost=2), "38 of 40 rows are for sale, 2 lost."),
        (replace(EMPTY, version=""), "Nothing went live. What was live before still is."),
        (replace(EMPTY, version="", dry_run=True), "40 of 40 rows would be for sale. Nothing was changed."),
    ],
)
def test_the_outcome_is_told_in_a_sentence(report: ImportReport, verdict: str) -> None:
    assert report.verdict == verdict
    assert verdict in shown(report)


def test_the_terminal_tells_each_kind_once_and_its_rows_below() -> None:
    problems = [
        finding(row, "name_with_codes", sku=f"s-{row}", spoken="Oat drink, 2 liters") for row in range(1, 21)
    ]
    text = shown(collect(problems, EMPTY))
    assert text.count(kinds()["name_with_codes"].mend) == 1
    assert text.count("row ") == 8
    assert "OAT DRINK [2 L] says Oat drink, 2 liters" in text
    assert "and 12 more" in text
    assert text.index("39 products") < text.index("the name holds a code")


def test_a_finding_that_is_on_no_name_offers_none() -> None:
    text = shown(collect([Problem(1, "description", "no_description", VALUES, "s", "Oat drink")], EMPTY))
    assert "says" not in text


def test_what_is_no_report_is_refused() -> None:
    told = as_json(collect([finding(1)], EMPTY))
    with pytest.raises(ValueError, match="no import report of format 1"):
        from_json({**told, "format": 2})
    with pytest.raises(ValueError, match="rows"):
        from_json({**told, "rows": "many"})
    with pytest.raises(ValueError, match="nobody knows these kinds of problems: unheard"):
        from_json({**told, "counts": {"unheard": 1}})


def test_json_tells_what_why_and_how_to_mend_it() -> None:
    told = as_json(collect([finding(7, "same_name", sku="s-7")], EMPTY))
    assert told["format"] == 1
    assert told["when"] == "2026-11-22T09:41:00Z"
    assert (told["errors"], told["warnings"], told["voice"]) == (0, 0, 1)
    assert told["problems"][0]["level"] == "voice"
    assert told["problems"][0]["message"].startswith(
        "row 7, title: another product, s-9, has the same name; "
    )
    assert told["kinds"]["same_name"].keys() == {"level", "what", "why", "mend"}
