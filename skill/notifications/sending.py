"""Telling shoppers what is due: who may hear of it is decided, it is claimed by a conditional write, and then
it is sent; so that it leaves at most once, and never after a "stop".

A message whose answer was lost is sent again only by a channel that knows a repeat by its reference. What
cannot be sent now is tried again later, as long as it is news."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from typing import Protocol
from zoneinfo import ZoneInfo

from skill.commerce.merchant import Facts, Shopper
from skill.commerce.notices import (
    SAFE_TO_REPEAT,
    Box,
    Notice,
    Step,
    claimed,
    postponed,
    refused,
    step,
    told,
    untold,
)
from skill.commerce.order import Order
from skill.commerce.product import Product
from skill.errors import CatalogueNotLinked
from skill.notifications.filing import synced
from skill.notifications.looking import LOOK, look, look_is_due
from skill.notifications.ripe import Found, ripe
from skill.selling import Noticing
from skill.shop import NOBODY, Catalogue, Stocking, Visit

log = logging.getLogger("sayso")
# How long what a channel in trouble would have told waits.
REST = timedelta(minutes=1)
# Notices of one shopper in one round.
_MOST = 5
_TRIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What is told, to whom, of which order or product. `reference` is the same for each try, and tells
    nothing of either."""

    notice: Notice
    facts: Facts
    shopper: Shopper
    locale: str
    reference: str
    at: datetime
    order: Order | None = None
    product: Product | None = None


class NotDelivered(Exception):
    """Raised when somebody could not be told. The reason holds no personal data and no secret. `final`: this
    never can be told; `maybe`: the answer was lost, and it may have been; `gone`: they do not let us any
    more; `rest`: it is not the notice's fault, so the channel is left alone for the rest of the round."""

    def __init__(
        self, reason: str, *, final: bool = False, maybe: bool = False, gone: bool = False, rest: bool = False
    ) -> None:
        super().__init__(reason)
        self.final = final
        self.maybe = maybe
        self.gone = gone
        self.rest = rest


class Channel(Protocol):
    """A way to a shopper. `name` is one of `skill.commerce.notices.CHANNELS`."""

    @property
    def name(self) -> str: ...

    def reaches(self, facts: Facts, shopper: Shopper, /) -> bool:
        """Whether there is a way to them at all."""
        ...

    def send(self, telling: Telling) -> None:
        """Raises NotDelivered."""
        ...


@dataclass(frozen=True, slots=True)
class Notified:
    """What became of the notices of a round: how many left, and how many failed for now or for good."""

    sent: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Round:
    """What is the same for all shoppers of a round; `resting` are channels in trouble."""

    store: Stocking
    facts: Facts
    sold: Callable[[str], Product | None]
    channels: Sequence[Channel]
    now: Callable[[], datetime]
    count: Callable[[str, datetime], None]
    resting: set[str]
    sent: int = 0
    failed: int = 0


def notify_due(
    store: Stocking,
    *,
    catalogue: Callable[[Facts], Catalogue],
    channels: Sequence[Channel],
    now: Callable[[], datetime],
    limit: int = 100,
    still: Callable[[], bool] = lambda: True,
    count: Callable[[str, datetime], None] = lambda _reference, _at: None,
    every: timedelta = LOOK,
) -> Notified:
    """One round: what is due is told by the first of `channels` that its shopper agreed to and that works.
    `still` is asked before each shopper and ends the round; `count` hears the reference of each notice that
    left. Every `every` all that is waited for is looked at, too."""
    try:
        facts = store.visit(NOBODY).facts
    except CatalogueNotLinked:
        return Notified()
    if facts.notices is None:
        return Notified()
    due = store.due_boxes(now=now(), limit=limit)
    looking = look_is_due(store, now=now(), every=every)
    if not due and not looking:
        return Notified()
    # Opened when it is first asked: an order's news need none.
    opened = cache(partial(catalogue, facts))

    def sold(sku: str) -> Product | None:
        return opened().get([sku]).get(sku)

    round = _Round(store, facts, sold, channels, now, count, set())
    if looking:
        look(store, sold=sold, now=now(), still=still)
        due = store.due_boxes(now=now(), limit=limit)
    for box in due:
        if not still():
            break
        _serve(box, round)
    return Notified(round.sent, round.failed)


