"""The page of the shop's numbers in Flask, beside the merchant's: sums, plots, experiments, what was said in
vain."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from skill.errors import BadInput, CatalogueNotLinked
from skill.merchants.figures import most_unanswered, numbers_of
from skill.merchants.publish import Place
from skill.shop import NOBODY

# How many days may be looked at, and how many are where nobody says.
SPANS = (7, 28, 90)
_USUAL = 28


def add_numbers(page: Blueprint, *, place: Place) -> None:
    """Serve the numbers of the shop whose catalogue is made at `place`, on the merchant's page."""
    store = place.store

    @page.get("/numbers")
    def numbers() -> str:
        try:
            shop = store.visit(NOBODY).facts.name
        except CatalogueNotLinked:
            shop = ""
        return render_template("numbers.html", shop=shop, spans=SPANS, asked=_days())

    @page.get("/numbers/told")
    def numbers_told() -> Response:
        facts = store.visit(NOBODY).facts
        told = numbers_of(store, facts, now=place.clock(), count=_days())
        days = facts.privacy.sentences_days
        return jsonify({**told, "unanswered": most_unanswered(store), "kept_days": days})

    @page.post("/numbers/forget")
    def numbers_forget() -> Response:
        asked = request.get_json(silent=True)
        text = asked.get("text") if isinstance(asked, dict) else None
        if not isinstance(text, str) or not text:
            raise BadInput("name the sentence in “text”, as JSON")
        return jsonify(forgotten=store.drop_sentences(text=text))


def _days() -> int:
    """What the address asks for, where it is one of the spans."""
    asked = request.args.get("days", "")
    return int(asked) if asked in map(str, SPANS) else _USUAL
