"""Notices outside the conversation: who agreed to what; whether, when and how they may hear of it now.

The whole policy, without I/O: consent by kind and channel, quiet hours, so many in any week across all kinds,
one topic once, and "stop" for good until asked again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# What is told of, the most wanted first: an order on its way, one to be collected, a cart they asked to be
# reminded of, a thing back in stock, a price they waited for, something they buy regularly running out.
KINDS = ("order", "pickup", "cart", "stock", "price", "again")
# How: a notification of Alexa's, or a letter. A letter goes with every step of an order as it is.
CHANNELS = ("alexa", "mail")
BY_KIND: dict[str, tuple[str, ...]] = {
    kind: ("alexa",) if kind in ("order", "pickup") else CHANNELS for kind in KINDS
}
# Who takes these refuses what was said before: they may be tried again after a lost answer.
SAFE_TO_REPEAT = frozenset({"alexa"})
WEEK = timedelta(days=7)
# How long it is known that a topic was told; no event is told again later.
KNOWN = timedelta(days=60)
MOST_PENDING = 40
# Seconds from one try to the next; after the last it is given up.
PAUSES = (60, 300, 1_800, 7_200, 14_400)
# Seconds a notice belongs to whoever claimed it: longer than it takes to send it.
HELD = 120.0
_STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `starts` to `ends`, by the shopper's clock, also past midnight; equal: never."""

    starts: time
    ends: time

    def at(self, clock: time) -> bool:
        """Whether a time of day is within."""
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends


