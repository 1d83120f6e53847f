"""The shop itself: name, terms, opening hours, stores, coupons and answers, as the merchant states them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from skill.commerce.afterwards import Afterwards
from skill.commerce.alert import Alert
from skill.commerce.contact import Contact, Coordinates
from skill.commerce.coupon import Coupon
from skill.commerce.desk import Desk, Summary
from skill.commerce.experiment import Experiment
from skill.commerce.greeting import Greetings
from skill.commerce.hours import Hours, ready, said_in
from skill.commerce.insight import Insight
from skill.commerce.notices import Notifying, Wishes
from skill.commerce.options import Group
from skill.commerce.payment import Cards
from skill.commerce.personal import Personal
from skill.commerce.publishing import Publishing
from skill.commerce.recommend import Recommending
from skill.commerce.totals import Terms
from skill.commerce.window import Span, Window, windows


@dataclass(frozen=True, slots=True)
class Faq:
    """An answer by locale or language, and ways of asking for it (lower case, no punctuation)."""

    id: str
    questions: tuple[str, ...]
    answers: Mapping[str, str]

    def answer(self, locale: str) -> str | None:
        return self.answers.get(locale) or self.answers.get(locale[:2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A store where orders are collected: `names` and `addresses` by locale or language, as they are said;
    `ready_minutes` of opening hours to pack an order; `hours` where they differ from the shop's. `place`:
    where it is; `postcodes`: how the postal codes begin that it is nearest to."""

    id: str
    names: Mapping[str, str]
    addresses: Mapping[str, str]
    ready_minutes: int = 120
    hours: Hours | None = None
    place: Coordinates | None = None
    postcodes: tuple[str, ...] = ()

    def name(self, locale: str) -> str:
        return said_in(self.names, locale)

    def address(self, locale: str) -> str:
        return said_in(self.addresses, locale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a provider calls what it tells of a customer (OpenID Connect Core, section 5.1); empty: it does
    not tell. `customer`: who the payment provider knows them as."""

    email: str = "email"
    name: str = "name"
    address: str = "address"
    customer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """How the merchant's identity provider is asked whose token a request carries: by its keys (`jwks`, a
    URL, and the signature `algorithms` that count), or by `introspection` (a URL, RFC 7662) as client
    `client_id` with the secret that the environment variable `secret_env` holds; the secret itself is kept
    nowhere. `audience`: whom a token must be meant for; `scopes` it must all carry. `userinfo`: the URL where
    it tells of a customer by the names in `claims` (empty: the token itself may hold them)."""

    issuer: str
    audience: str
    jwks: str = ""
    algorithms: tuple[str, ...] = ("RS256",)
    introspection: str = ""
    client_id: str = ""
    secret_env: str = ""
    scopes: tuple[str, ...] = ()
    userinfo: str = ""
    claims: Claims = field(default_factory=Claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """For how many days things are kept, then forgotten: a cart since it was last changed, an order since it
    was placed, a case since it was opened, an event since everybody knows of it, and a shopper, with all that
    is theirs, since they last did anything here."""

    carts_days: int = 90
    orders_days: int = 3650
    cases_days: int = 365
    events_days: int = 30
    shoppers_days: int = 730
    sentences_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """Whom a shop's letters come from: its e-mail address, the name beside it (empty: as the shop is called)
    and the address that answers go to (empty: none is waited for)."""

    sender: str
    name: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`catalogue` names the live catalogue version; `delivery_days` counts days from order to door;
    `stores` are where orders are collected, `names` what the shop is called by locale or language. `linking`
    says how an account is checked (None: a token alone counts), `cards` how cards are charged (None: the
    merchant bills). `revision` is the store's count of writes
    (0: not kept yet) and no part of what is said of the shop."""

    name: str
    terms: Terms
    catalogue: str
    locale: str = "en-US"
    timezone: str = "UTC"
    hours: Hours | None = None
    faqs: tuple[Faq, ...] = ()
    delivery_days: int = 2
    coupons: tuple[Coupon, ...] = ()
    stores: tuple[Branch, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    linking: Linking | None = None
    cards: Cards | None = None
    # Spans of the day it delivers in (none: an order comes some time of the expected day).
    spans: tuple[Span, ...] = ()
    privacy: Privacy = Privacy()
    # Whom its letters come from (None: it writes none).
    mail: Mailing | None = None
    # What it tells shoppers outside of conversations (None: nothing).
    notices: Notifying | None = None
    # Days from arrival on which an order may go back (None: nobody said).
    returns_days: int | None = None
    # Where shoppers' wishes for a person go, and when somebody is there.
    desk: Desk = field(default_factory=Desk)
    # What the skill store is told (None: nothing yet).
    skill: Publishing | None = None
    # What may be chosen about products.
    options: tuple[Group, ...] = ()
    # Wordings that are compared.
    experiments: tuple[Experiment, ...] = ()
    # What is asked before something is recommended, and said unasked.
    recommend: Recommending = field(default_factory=Recommending)
    # What it says to who opens it, and what it does after an order.
    greetings: Greetings = field(default_factory=Greetings)
    afterwards: Afterwards = field(default_factory=Afterwards)
    revision: int = field(default=0, compare=False)

    def called(self, locale: str) -> str:
        """The shop's name as it is said in a locale: its own where no other is given."""
        return self.names.get(locale) or self.names.get(locale[:2]) or self.name

    @property
    def desk_hours(self) -> Hours | None:
        """When somebody is at the desk: as the shop is open, where it keeps no hours of its own."""
        if not self.desk.days:
            return self.hours
        return Hours(self.desk.days, self.hours.special if self.hours else ())

    def local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.timezone))

    def coming(self, *, now: datetime) -> Iterator[Window]:
        """When an order placed now can be delivered, earliest first; never where the shop has no windows."""
        return windows(self.spans, now=self.local(now))

    @property
    def hold(self) -> timedelta:
        """How long the shop keeps an order that is not paid."""
        return timedelta(minutes=(self.cards or Cards(provider="")).hold_minutes)

    def store(self, id: str) -> Branch | None:
        return next((store for store in self.stores if store.id == id), None)

    def coupon(self, code: str) -> Coupon | None:
        return next((coupon for coupon in self.coupons if coupon.code == code), None)

    def ready_at(self, store: Branch, *, now: datetime) -> datetime:
        """When an order placed now can be collected there, in the shop's time zone."""
        return ready(store.hours or self.hours, minutes=store.ready_minutes, moment=self.local(now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the household whose voice Alexa knows; `name` is empty while nobody told it."""

    name: str = ""
    child: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shopper:
    """What we keep about a shopper. `linked`: the account is linked by other means than the request's
    token (None: unknown); `members` go by the hash of a person's id. `code`: the voice code,
    sealed (empty: none), `next_code` one said once and not yet confirmed; `code_misses` counts wrong tries
    in a row; `code_offered`: a code was offered, which happens once; `code_at`: when the code was set.
    `account` is who the merchant knows the shopper as, by the last token that held (empty: nobody yet).
    `version` is the store's count of writes, `seen` the last requests that wrote."""

    linked: bool | None = None
    members: Mapping[str, Member] = field(default_factory=dict)
    code: str = ""
    next_code: str = ""
    code_misses: int = 0
    code_offered: bool = False
    version: int = 0
    seen: tuple[str, ...] = ()
    # Whether the shop may always replace what has run out (None: never said).
    substitutes: bool | None = None
    alerts: tuple[Alert, ...] = ()
    account: str = ""
    code_at: datetime | None = None
    # What the account or the device tells of them, asked for at the till (None: never).
    contact: Contact | None = None
    # What they want to hear outside of conversations.
    notices: Wishes = field(default_factory=Wishes)
    # What may be learnt from them, and which wordings they were the measure of.
    insight: Insight = field(default_factory=Insight)
    # What they had remembered, their lists, what they were greeted with and asked.
    personal: Personal = field(default_factory=Personal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Something a person at the shop has to look at; `reference` is what both sides say aloud. `status`:
    "open", "answered" or "closed". `kind`:
    "person" (wants to talk), "return", "problem", "callback" or "rating". `about`: what, in the shopper's
    words; `order`: the number of the order it is about; `due`: when to call back; `stars`: one to five;
    `also`: another kind it turned out to be ("return" of what is damaged is a "problem" too); `notes`: what
    the shop answered, each with its time; `quantity`: how many pieces it is about (None: nobody said);
    `summary`: the conversation it was opened in (None: nothing is known of it). Of kind "copy" is what the
    shopper wants in writing, and no person's to look at."""

    id: str
    reference: str
    about: str
    opened_at: datetime
    status: str = "open"
    kind: str = "person"
    order: str = ""
    due: datetime | None = None
    stars: int | None = None
    also: str = ""
    notes: tuple[tuple[datetime, str], ...] = ()
    quantity: int | None = None
    summary: Summary | None = None


# The kind of a case that is nothing but what the shopper wants in writing.
COPY = "copy"
# What a case can become next.
CASE_NEXT: dict[str, frozenset[str]] = {
    "open": frozenset({"answered", "closed"}),
    "answered": frozenset({"open", "closed"}),
    "closed": frozenset({"open"}),
}


def case_reported(case: Case, status: str, *, now: datetime, note: str = "") -> Case:
    """The case as the shop reports it. The status it has already may be reported again, and the last note
    said again is not kept twice. Raises ValueError when that change is not allowed."""
    if status != case.status and status not in CASE_NEXT[case.status]:
        raise ValueError(f"a case cannot go from {case.status} to {status}")
    known = bool(case.notes) and case.notes[-1][1] == note
    return replace(case, status=status, notes=case.notes if known or not note else (*case.notes, (now, note)))
