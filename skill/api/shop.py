"""The shop's facts and answers as JSON: the shop file, read and written over the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import time
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, TypeAdapter, ValidationError

from skill.api import catalogue
from skill.api.forms import Strict
from skill.api.problem import Refused, unreadable
from skill.api.route import Answer, Call, Route
from skill.app import App
from skill.commerce.coupon import Coupon
from skill.commerce.hours import Hours
from skill.commerce.merchant import Branch, Facts, Faq
from skill.commerce.window import WEEKDAYS
from skill.commerce.window import Span as Delivered
from skill.merchants import payment_file
from skill.merchants.coupon_file import CouponEntry
from skill.merchants.delivery_file import Delivery, Deposit, WindowEntry
from skill.merchants.desk_file import DeskEntry
from skill.merchants.experiment_file import ExperimentEntry
from skill.merchants.greeting_file import AfterwardsEntry, GreetingEntry
from skill.merchants.hours_file import ExceptEntry
from skill.merchants.linking_file import LinkingEntry
from skill.merchants.mail_file import MailEntry
from skill.merchants.notices_file import NoticesEntry
from skill.merchants.options_file import OptionsEntry
from skill.merchants.privacy_file import PrivacyEntry
from skill.merchants.recommend_file import RecommendEntry
from skill.merchants.returns_file import ReturnsEntry
from skill.merchants.shop_change import built_with
from skill.merchants.shop_file import FaqEntry, Orders, ShopFile
from skill.merchants.skill_file import SkillEntry
from skill.merchants.store_file import StoreEntry

# Hours of one day, without an offset: a shop keeps the time of its place.
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
Span = Annotated[str, StringConstraints(pattern=rf"^(closed|{_CLOCK}-{_CLOCK})$")]
_id = TypeAdapter(Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")])


class StoreForm(StoreEntry):
    """A store where orders are collected. `name` and `address` as they are said, in the shop's language or by
    language; `ready_minutes` of opening hours to pack an order; `hours` as the shop's when left out."""

    name: Annotated[str, Field(min_length=1)] | Annotated[dict[str, str], Field(min_length=1)]
    address: Annotated[str, Field(min_length=1)] | Annotated[dict[str, str], Field(min_length=1)]
    hours: dict[str, Span] = Field(default_factory=dict)


class ShopForm(ShopFile):
    """The shop, as in the shop file. Amounts in minor units of `currency`; `tax` in basis points by top
    category, "default" for the rest; `hours` as in "08:00-20:00" or "closed" by weekday (mon … sun);
    `heard_as` how names nobody spells are heard, which only an import changes."""

    hours: dict[str, Span] = Field(default_factory=dict)
    store: list[StoreForm] = Field(default_factory=list)  # type: ignore[assignment]


class FaqForm(Strict):
    """An answer, in the shop's language or by language, and ways of asking for it."""

    questions: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1, max_length=100)]
    answer: Annotated[str, Field(min_length=1)] | Annotated[dict[str, str], Field(min_length=1)]


class FaqsForm(BaseModel):
    """All answers of the shop."""

    faqs: list[FaqEntry]


def written(facts: Facts, *, heard: Mapping[str, list[str]]) -> ShopForm:
    """The facts as a shop file would have them: what `ShopFile.facts` makes facts of."""
    terms = facts.terms
    return ShopForm.model_construct(
        name=facts.name,
        spoken_name=dict(facts.names),
        currency=terms.currency,
        locale=facts.locale,
        timezone=facts.timezone,
        tax_inclusive=terms.tax_inclusive,
        tax=dict(terms.tax_rates),
        delivery=Delivery.model_construct(
            fee=terms.delivery_fee,
            free_from=terms.free_delivery_from,
            minimum_order=terms.minimum_order,
            days=facts.delivery_days,
            window=[_window(span) for span in facts.spans],
        ),
        deposit=Deposit.model_construct(
            category=dict(terms.deposits), sku=dict(terms.sku_deposits), taxed=terms.deposit_taxed
        ),
        orders=Orders.model_construct(code_from=terms.code_from, cash_rounding=terms.total_step > 1),
        hours=_spans(facts.hours),
        hours_except=[ExceptEntry.of(one) for one in facts.hours.special] if facts.hours else [],
        faq=[_entry(faq) for faq in facts.faqs],
        heard_as=dict(heard),
        coupon=[_coupon(coupon) for coupon in facts.coupons],
        store=[_store(store) for store in facts.stores],
        linking=LinkingEntry.of(facts.linking) if facts.linking else None,
        payment=payment_file.written(facts.cards) if facts.cards else None,
        privacy=PrivacyEntry.model_construct(**asdict(facts.privacy)),
        mail=MailEntry.of(facts.mail) if facts.mail else None,
        notices=NoticesEntry.of(facts.notices) if facts.notices else None,
        returns=ReturnsEntry(days=facts.returns_days) if facts.returns_days else None,
        desk=DeskEntry.of(facts.desk),
        skill=SkillEntry.of(facts.skill) if facts.skill else None,
        options=[OptionsEntry.of(group) for group in facts.options],
        experiment=[ExperimentEntry.of(one) for one in facts.experiments],
        recommend=RecommendEntry.of(facts.recommend),
        greeting=GreetingEntry.of(facts.greetings),
        afterwards=AfterwardsEntry.of(facts.afterwards),
    )


def _spans(hours: Hours | None) -> dict[str, str]:
    if hours is None:
        return {}
    return {
        day: "-".join(map(_clock, hours.days[day])) if day in hours.days else "closed" for day in WEEKDAYS
    }


def _clock(moment: time) -> str:
    return moment.isoformat("seconds" if moment.second else "minutes")