NIGHT = Quiet(time(21), time(8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notifying:
    """What a shop tells outside of conversations: at most `cap` notices a shopper in any seven days, never in
    `quiet` hours (a shopper's own go before them), and of these `kinds`. `client_id` with the secret that the
    environment variable `secret_env` holds is the skill at Amazon (empty: no notifications of Alexa's);
    `live`: the skill is published."""

    cap: int = 3
    quiet: Quiet = NIGHT
    kinds: tuple[str, ...] = KINDS
    client_id: str = ""
    secret_env: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """An explicit yes to notices of a kind by a channel, and when it was said."""

    kind: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a shopper wants to hear outside of conversations. `quiet`: their own hours (None: the shop's);
    `zone`: their time zone (empty: the shop's); `stopped`: when they last said no to all. `reach`: the
    sealed platform id a notification needs, kept with their consent alone; `endpoint`: who delivers it."""

    consents: tuple[Consent, ...] = ()
    quiet: Quiet | None = None
    zone: str = ""
    stopped: datetime | None = None
    reach: str = ""
    endpoint: str = ""
    locale: str = ""

    def channels(self, kind: str) -> tuple[str, ...]:
        """How notices of a kind may come, the preferred first."""
        said = {consent.channel for consent in self.consents if consent.kind == kind}
        return tuple(channel for channel in CHANNELS if channel in said)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What they agreed to hear of, by any channel."""
        return tuple(kind for kind in KINDS if self.channels(kind))

    def since(self, kind: str) -> datetime | None:
        """When notices of a kind were first agreed to (None: they were not)."""
        return min((consent.at for consent in self.consents if consent.kind == kind), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to be told once: `about` an order's id or a SKU, `detail` its status or a price in minor
    units. Filed `at`, due at `due` and stale after `until`. `claimed`: the channel it is being sent by."""

    topic: str
    kind: str
    at: datetime
    due: datetime
    until: datetime
    about: str = ""
    detail: str = ""
    tries: int = 0
    claimed: str = ""
    # An earlier try may have arrived: it counts, and goes by no other channel.
    maybe: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice that left, or may have left, `at` that moment."""

    topic: str
    kind: str
    channel: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A shopper's notices: those that wait and those that left. `version` is the store's count of writes."""

    shopper: str
    pending: tuple[Notice, ...] = ()
    sent: tuple[Sent, ...] = ()
    version: int = 0

    @property
    def due(self) -> datetime | None:
        """When there is something to do for this shopper (None: nothing waits)."""
        return min((notice.due for notice in self.pending), default=None)


@dataclass(frozen=True, slots=True)
class Step:
    """What to do now: keep `box`, and send `notice` by one of `channels` (None: nothing)."""

    box: Box
    notice: Notice | None = None
    channels: tuple[str, ...] = ()


def agreed(wishes: Wishes, kind: str, channels: Iterable[str], *, now: datetime) -> Wishes:
    """The wishes after a yes to notices of a kind by these channels; one said before keeps its time."""
    had = {(consent.kind, consent.channel) for consent in wishes.consents}
    fresh = (Consent(kind, channel, now) for channel in channels if (kind, channel) not in had)
    return replace(wishes, consents=(*wishes.consents, *fresh))


def refused(wishes: Wishes, *, now: datetime, kind: str = "", channel: str = "") -> Wishes:
    """The wishes after a no: to a kind, to a channel, or to everything, which also forgets how to reach
    them. Quiet hours stay."""
    left = tuple(
        consent
        for consent in wishes.consents
        if (kind and consent.kind != kind) or (channel and consent.channel != channel)
    )
    reached = any(consent.channel == "alexa" for consent in left)
    return replace(
        wishes,
        consents=left,
        reach=wishes.reach if reached else "",
        endpoint=wishes.endpoint if reached else "",
        stopped=wishes.stopped if kind or channel else now,
    )


def filed(box: Box, notice: Notice) -> Box:
    """The box with a notice that waits; the same box where its topic waits already or was told."""
    if notice.topic in {*(one.topic for one in box.pending), *(one.topic for one in box.sent)}:
        return box
    return replace(box, pending=(*box.pending, notice)[-MOST_PENDING:])


def step(
    box: Box, *, wishes: Wishes, terms: Notifying, zone: ZoneInfo, now: datetime, able: Collection[str]
) -> Step:
    """The first thing that may be told now, and the box without what may not be told any more. `zone` is the
    shop's; `able` are the channels that work at present."""
    left = tuple(notice for notice in box.pending if _stands(notice, box, wishes, terms, now=now))
    box = replace(box, pending=left, sent=tuple(one for one in box.sent if now - one.at < KNOWN))
    due = sorted((notice for notice in left if notice.due <= now), key=_urgency)
    if not due:
        return Step(box)
    quiet = loud_again(now, quiet=wishes.quiet or terms.quiet, zone=zone_of(wishes, zone))
    if quiet is not None:
        return Step(_later(box, due, quiet))
    for notice in due:
        channels = tuple(channel for channel in wishes.channels(notice.kind) if channel in able)
        if notice.claimed:
            channels = tuple(channel for channel in channels if channel == notice.claimed)
        room = room_at(box, notice, cap=terms.cap, now=now)
        if room is None and channels:
            return Step(box, notice, channels)
        box = _later(box, [notice], room or now + timedelta(seconds=PAUSES[-1]))
    return Step(box)


def postponed(box: Box, notice: Notice, *, until: datetime) -> Box:
    """The box where a notice waits until then; one that is stale by then is gone."""
    return _later(box, [notice], until)


def claimed(box: Box, notice: Notice, channel: str, *, now: datetime) -> Box:
    """The box once a notice is claimed for a channel: it counts as told from this moment on."""
    held = replace(
        notice,
        maybe=notice.maybe or bool(notice.claimed),
        claimed=channel,
        tries=notice.tries + 1,
        due=now + timedelta(seconds=HELD),
    )
    others = tuple(one for one in box.sent if one.topic != notice.topic)
    return replace(
        box,
        pending=tuple(held if one.topic == notice.topic else one for one in box.pending),
        sent=(*others, Sent(notice.topic, notice.kind, channel, now)),
    )


def told(box: Box, topic: str) -> Box:
    """The box once it is known that a claimed notice arrived, or that nobody can know whether it did."""
    return replace(box, pending=tuple(one for one in box.pending if one.topic != topic))


def untold(box: Box, topic: str, *, now: datetime, final: bool, maybe: bool = False) -> Box:
    """The box once a claimed notice did not arrive: it is tried again after a while, unless `final` or tried
    too often. `maybe`: the answer was lost, so it still counts."""
    pending = []
    maybe = maybe or any(notice.maybe for notice in box.pending if notice.topic == topic)
    for notice in box.pending:
        if notice.topic != topic:
            pending.append(notice)
        elif not final and notice.tries <= len(PAUSES):
            again = now + timedelta(seconds=PAUSES[notice.tries - 1])
            pending.append(replace(notice, due=again, claimed=notice.claimed if maybe else ""))
    sent = box.sent if maybe else tuple(one for one in box.sent if one.topic != topic)
    return replace(box, pending=tuple(pending), sent=sent)


def loud_again(now: datetime, *, quiet: Quiet, zone: ZoneInfo) -> datetime | None:
    """When quiet hours end that it is now in (None: it is in none)."""
    here = now.astimezone(zone)
    if not quiet.at(here.time().replace(tzinfo=None)):
        return None
    end = datetime.combine(here.date(), quiet.ends, zone)
    if quiet.ends <= here.time().replace(tzinfo=None):
        end = datetime.combine(here.date() + timedelta(days=1), quiet.ends, zone)
    moment = end.astimezone(now.tzinfo)
    # Where clocks are set back or forward meanwhile, a little later.
    while moment <= now or quiet.at(moment.astimezone(zone).time().replace(tzinfo=None)):
        moment += _STEP
    return moment


def room_at(box: Box, notice: Notice, *, cap: int, now: datetime) -> datetime | None:
    """When the week has room for a notice (None: now)."""
    last = sorted(one.at for one in box.sent if one.topic != notice.topic and now - one.at < WEEK)
    return None if len(last) < cap else last[-cap] + WEEK


def zone_of(wishes: Wishes, zone: ZoneInfo) -> ZoneInfo:
    """The shopper's time zone; the shop's where theirs is unknown, or none that this machine knows."""
    try:
        return ZoneInfo(wishes.zone) if wishes.zone else zone
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return zone


def _stands(notice: Notice, box: Box, wishes: Wishes, terms: Notifying, *, now: datetime) -> bool:
    """Whether a notice that waits may still be told some time."""
    since = wishes.since(notice.kind)
    # What was filed before a no, and asked for again since, is not told late.
    if since is None or notice.at < since or notice.kind not in terms.kinds or now >= notice.until:
        return False
    if notice.claimed:
        # Who claimed it never came back: it may have left.
        return notice.claimed in SAFE_TO_REPEAT or notice.due > now
    return all(one.topic != notice.topic for one in box.sent)


def _urgency(notice: Notice) -> tuple[bool, int, datetime, str]:
    return not notice.claimed, KINDS.index(notice.kind), notice.due, notice.topic


def _later(box: Box, notices: Sequence[Notice], due: datetime) -> Box:
    """The box with these notices due at a later moment; one that is stale by then is gone."""
    topics = {notice.topic for notice in notices}
    pending = (
        replace(notice, due=due) if notice.topic in topics else notice
        for notice in box.pending
        if notice.topic not in topics or due < notice.until
    )
    return replace(box, pending=tuple(pending))
