"""Orders, cases and events as JSON: what is reported, and what `skill.merchants.told` makes of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, HttpUrl, StringConstraints

from skill.api.forms import Count, Moment, Sku, Strict
from skill.commerce.merchant import CASE_NEXT
from skill.commerce.order import NEXT
from skill.commerce.status_words import dialects

_TEXT = r"^[^\x00-\x1f\x7f]*$"
Note = Annotated[str, StringConstraints(max_length=500)]


def _known_status(value: str) -> str:
    if value and value not in NEXT:
        raise ValueError(f"is none of {', '.join(NEXT)}")
    return value


def _one_of(*values: str) -> dict[str, Any]:
    return {"enum": list(values)}


def _known_dialect(value: str) -> str:
    if value and value not in dialects():
        raise ValueError(f"is none of {', '.join(dialects())}")
    return value


Dialect = Annotated[str, AfterValidator(_known_dialect), Field(json_schema_extra=_one_of("", *dialects()))]
Word = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60, pattern=_TEXT),
    Field(description="A status of ours, or a word of one of the dialects for it."),
]


class Amount(BaseModel):
    """`amount` in minor units of `currency`."""

    amount: int
    currency: str


class TrackingForm(Strict):
    """Who carries the parcel ("UPS": it is spoken), under which number, and where to follow it."""

    carrier: Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=_TEXT)]
    number: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=_TEXT)]
    url: Annotated[HttpUrl, Field(max_length=2_000)] | None = None


class TrackedForm(BaseModel):
    """Who carries the parcel, under which number, and where to follow it."""

    carrier: str
    number: str
    url: str | None


class PiecesForm(Strict):
    """Pieces that are on their way or there by now, all in all."""

    sku: Sku
    quantity: Count


class StepForm(Strict):
    """The status an order now has, in our words or those of a `dialect` (left out: whoever says so), and
    what the shop says besides. `lines`: what is on its way by now, where that is not everything."""

    status: Word
    dialect: Dialect = ""
    tracking: TrackingForm | None = None
    note: Note = ""
    lines: list[PiecesForm] = Field(default_factory=list, max_length=1_000)


class ChoiceForm(BaseModel):
    """What was chosen of a group of options, by the ids of the shop file: `quantity` of `option` in each
    piece. Where the group is free text, `option` is the text."""

    group: str
    option: str
    quantity: int


class LineForm(BaseModel):
    """`price` of one piece with its options, as it was told when it was ordered; `fulfilled`: pieces that
    have left, while the order is shipped in part. The same SKU may stand in several lines, with other
    options."""

    sku: str
    name: str
    options: list[ChoiceForm]
    quantity: int
    price: Amount
    fulfilled: int


class TotalsForm(BaseModel):
    """What the order costs; `lines` before `discount`, `deposit` beside them, `rounding` to whole coins."""

    lines: Amount
    discount: Amount
    delivery: Amount
    deposit: Amount
    rounding: Amount
    tax: Amount
    total: Amount


class PaymentForm(BaseModel):
    """How it is paid ("invoice": the merchant bills), what was `collected`, and why the last charge was
    `refused`, if it was."""

    method: str
    collected: Amount
    refused: str | None


class AddressForm(BaseModel):
    """Where it is brought."""

    lines: list[str]
    city: str
    region: str
    code: str
    country: str


class ContactForm(BaseModel):
    """To whom, as known when it was ordered."""

    name: str
    email: str
    address: AddressForm | None


class WindowForm(BaseModel):
    """When it is brought."""

    starts: AwareDatetime
    ends: AwareDatetime


class SinceForm(BaseModel):
    """A status the order had from a time on."""

    status: str
    since: AwareDatetime


class NoteForm(BaseModel):
    """What the shop noted, and when."""

    note: str
    at: AwareDatetime


class OrderForm(BaseModel):
    """An order. `number` is what shopper and shop say aloud; `version` grows with each change; `allowed` the
    statuses it can have next; `wish` where the shopper wants it left, in their words; `expected` the day at
    the door, `window` the hours of it; `pickup` the id of the store where it is collected, from `ready_at`
    on; `substitutes` whether what has run out may be replaced (null: the shopper did not say); `locale` their
    language."""

    id: str
    number: str
    version: int
    status: str
    allowed: list[str]
    placed_at: AwareDatetime
    lines: list[LineForm]
    totals: TotalsForm
    payment: PaymentForm
    coupon: str
    contact: ContactForm | None
    wish: str
    expected: str | None
    window: WindowForm | None
    pickup: str
    ready_at: AwareDatetime | None
    substitutes: bool | None
    tracking: TrackedForm | None
    history: list[SinceForm]
    notes: list[NoteForm]
    locale: str


class OrdersPage(BaseModel):
    """Newest first. `next`: what to send as `after` for those that follow; null when there are none. A page
    may be short and yet be followed."""

    orders: list[OrderForm]
    next: str | None


class OrdersQuery(Strict):
    """`after`: the `next` of the page before."""

    status: Annotated[str, AfterValidator(_known_status), Field(json_schema_extra=_one_of("", *NEXT))] = ""
    placed_after: Moment | None = None
    after: Annotated[str, StringConstraints(max_length=300)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class SaidForm(BaseModel):
    """A turn of the conversation: the intent that was heard, and what was answered. `missed`: it was not
    understood, or nothing was found."""

    intent: str
    answered: str
    missed: bool


class InCartForm(BaseModel):
    """So many pieces of a product that were in the cart."""

    quantity: int
    name: str


class SummaryForm(BaseModel):
    """What a case comes with: the last turns before it, answers in the language they were said in, and what
    was in the cart. The shopper's own words are not kept."""

    locale: str
    turns: list[SaidForm]
    cart: list[InCartForm]