def _entry(faq: Faq) -> FaqEntry:
    return FaqEntry.model_construct(id=faq.id, questions=list(faq.questions), answer=dict(faq.answers))


def _coupon(coupon: Coupon) -> CouponEntry:
    return CouponEntry.model_construct(
        code=coupon.code,
        percent=coupon.percent or None,
        amount=coupon.amount or None,
        minimum=coupon.minimum,
        starts=coupon.starts,
        ends=coupon.ends,
        first_order=coupon.first,
        once=coupon.once,
        public=coupon.public,
        name=dict(coupon.names),
        heard={language: list(said) for language, said in coupon.heard.items()},
    )


def _store(store: Branch) -> StoreForm:
    return StoreForm.model_construct(
        id=store.id,
        name=dict(store.names),
        address=dict(store.addresses),
        ready_minutes=store.ready_minutes,
        hours=_spans(store.hours),
        latitude=store.place.latitude if store.place else None,
        longitude=store.place.longitude if store.place else None,
        postcodes=list(store.postcodes),
    )


def _window(span: Delivered) -> WindowEntry:
    return WindowEntry.model_construct(
        between=f"{_clock(span.starts)}-{_clock(span.ends)}", days=list(span.days), closes=span.closes
    )


def _read(call: Call) -> Answer:
    facts = catalogue.known_facts(call.app)
    return Answer(200, written(facts, heard=catalogue.heard(call.app)))


def _put(call: Call) -> Answer:
    form: ShopForm = call.body
    try:
        facts = form.facts()
    except (ValueError, OverflowError) as error:
        raise Refused("not_valid", what=str(error)) from error
    heard = form.heard_as if "heard_as" in form.model_fields_set else None
    _, put = put_shop(call.app, facts, heard=heard)
    return Answer(200, written(put, heard=catalogue.heard(call.app)))


def put_shop(
    app: App, facts: Facts, *, heard: Mapping[str, Sequence[str]] | None
) -> tuple[Facts | None, Facts]:
    """Put facts in place of those there are; the catalogue stays. Those before (None: there were none), and
    what is live now. `heard`: how names are heard (None: as they are). Raises Refused where that would take
    the catalogue to be built anew."""
    replaced: Facts | None = None

    def change(before: Facts | None) -> Facts:
        nonlocal replaced
        replaced = before
        if before is None or not before.catalogue:
            return facts
        now, language = catalogue.heard(app), catalogue.languages(app)[0]
        if what := built_with(before, facts, language=language, heard=now, wanted=heard):
            raise Refused("needs_import", place="locale" if what == "language" else what, what=what)
        desk = replace(facts.desk, reported=before.desk.reported)
        return replace(facts, catalogue=before.catalogue, desk=desk)

    put = catalogue.change_facts(app, change)
    return replaced, put


def _faqs(call: Call) -> Answer:
    facts = catalogue.known_facts(call.app)
    return Answer(200, FaqsForm(faqs=[_entry(faq) for faq in facts.faqs]))


def _put_faq(call: Call) -> Answer:
    form: FaqForm = call.body
    try:
        id = _id.validate_python(call.path["id"])
    except ValidationError as error:
        raise unreadable(error) from error

    def change(before: Facts | None) -> Facts:
        if before is None:
            raise Refused("no_shop")
        answers = form.answer if isinstance(form.answer, dict) else {before.locale[:2]: form.answer}
        faq = Faq(id, tuple(form.questions), answers)
        kept = [faq if known.id == id else known for known in before.faqs]
        return replace(before, faqs=tuple(kept if faq in kept else [*kept, faq]))

    facts = catalogue.change_facts(call.app, change)
    return Answer(200, next(_entry(faq) for faq in facts.faqs if faq.id == id))


def _delete_faq(call: Call) -> Answer:
    def change(before: Facts | None) -> Facts:
        kept = [faq for faq in before.faqs if faq.id != call.path["id"]] if before else []
        if before is None or len(kept) == len(before.faqs):
            raise Refused("not_found", place="id", what=f"No answer has the id {call.path['id']}.")
        return replace(before, faqs=tuple(kept))

    catalogue.change_facts(call.app, change)
    return Answer(204)


ROUTES = (
    Route(
        method="GET",
        path="/shop",
        name="getShop",
        summary="The shop's facts",
        scope="read",
        handle=_read,
        answers={200: ShopForm},
        problems=("no_shop",),
    ),
    Route(
        method="PUT",
        path="/shop",
        name="putShop",
        summary="Put the shop's facts in place of those there are; the catalogue stays",
        scope="write",
        handle=_put,
        body=ShopForm,
        example={"name": "Harbor Foods", "currency": "USD", "hours": {"mon": "08:00-20:00"}},
        answers={200: ShopForm},
        problems=("needs_import",),
    ),
    Route(
        method="GET",
        path="/faqs",
        name="listFaqs",
        summary="The shop's answers",
        scope="read",
        handle=_faqs,
        answers={200: FaqsForm},
        problems=("no_shop",),
    ),
    Route(
        method="PUT",
        path="/faqs/{id}",
        slashes=True,
        name="putFaq",
        summary="Put an answer, or in place of the one with this id",
        scope="write",
        handle=_put_faq,
        body=FaqForm,
        example={"questions": ["do you wrap gifts"], "answer": "Yes, for free."},
        answers={200: FaqEntry},
        problems=("no_shop",),
    ),
    Route(
        method="DELETE",
        path="/faqs/{id}",
        slashes=True,
        name="deleteFaq",
        summary="Take an answer away",
        scope="write",
        handle=_delete_faq,
        answers={204: None},
        problems=("not_found",),
    ),
)
