"""What a person at the shop has to look at: returns, problems, calls; answered and closed here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from skill.api import catalogue
from skill.api.order_forms import CaseForm, CasesPage, CasesQuery, CaseStepForm, DeskForm
from skill.api.problem import Refused
from skill.api.route import Answer, Call, Route
from skill.commerce.desk import Reported
from skill.commerce.merchant import CASE_NEXT, COPY, Case, Facts, case_reported
from skill.merchants.answering import note
from skill.merchants.told import case_told


def _list(call: Call) -> Answer:
    asked: CasesQuery = call.query
    found = call.app.store.shop_cases(limit=asked.limit, status=asked.status)
    return Answer(200, {"cases": [case_told(case) for _, case in found if case.kind != COPY]})


def _read(call: Call) -> Answer:
    return Answer(200, case_told(_known(call)[1]))


def _step(call: Call) -> Answer:
    """What was reported before is a success, and changes nothing."""
    form: CaseStepForm = call.body
    shopper, case = _known(call)
    try:
        changed = case_reported(case, form.status, now=call.now, note=form.note)
    except ValueError:
        next = sorted(CASE_NEXT[case.status])
        raise Refused(
            "wrong_step",
            place="status",
            allowed=tuple(next),
            what="A case",
            status=case.status,
            wanted=form.status,
            remedy=f"It can become {', '.join(next)}.",
        ) from None
    if changed != case:
        call.app.store.put_case(changed, shopper=shopper)
    if form.note or form.status == "answered":
        note(changed, shopper=shopper, store=call.app.store)
    return Answer(200, case_told(changed))


def _report_desk(call: Call) -> Answer:
    form: DeskForm = call.body
    until = call.now + timedelta(minutes=form.valid_minutes)

    def change(before: Facts | None) -> Facts:
        if before is None:
            raise Refused("no_shop")
        reported = None if form.minutes is None else Reported(minutes=form.minutes, until=until)
        return replace(before, desk=replace(before.desk, reported=reported))

    catalogue.change_facts(call.app, change)
    return Answer(200, form)


def _known(call: Call) -> tuple[str, Case]:
    id = call.path["id"]
    found = call.app.store.shop_case(id)
    if found is None:
        raise Refused("not_found", what=f"No case has the id or reference {id}.", place="id")
    return found


ROUTES = (
    Route(
        method="PUT",
        path="/desk",
        name="reportDesk",
        summary="Report how many minutes a shopper who wants a person waits just now",
        scope="write",
        handle=_report_desk,
        body=DeskForm,
        example={"minutes": 5, "valid_minutes": 30},
        answers={200: DeskForm},
        problems=("no_shop",),
    ),
    Route(
        method="GET",
        path="/cases",
        name="listCases",
        summary="What shoppers want a person to look at, newest first",
        scope="read",
        handle=_list,
        query=CasesQuery,
        answers={200: CasesPage},
    ),
    Route(
        method="GET",
        path="/cases/{id}",
        name="getCase",
        summary="One case, by its id or by the reference that is said aloud",
        scope="read",
        handle=_read,
        answers={200: CaseForm},
        problems=("not_found",),
    ),
    Route(
        method="POST",
        path="/cases/{id}/status",
        name="reportCase",
        summary="Report that a case is answered or closed, with a note for the shopper",
        scope="write",
        handle=_step,
        body=CaseStepForm,
        example={"status": "answered", "note": "New eggs come tomorrow."},
        answers={200: CaseForm},
        problems=("not_found", "wrong_step"),
    ),
)