class CaseForm(BaseModel):
    """What a person at the shop has to look at. `reference` is what both sides say aloud; `kind` one of
    person, return, problem, callback, rating, and `also` another it is; `about` the shopper's words, `order`
    the number of the order it is about; `notes`: what the shop answered; `summary`: the conversation it was
    opened in."""

    id: str
    reference: str
    status: str
    allowed: list[str]
    kind: str
    also: str
    about: str
    order: str
    opened_at: AwareDatetime
    call_back_at: AwareDatetime | None
    stars: int | None
    notes: list[NoteForm]
    summary: SummaryForm | None = None


class CasesPage(BaseModel):
    """Cases, newest first."""

    cases: list[CaseForm]


class CasesQuery(Strict):
    """`status`: only those that are open, answered or closed."""

    status: Literal["", "open", "answered", "closed"] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class CaseStepForm(Strict):
    """The status a case now has, and a note for the shopper."""

    status: Annotated[Literal["open", "answered", "closed"], Field(json_schema_extra=_one_of(*CASE_NEXT))]
    note: Note = ""


class DeskForm(Strict):
    """How many `minutes` a shopper waits for a person just now (null: as the shop file says again), and for
    how many minutes that counts."""

    minutes: Annotated[int, Field(ge=0, le=1_440)] | None
    valid_minutes: Annotated[int, Field(ge=1, le=1_440)] = 60


class EventForm(BaseModel):
    """What happened, when, and the order or case it is about as it is now: what a webhook would carry."""

    id: str
    type: str
    timestamp: AwareDatetime
    data: OrderForm | CaseForm


class EventsPage(BaseModel):
    """Oldest first. `next`: what to send as `after` the next time; the same again while nothing is new."""

    events: list[EventForm]
    next: str


class EventsQuery(Strict):
    """`after`: the `next` of the page before (left out: from the first that is kept)."""

    after: Annotated[str, StringConstraints(pattern="^([0-9A-HJKMNP-TV-Z]{26})?$")] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50
