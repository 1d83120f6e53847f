"""The money of orders from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skill.app import App, build
from skill.cli import main
from skill.commerce.order import Order, moved
from skill.paying import settle
from skill.settings import from_environment
from tests.conversations.replay import WORLDS

WAITS = "amzn1.ask.account.WAITS"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    environment = {
        "SAYSO_STORE": f"sqlite:{tmp_path / 'shop.db'}",
        "SAYSO_NOW": "2026-11-21T15:00:00+00:00",
        "SAYSO_ASSUME_LINKED": "1",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert sayso("scenario", "load", WORLDS / "cards.json").exit_code == 0
    return build(from_environment(environment))


def sayso(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def order(app: App) -> Order:
    found = app.store.numbered("31777")
    assert found is not None
    return found


def test_what_waits_for_its_payment_is_shown_with_the_reason(app: App) -> None:
    shown = sayso("orders", "unpaid").output
    assert "31777" in shown
    assert "pending" in shown
    assert "refused (declined)" in shown


def test_nothing_open_is_said(app: App) -> None:
    app.store.cancel(order(app), cancelled=moved(order(app), "cancelled", now=app.clock()))
    sayso("orders", "settle", "31777")
    assert "no order waits for money" in sayso("orders", "unpaid").output


def test_what_is_past_its_time_is_called_off_by_a_round(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "0 orders changed" in sayso("orders", "settle").output
    monkeypatch.setenv("SAYSO_NOW", "2026-11-21T16:00:00+00:00")
    told = sayso("orders", "settle").output
    assert "31777: cancelled, $0.00 paid" in told
    assert "1 orders changed" in told


def test_a_refund_that_was_refused_is_shown_and_asked_for_again(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = app.store.visit("nobody").facts
    payments = app.payments(facts)
    assert payments is not None
    for said in ("pay for my order", "yes"):
        sayso("say", "--user", WAITS, "--session", "s", said)
    paid = order(app)
    assert paid.payment.collected == paid.totals.total.minor
    # The provider's books are gone, then they are back.
    text = app.store.document("development-charge", paid.id)
    assert text is not None
    app.store.drop_document("development-charge", paid.id)
    app.store.cancel(paid, cancelled=moved(paid, "cancelled", now=app.clock()))
    settle(order(app), books=app.store, payments=payments, now=app.clock)
    shown = sayso("orders", "unpaid").output
    assert "a refund was refused" in shown
    assert "$10.48" in shown
    app.store.put_document("development-charge", paid.id, text)
    assert "31777: cancelled, $0.00 paid" in sayso("orders", "settle", "31777").output


def test_a_shop_that_bills_has_nothing_to_settle(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_ASSUME_LINKED", "0")
    result = sayso("orders", "settle")
    assert result.exit_code == 2


def test_an_unknown_number_is_said(app: App) -> None:
    assert sayso("orders", "settle", "00000").exit_code == 2
