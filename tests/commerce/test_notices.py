"""Notices: whether, when and how somebody may be told something outside a conversation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from skill.commerce.notices import (
    CHANNELS,
    KINDS,
    PAUSES,
    WEEK,
    Box,
    Notice,
    Notifying,
    Quiet,
    Sent,
    Wishes,
    agreed,
    claimed,
    filed,
    loud_again,
    refused,
    step,
    told,
    untold,
    zone_of,
)

UTC_ZONE = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
# A Wednesday, noon.
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
NEVER = Quiet(time(0), time(0))
YES = agreed(Wishes(), "stock", ["alexa", "mail"], now=NOW)
TERMS = Notifying(quiet=NEVER)

_times = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
_zones = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Riyadh", "America/New_York", "Asia/Kathmandu"])


def notice(topic: str = "stock:milk", *, kind: str = "stock", at: datetime = NOW, days: int = 7) -> Notice:
    return Notice(topic=topic, kind=kind, at=at, due=at, until=at + timedelta(days=days))


def box(*pending: Notice) -> Box:
    made = Box(shopper="ann")
    for one in pending:
        made = filed(made, one)
    return made


def tell(
    held: Box, wishes: Wishes = YES, *, now: datetime = NOW, terms: Notifying = TERMS
) -> tuple[Box, str]:
    """The box after whatever may be told now was told, and its topic."""
    done = step(held, wishes=wishes, terms=terms, zone=UTC_ZONE, now=now, able=CHANNELS)
    if done.notice is None:
        return done.box, ""
    topic = done.notice.topic
    return told(claimed(done.box, done.notice, done.channels[0], now=now), topic), topic


def test_what_nobody_agreed_to_is_dropped() -> None:
    assert tell(box(notice()), Wishes()) == (Box(shopper="ann"), "")
    assert tell(box(notice(kind="price")), YES) == (Box(shopper="ann"), "")


def test_a_kind_the_shop_does_not_tell_of_is_dropped() -> None:
    assert tell(box(notice()), terms=replace(TERMS, kinds=("order",))) == (Box(shopper="ann"), "")


def test_a_notice_goes_by_the_preferred_channel_that_was_agreed_to_and_works() -> None:
    def channels(wishes: Wishes, *able: str) -> tuple[str, ...]:
        return step(box(notice()), wishes=wishes, terms=TERMS, zone=UTC_ZONE, now=NOW, able=able).channels

    assert channels(YES, "alexa", "mail") == ("alexa", "mail")
    assert channels(YES, "mail") == ("mail",)
    assert channels(refused(YES, now=NOW, channel="mail"), "mail", "alexa") == ("alexa",)
    assert channels(YES) == ()


def test_one_topic_is_told_once_however_often_it_is_filed() -> None:
    held, topic = tell(filed(box(notice()), notice()))
    assert topic == "stock:milk"
    assert filed(held, notice()) == held
    assert tell(held) == (held, "")


def test_an_order_is_told_of_before_a_price() -> None:
    wishes = agreed(agreed(YES, "price", ["mail"], now=NOW), "order", ["alexa"], now=NOW)
    held = box(notice("price:tea", kind="price"), notice(), notice("order:1", kind="order"))
    order = []
    for _ in range(3):
        held, topic = tell(held, wishes)
        order.append(topic)
    assert order == ["order:1", "stock:milk", "price:tea"]


def test_more_than_the_cap_waits_until_the_week_has_room() -> None:
    held = box(*(notice(f"stock:{n}", days=30) for n in range(4)))
    for _ in range(3):
        held, topic = tell(held)
        assert topic
    held, topic = tell(held)
    assert (topic, held.due) == ("", NOW + WEEK)
    assert tell(held, now=NOW + WEEK - timedelta(seconds=1))[1] == ""
    assert tell(held, now=NOW + WEEK)[1] == "stock:3"


def test_what_is_stale_before_there_is_room_is_never_told() -> None:
    held = box(*(notice(f"stock:{n}", days=2) for n in range(4)))
    for _ in range(3):
        held, _topic = tell(held)
    held, _topic = tell(held)
    assert held.pending == ()


def test_quiet_hours_are_the_shoppers_own_by_their_own_clock() -> None:
    wishes = replace(YES, quiet=Quiet(time(12), time(14)), zone="Europe/Berlin")
    # One o'clock in Berlin.
    held, topic = tell(box(notice()), wishes, terms=replace(TERMS, quiet=NEVER))
    assert (topic, held.due) == ("", NOW + timedelta(hours=1))
    assert tell(held, wishes, now=NOW + timedelta(hours=1))[1] == "stock:milk"
    assert tell(box(notice()), replace(wishes, zone=""))[1] == ""
    assert tell(box(notice()), replace(wishes, quiet=None))[1] == "stock:milk"


def test_a_time_zone_nobody_knows_is_the_shops() -> None:
    assert zone_of(Wishes(zone="Mars/Olympus"), BERLIN) is BERLIN
    assert zone_of(Wishes(zone="../etc/passwd"), BERLIN) is BERLIN
    assert zone_of(Wishes(zone="Asia/Riyadh"), BERLIN) == ZoneInfo("Asia/Riyadh")


def test_a_no_to_everything_forgets_how_to_reach_somebody_and_keeps_their_hours() -> None:
    wishes = replace(YES, reach="sealed", endpoint="https://api.amazonalexa.com", quiet=NEVER)
    after = refused(wishes, now=NOW)
    assert after == Wishes(stopped=NOW, quiet=NEVER)
    assert refused(wishes, now=NOW, channel="alexa").reach == ""
    assert refused(wishes, now=NOW, kind="price").reach == "sealed"


def test_what_was_filed_before_a_no_is_not_told_when_they_ask_again() -> None:
    later = NOW + timedelta(hours=1)
    again = agreed(refused(YES, now=NOW), "stock", ["mail"], now=later)
    assert tell(box(notice()), again, now=later) == (Box(shopper="ann"), "")


def test_a_claim_whose_answer_was_lost_is_repeated_only_where_that_is_safe() -> None:
    soon, held = NOW + timedelta(hours=1), box(notice())
    by_alexa = claimed(held, held.pending[0], "alexa", now=NOW)
    assert tell(by_alexa)[1] == ""
    done = step(by_alexa, wishes=YES, terms=TERMS, zone=UTC_ZONE, now=soon, able=CHANNELS)
    assert (done.notice and done.notice.topic, done.channels) == ("stock:milk", ("alexa",))
    by_mail = claimed(held, held.pending[0], "mail", now=NOW)
    after, topic = tell(by_mail, now=soon)
    assert (topic, after.pending, len(after.sent)) == ("", (), 1)


def test_what_did_not_arrive_is_tried_again_and_counts_only_where_it_may_have() -> None:
    held = box(notice(days=30))
    now = NOW
    for pause in PAUSES:
        held = claimed(held, held.pending[0], "alexa", now=now)
        held = untold(held, "stock:milk", now=now, final=False)
        assert (held.sent, held.due) == ((), now + timedelta(seconds=pause))
        now += timedelta(seconds=pause)
    held = untold(claimed(held, held.pending[0], "alexa", now=now), "stock:milk", now=now, final=False)
    assert held == Box(shopper="ann")
    held = claimed(box(notice()), notice(), "alexa", now=NOW)
    assert untold(held, "stock:milk", now=NOW, final=True) == Box(shopper="ann")
    assert len(untold(held, "stock:milk", now=NOW, final=False, maybe=True).sent) == 1


def test_what_may_have_arrived_once_counts_whatever_comes_of_the_next_try() -> None:
    held = claimed(box(notice()), notice(), "alexa", now=NOW)
    held = untold(held, "stock:milk", now=NOW, final=False, maybe=True)
    again = claimed(held, held.pending[0], "alexa", now=NOW)
    refused_then = untold(again, "stock:milk", now=NOW, final=False)
    assert len(refused_then.sent) == 1
    soon = NOW + timedelta(hours=1)
    by_mail = refused(YES, now=NOW, channel="alexa")
    done = step(refused_then, wishes=by_mail, terms=TERMS, zone=UTC_ZONE, now=soon, able=CHANNELS)
    assert done.notice is None


@given(
    st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2027-01-01")),
    _times,
    _times,
    _zones,
)
def test_quiet_hours_end_at_a_time_that_is_not_quiet(
    moment: datetime, starts: time, ends: time, zone: str
) -> None:
    now, quiet, there = moment.replace(tzinfo=UTC), Quiet(starts, ends), ZoneInfo(zone)
    loud = loud_again(now, quiet=quiet, zone=there)
    assert (loud is not None) == quiet.at(now.astimezone(there).time())
    if loud is not None:
        assert now < loud <= now + timedelta(hours=26)
        assert not quiet.at(loud.astimezone(there).time())


@dataclass
class World:
    """A shopper and what became of their notices, moved by chance."""

    terms: Notifying
    wishes: Wishes
    now: datetime = NOW
    held: Box = field(default_factory=box)
    # Every time a message left, a repeat of the same included.
    left: list[Sent] = field(default_factory=list)
    quiet: int = 0
    refused_at: list[datetime] = field(default_factory=list)

    def round(self, outcome: str) -> None:
        done = step(
            self.held, wishes=self.wishes, terms=self.terms, zone=UTC_ZONE, now=self.now, able=CHANNELS
        )
        self.held = done.box
        if done.notice is None:
            return
        one, channel = done.notice, done.channels[0]
        # Consent, quiet hours, a kind that is told of.
        assert channel in self.wishes.channels(one.kind)
        assert one.kind in self.terms.kinds
        clock = self.now.astimezone(zone_of(self.wishes, UTC_ZONE)).time()
        assert not (self.wishes.quiet or self.terms.quiet).at(clock)
        assert all(one.at > stop for stop in self.refused_at)
        self.held = claimed(done.box, one, channel, now=self.now)
        if outcome != "refused":
            self.left.append(Sent(one.topic, one.kind, channel, self.now))
        if outcome == "arrived":
            self.held = told(self.held, one.topic)
        elif outcome == "refused":
            self.held = untold(self.held, one.topic, now=self.now, final=False)
        elif outcome == "lost" and channel == "alexa":
            self.held = untold(self.held, one.topic, now=self.now, final=False, maybe=True)
        # Else whoever claimed it died.


_deeds = st.lists(
    st.tuples(
        st.sampled_from(["file", "file", "file", "stop", "agree"]),
        st.sampled_from(KINDS),
        st.integers(0, 5),
        st.integers(0, 60 * 60),
        st.sampled_from(["arrived", "arrived", "refused", "lost", "died"]),
    ),
    max_size=40,
)


@given(_deeds, st.integers(1, 4), _times, _times, _zones)
@settings(max_examples=40)
def test_whatever_happens_nobody_is_told_too_much_too_late_or_twice(
    deeds: list[tuple[str, str, int, int, str]], cap: int, starts: time, ends: time, zone: str
) -> None:
    wishes = Wishes(zone=zone)
    for kind in KINDS:
        wishes = agreed(wishes, kind, CHANNELS, now=NOW)
    world = World(terms=Notifying(cap=cap, quiet=Quiet(starts, ends)), wishes=wishes)
    for deed, kind, n, minutes, outcome in deeds:
        world.now += timedelta(minutes=minutes % 600)
        if deed == "file":
            world.held = filed(world.held, notice(f"{kind}:{n}", kind=kind, at=world.now))
        elif deed == "stop":
            world.wishes = refused(world.wishes, now=world.now)
            world.refused_at.append(world.now)
        else:
            world.now += timedelta(seconds=1)
            world.wishes = agreed(world.wishes, kind, CHANNELS, now=world.now)
        world.round(outcome)
    first: dict[str, Sent] = {}
    for one in world.left:
        # A letter leaves once; Alexa knows a repeat by its reference.
        assert one.topic not in first or (one.channel, first[one.topic].channel) == ("alexa", "alexa")
        first.setdefault(one.topic, one)
    last = {one.topic: one.at for one in world.left}
    for at in last.values():
        assert sum(at - WEEK < other <= at for other in last.values()) <= cap
