"""The thread that sees to what is due: one process at a time, whatever goes wrong, until it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from skill.merchants.rounds import make_rounds, start_rounds

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Clock(threading.Event):
    """A clock that goes on only while somebody waits, and stops the rounds after so many waits."""

    def __init__(self, waits: int) -> None:
        super().__init__()
        self.now = NOW
        self.left = waits
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.waited.append(timeout)
        self.now += timedelta(seconds=timeout)
        self.left -= 1
        if self.left <= 0:
            self.set()
        return self.is_set()


class Lease:
    """A lease in one place, taken under a condition as a store would."""

    def __init__(self) -> None:
        self.holder = ""
        self.until = NOW
        self._lock = threading.Lock()

    def take(self, holder: str, *, now: datetime, until: datetime) -> bool:
        with self._lock:
            if self.holder not in ("", holder) and now < self.until:
                return False
            self.holder, self.until = holder, until
            return True


def rounds(
    run: Callable[..., object], lease: Lease, clock: Clock, *, holder: str = "a", chance: float = 0.5
) -> None:
    make_rounds(
        run,
        take=lease.take,
        clock=lambda: clock.now,
        stop=clock,
        holder=holder,
        pause=60,
        lease=300,
        chance=lambda: chance,
    )


def test_rounds_come_one_after_the_other_with_a_little_chance_between() -> None:
    ran: list[datetime] = []
    clock = Clock(3)
    rounds(lambda still: ran.append(clock.now), Lease(), clock)
    assert clock.waited == [66.0, 66.0, 66.0]
    assert ran == [NOW, NOW + timedelta(seconds=66), NOW + timedelta(seconds=132)]


def test_what_goes_wrong_in_a_round_is_logged_and_the_next_one_comes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    count = 0

    def run(*, still: Callable[[], bool]) -> None:
        nonlocal count
        count += 1
        raise ValueError("a reader tripped")

    rounds(run, Lease(), Clock(3))
    assert count == 3
    assert "the next one comes all the same" in caplog.text


def test_of_two_processes_one_makes_the_rounds_and_the_other_when_its_lease_is_out() -> None:
    lease, ran = Lease(), list[str]()
    lease.take("other", now=NOW, until=NOW + timedelta(seconds=100))
    clock = Clock(3)
    rounds(lambda still: ran.append(f"{(clock.now - NOW).total_seconds():g}"), lease, clock, chance=0)
    assert ran == ["120"]


def test_a_long_round_keeps_its_lease_and_ends_when_it_is_taken_or_stopped() -> None:
    lease, clock, done = Lease(), Clock(1), list[int]()

    def run(*, still: Callable[[], bool]) -> None:
        for piece in range(10):
            if not still():
                return
            done.append(piece)
            clock.now += timedelta(seconds=200)
            if piece == 3:
                clock.set()

    rounds(run, lease, clock)
    assert done == [0, 1, 2, 3]

    lost, clock = list[bool](), Clock(1)

    def slow(*, still: Callable[[], bool]) -> None:
        clock.now += timedelta(seconds=301)
        assert lease.take("b", now=clock.now, until=clock.now + timedelta(seconds=300))
        lost.append(still())

    rounds(slow, lease, clock)
    assert lost == [False]
    # What is another's is not given back.
    assert lease.holder == "b"
    assert lease.until > clock.now


def test_a_lease_is_given_back_so_that_another_process_may_go_on_at_once() -> None:
    lease, ran, clock = Lease(), list[int](), Clock(1)
    rounds(lambda still: None, lease, clock)
    other = Clock(1)
    other.now = clock.now
    rounds(lambda still: ran.append(1), lease, other, holder="b")
    assert ran == [1]


def test_a_store_that_fails_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def take(holder: str, *, now: datetime, until: datetime) -> bool:
        raise OSError("no store")

    clock = Clock(2)
    make_rounds(
        lambda still: None, take=take, clock=lambda: clock.now, stop=clock, holder="a", chance=lambda: 0.0
    )
    assert len(clock.waited) == 2
    assert "no store" in caplog.text


def test_the_thread_runs_at_once_and_ends_when_it_is_told() -> None:
    ran = threading.Event()
    end = start_rounds(
        lambda still: ran.set(), take=Lease().take, clock=lambda: datetime.now(UTC), pause=3_600
    )
    assert ran.wait(5)
    end()
    assert not [thread for thread in threading.enumerate() if thread.name == "sayso-rounds"]