def _serve(kept: Box, round: _Round) -> None:
    """Tell one shopper what is due for them."""
    box = synced(kept, round.store.visit(kept.shopper).shopper)
    if box != kept or kept.due is None or kept.due > round.now():
        # Also where it was only stirred, so that it is not due again.
        saved = round.store.save_box(kept, changed=box)
        if saved is None:
            return
        box = saved
    for _ in range(_MOST):
        visit = round.store.visit(box.shopper)
        able = _able(visit.shopper, round)
        done = _step(box, visit, round, able)
        if done.notice is None:
            if done.box != box:
                round.store.save_box(box, changed=done.box)
            return
        found = ripe(
            done.notice,
            visit,
            shopper=box.shopper,
            store=round.store,
            sold=round.sold,
            now=round.now(),
        )
        ways = (one for one in round.channels if one.name in done.channels)
        channel = next((one for one in ways if one.name not in round.resting), None)
        if found.ripeness != "now":
            saved = round.store.save_box(box, changed=_put_off(done.box, done.notice, found))
        elif channel is None:
            later = postponed(done.box, done.notice, until=round.now() + REST)
            saved = round.store.save_box(box, changed=later)
        else:
            saved = _told(box, done, channel, found, round)
        if saved is None:
            # Somebody else is at it.
            return
        box = saved


def _told(box: Box, done: Step, channel: Channel, found: Found, round: _Round) -> Box | None:
    """Claim a notice, send it, and keep what came of it; None when somebody else has it."""
    notice = done.notice
    assert notice is not None
    held = round.store.save_box(box, changed=claimed(done.box, notice, channel.name, now=round.now()))
    if held is None:
        return None
    # Read again behind the claim: a "stop" of this very moment counts.
    visit = round.store.visit(box.shopper)
    if channel.name not in visit.shopper.notices.channels(notice.kind):
        return _keep(round.store, held, lambda box: untold(box, notice.topic, now=round.now(), final=True))
    telling = Telling(
        notice=notice,
        facts=round.facts,
        shopper=visit.shopper,
        locale=visit.shopper.notices.locale or round.facts.locale,
        reference=reference(box.shopper, notice.topic),
        at=round.now(),
        order=found.order,
        product=found.product,
    )
    try:
        channel.send(telling)
    except NotDelivered as trouble:
        return _failed(held, notice, channel, trouble, round)
    except Exception as error:
        # One shopper's fault must not silence the others. Whose it was stays out of the log.
        log.error("a notice (%s) failed by %s: %s", notice.kind, channel.name, type(error).__name__)
        return _failed(held, notice, channel, NotDelivered("a fault", maybe=True), round)
    round.sent += 1
    round.count(telling.reference, round.now())
    return _keep(round.store, held, lambda box: told(box, notice.topic))


def _failed(held: Box, notice: Notice, channel: Channel, trouble: NotDelivered, round: _Round) -> Box | None:
    round.failed += 1
    log.warning("a notice (%s) could not be told by %s: %s", notice.kind, channel.name, trouble)
    if trouble.rest:
        round.resting.add(channel.name)
    if trouble.gone:
        withdrawn(round.store, shopper=held.shopper, channel=channel.name, now=round.now())
    if trouble.maybe and channel.name not in SAFE_TO_REPEAT:
        return _keep(round.store, held, lambda box: told(box, notice.topic))

    def tried(box: Box) -> Box:
        # Where they let us no more by this channel, another they agreed to may still do.
        final = trouble.final and not trouble.gone
        return untold(box, notice.topic, now=round.now(), final=final, maybe=trouble.maybe)

    return _keep(round.store, held, tried)


def withdrawn(store: Stocking, *, shopper: str, channel: str, now: datetime) -> None:
    """Forget that a shopper agreed to a channel, as the platform says they did. One who is written to all the
    while is asked again at the next notice, and refuses it again."""
    for n in range(_TRIES):
        about = store.visit(shopper).shopper
        left = replace(about, notices=refused(about.notices, now=now, channel=channel))
        if left == about or store.save_shopper(left, shopper=shopper, request_id=f"withdrawn-{now}-{n}"):
            return


def reference(shopper: str, topic: str) -> str:
    """What tells a notice from all others of a shopper, and to nobody what it is about."""
    return sha256(f"{shopper}\n{topic}".encode()).hexdigest()[:40]


def _able(shopper: Shopper, round: _Round) -> set[str]:
    return {channel.name for channel in round.channels if channel.reaches(round.facts, shopper)}


def _step(box: Box, visit: Visit, round: _Round, able: set[str]) -> Step:
    terms = round.facts.notices
    assert terms is not None
    zone = ZoneInfo(round.facts.timezone)
    return step(box, wishes=visit.shopper.notices, terms=terms, zone=zone, now=round.now(), able=able)


def _put_off(box: Box, notice: Notice, found: Found) -> Box:
    """The box where a notice is not told now: it waits to be looked at, or is dropped."""
    if found.ripeness == "gone":
        return told(box, notice.topic)
    # Until a look at the shelf finds it so.
    later = (replace(one, due=one.until) if one.topic == notice.topic else one for one in box.pending)
    return replace(box, pending=tuple(later))


def _keep(store: Noticing, box: Box, change: Callable[[Box], Box]) -> Box | None:
    """Keep what came of a claim, also where something was filed meanwhile."""
    for _ in range(_TRIES):
        if saved := store.save_box(box, changed=change(box)):
            return saved
        box = store.box(box.shopper)
    return None
