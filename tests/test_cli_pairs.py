"""The command that counts what is bought together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skill.cli import main
from tests.conversations.replay import WORLDS


def sayso(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_pairs_are_counted_and_told_as_text_and_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_STORE", f"sqlite:{tmp_path / 'shop.db'}")
    monkeypatch.setenv("SAYSO_NOW", "2026-11-21T15:00:00+00:00")
    monkeypatch.delenv("SAYSO_CATALOGUES", raising=False)
    sayso("scenario", "load", WORLDS / "kitchen.json")
    told = sayso("catalogue", "pairs")
    assert told.exit_code == 0, told.output
    assert "pairs that 5 shoppers or more bought: from 14 orders of 13 shoppers in 365 days" in told.output
    counted = json.loads(sayso("catalogue", "pairs", "--shoppers", "7", "--json").stdout)
    assert (counted["floor"], counted["pairs"]) == (7, 0)
    refused = sayso("catalogue", "pairs", "--shoppers", "4")
    assert refused.exit_code == 2
    assert "x>=5" in refused.output
