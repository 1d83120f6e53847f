"""The shop's numbers from the command line."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skill.app import App, build
from skill.cli import main
from skill.commerce.merchant import Facts
from skill.commerce.totals import Terms
from skill.counting import Sentence
from skill.deployment import see_to_orders
from skill.merchants.numbers import known
from skill.settings import from_environment
from tests.devtools.numbers_shop import EXPERIMENTS, furnish_numbers
from tests.talk import NOW


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    environment = {"SAYSO_STORE": f"sqlite:{tmp_path / 'shop.db'}", "SAYSO_NOW": NOW.isoformat()}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    opened = build(from_environment(environment))
    opened.store.publish(Facts(name="Harbor Foods", terms=Terms(currency="EUR"), catalogue="v1"), stock={})
    return opened


def sayso(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_the_report_tells_sums_the_funnel_and_experiments(app: App) -> None:
    furnish_numbers(app.store, now=NOW)
    shown = sayso("report", "--days", "7").output
    assert "Harbor Foods" in shown
    assert "2026-11-15 to 2026-11-21" in shown
    assert "€" in shown
    assert "heard the total" in shown
    assert EXPERIMENTS[0].id in shown
    assert "better (+" in shown
    assert "too few to tell" in shown


def test_a_report_of_nothing_says_so(app: App) -> None:
    assert "nobody has talked to the shop" in sayso("report").output
    assert sayso("report", "--days", "0").exit_code == 2


def test_the_report_is_written_as_csv_and_json(app: App, tmp_path: Path) -> None:
    furnish_numbers(app.store, now=NOW)
    told = json.loads(sayso("report", "--days", "3", "--json").output)
    assert [day["date"] for day in told["days"]] == ["2026-11-19", "2026-11-20", "2026-11-21"]
    sheet = tmp_path / "days.csv"
    assert "3 days in" in sayso("report", "--days", "3", "--csv", sheet).output
    rows = list(csv.DictReader(sheet.read_text("utf-8").splitlines()))
    assert [int(row["sessions"]) for row in rows] == [day["sessions"] for day in told["days"]]
    assert sayso("report", "--days", "3", "--csv", "-").output == sheet.read_text("utf-8")
    refused = sayso("report", "--csv", tmp_path / "nowhere" / "days.csv")
    assert refused.exit_code == 2


def test_what_was_said_in_vain_is_shown_and_forgotten(app: App) -> None:
    assert "sentences_days" in sayso("unanswered").output
    for text in ("do you gift wrap", "stamps"):
        said = Sentence(text=text, kind="question", locale="en-US", at=NOW)
        app.store.keep_sentence(said, shopper="ann", days=30)
    assert "do you gift wrap" in sayso("unanswered").output
    assert "1 forgotten" in sayso("unanswered", "--erase", "stamps").output
    assert [one["text"] for one in json.loads(sayso("unanswered", "--json").output)] == ["do you gift wrap"]
    assert sayso("unanswered", "--erase", "x", "--erase-all").exit_code == 2
    assert "1 forgotten" in sayso("unanswered", "--erase-all").output


def test_a_round_adds_up_the_day_that_is_over(app: App) -> None:
    app.store.count({"turns": 3}, id="a", day=date(2026, 11, 20))
    see_to_orders(app)
    day = known(app.store, date(2026, 11, 20))
    assert day is not None
    assert day.counts["sessions"] == 1
