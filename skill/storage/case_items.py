"""Requests for a person as documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from skill.commerce.merchant import Case
from skill.storage.desk_items import dump_summary, load_summary
from skill.storage.shop_items import given, moment

Item = dict[str, Any]


def dump_case(case: Case) -> Item:
    return {
        "id": case.id,
        "reference": case.reference,
        "about": case.about,
        "opened_at": case.opened_at.isoformat(),
        "status": case.status,
        "kind": case.kind,
        "order": case.order,
        "due": case.due and case.due.isoformat(),
        "stars": case.stars,
        "also": case.also,
        **({"notes": [[at.isoformat(), note] for at, note in case.notes]} if case.notes else {}),
        "quantity": case.quantity,
        **({"summary": dump_summary(case.summary)} if case.summary else {}),
    }


def load_case(item: Mapping[str, Any]) -> Case:
    return Case(
        id=item["id"],
        reference=item["reference"],
        about=item["about"],
        opened_at=datetime.fromisoformat(item["opened_at"]),
        due=moment(item.get("due")),
        notes=tuple((datetime.fromisoformat(at), note) for at, note in item.get("notes", ())),
        summary=load_summary(item["summary"]) if item.get("summary") else None,
        **given(item, "status", "kind", "order", "stars", "also", "quantity"),
    )
