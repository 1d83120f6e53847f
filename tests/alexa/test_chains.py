"""How certificate chains are fetched when many ask for them, and when they cannot be had."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from skill.alexa.refused import Refused
from skill.alexa.verifier_chain import (
    CHAIN_GRACE,
    CHAIN_LIFE,
    CHAIN_RETRY,
    Chain,
    certificate_chains,
)
from tests.alexa import pki
from tests.alexa.pki import NOW

ROOT = pki.authority("Root of chains")
SIGNER = pki.signer(pki.authority("Intermediate of chains", signed_by=ROOT), ROOT)
RENEWED = pki.signer(ROOT, key=pki.rsa_key("renewed"))
URL = "https://s3.amazonaws.com/echo.api/one.pem"
SOON, PATIENCE = 0.3, 5.0
ChainOf = Callable[[str, datetime], Chain]


class Source:
    """Where chains are fetched: those whose address ends in "slow" come once `released` is set."""

    def __init__(self) -> None:
        self.pem = SIGNER.chain
        self.error: Exception | None = None
        self.fetched: list[str] = []
        self.entered = threading.Semaphore(0)
        self.released = threading.Event()

    def __call__(self, url: str) -> bytes:
        self.fetched.append(url)
        self.entered.release()
        if url.endswith("slow"):
            self.released.wait(PATIENCE)
        if self.error is not None:
            raise self.error
        return self.pem


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.released.set()


def chains(source: Callable[[str], bytes], **options: Any) -> ChainOf:
    assert ROOT.certificate is not None
    return certificate_chains(fetch=source, roots=[ROOT.certificate], **options)


def reason(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.reason


def slow(number: int) -> str:
    return f"https://s3.amazonaws.com/echo.api/{number}-slow"


def eventually(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.005)


def settled(chain_of: ChainOf, url: str, now: datetime) -> bool:
    try:
        chain_of(url, now)
    except Refused:
        return False
    return True


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(20) as pool:
        yield pool


def test_many_who_ask_for_one_chain_share_one_fetch(source: Source, crowd: ThreadPoolExecutor) -> None:
    chain_of = chains(source, seconds=PATIENCE)
    asked = [crowd.submit(chain_of, slow(1), NOW) for _ in range(20)]
    assert source.entered.acquire(timeout=PATIENCE)
    source.released.set()
    assert len({id(one.result()) for one in asked}) == 1
    assert source.fetched == [slow(1)]


def test_many_who_ask_for_one_that_fails_are_all_refused(source: Source, crowd: ThreadPoolExecutor) -> None:
    chain_of = chains(source, seconds=PATIENCE)
    asked = [crowd.submit(reason, lambda: chain_of(slow(1), NOW)) for _ in range(10)]
    assert source.entered.acquire(timeout=PATIENCE)
    source.error = OSError("unreachable")
    source.released.set()
    assert {one.result() for one in asked} == {"chain_fetch"}


def test_a_fetch_that_hangs_holds_nobody_longer_than_told(source: Source) -> None:
    chain_of = chains(source, seconds=SOON)
    started = time.monotonic()
    assert reason(lambda: chain_of(slow(1), NOW)) == "chain_fetch"
    assert SOON <= time.monotonic() - started < 2


def test_only_so_many_strangers_are_fetched_at_once_and_those_that_hang_count(source: Source) -> None:
    chain_of = chains(source, flights=3, seconds=SOON)
    for number in range(3):
        assert reason(lambda number=number: chain_of(slow(number), NOW)) == "chain_fetch"  # type: ignore[misc]
    started = time.monotonic()
    for number in range(3, 300):
        assert reason(lambda number=number: chain_of(slow(number), NOW)) == "chain_busy"  # type: ignore[misc]
    assert time.monotonic() - started < 1
    assert len(source.fetched) == 3
    source.released.set()
    eventually(lambda: settled(chain_of, slow(300), NOW))


def test_only_so_many_wait_for_strangers(source: Source, crowd: ThreadPoolExecutor) -> None:
    chain_of = chains(source, waiting=4, seconds=PATIENCE)
    known = chain_of(URL, NOW)
    asked = [crowd.submit(settled, chain_of, slow(1), NOW) for _ in range(12)]
    eventually(lambda: sum(one.done() for one in asked) == 8)
    # Four wait, so there is no place for anybody, whatever for.
    assert reason(lambda: chain_of(slow(1), NOW)) == "chain_busy"
    assert reason(lambda: chain_of(slow(2), NOW)) == "chain_busy"
    assert chain_of(URL, NOW) is known
    source.released.set()
    assert sorted(one.result() for one in asked) == [False] * 8 + [True] * 4
    assert isinstance(chain_of(slow(2), NOW), Chain)


def test_while_nothing_is_known_all_may_wait(source: Source, crowd: ThreadPoolExecutor) -> None:
    chain_of = chains(source, waiting=4, seconds=PATIENCE)
    asked = [crowd.submit(settled, chain_of, slow(1), NOW) for _ in range(20)]
    assert source.entered.acquire(timeout=PATIENCE)
    source.released.set()
    assert all(one.result() for one in asked)
    assert source.fetched == [slow(1)]


def test_what_comes_too_late_is_there_for_the_next(source: Source) -> None:
    chain_of = chains(source, seconds=SOON)
    assert reason(lambda: chain_of(slow(1), NOW)) == "chain_fetch"
    source.released.set()
    eventually(lambda: settled(chain_of, slow(1), NOW))
    assert source.fetched == [slow(1)]


def test_one_renews_a_chain_and_the_others_go_on_with_it(source: Source, crowd: ThreadPoolExecutor) -> None:
    chain_of = chains(source, seconds=PATIENCE)
    source.released.set()
    old = chain_of(slow(1), NOW)
    source.released.clear()
    source.entered = threading.Semaphore(0)
    source.pem = RENEWED.chain
    later = NOW + CHAIN_LIFE
    renewing = crowd.submit(chain_of, slow(1), later)
    assert source.entered.acquire(timeout=PATIENCE)
    started = time.monotonic()
    assert all(chain_of(slow(1), later) is old for _ in range(10))
    assert time.monotonic() - started < PATIENCE / 2
    source.released.set()
    assert renewing.result().key == RENEWED.leaf.public_key()
    assert chain_of(slow(1), later) is renewing.result()
    assert len(source.fetched) == 2


def test_a_flood_of_strangers_does_not_keep_a_known_chain_from_being_renewed(source: Source) -> None:
    chain_of = chains(source, flights=1, waiting=1, seconds=SOON)
    eventually(lambda: settled(chain_of, URL, NOW))
    assert reason(lambda: chain_of(slow(1), NOW)) == "chain_fetch"
    assert reason(lambda: chain_of(slow(2), NOW)) == "chain_busy"
    source.pem = RENEWED.chain
    eventually(lambda: chain_of(URL, NOW + CHAIN_LIFE).key == RENEWED.leaf.public_key())


def test_a_known_chain_is_used_for_a_day_while_it_cannot_be_fetched(source: Source) -> None:
    chain_of = chains(source)
    old = chain_of(URL, NOW)
    source.error = OSError("unreachable")
    assert chain_of(URL, NOW + CHAIN_LIFE) is old
    # Not tried again for a minute.
    assert chain_of(URL, NOW + CHAIN_LIFE + CHAIN_RETRY / 2) is old
    assert len(source.fetched) == 2
    assert chain_of(URL, NOW + CHAIN_LIFE + CHAIN_RETRY) is old
    assert len(source.fetched) == 3
    assert chain_of(URL, NOW + CHAIN_GRACE - timedelta(seconds=1)) is old
    assert reason(lambda: chain_of(URL, NOW + CHAIN_GRACE)) == "chain_fetch"
    source.error = None
    assert isinstance(chain_of(URL, NOW + CHAIN_GRACE), Chain)


def test_a_known_chain_whose_file_is_now_another_is_not_used_on(source: Source) -> None:
    chain_of = chains(source)
    chain_of(URL, NOW)
    source.pem = b"<Error><Code>AccessDenied</Code></Error>"
    assert reason(lambda: chain_of(URL, NOW + CHAIN_LIFE)) == "chain"
    assert reason(lambda: chain_of(URL, NOW + CHAIN_LIFE)) == "chain"


def test_a_machine_without_another_thread_refuses(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    chain_of = chains(source)

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        assert reason(lambda: chain_of(URL, NOW)) == "chain_busy"
    assert isinstance(chain_of(URL, NOW), Chain)


def test_a_fetch_that_ends_its_thread_leaves_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[object] = []
    monkeypatch.setattr(threading, "excepthook", ended.append)

    def fetch(url: str) -> bytes:
        if not ended:
            raise SystemExit
        return SIGNER.chain

    chain_of = chains(fetch, flights=1, seconds=PATIENCE)
    assert reason(lambda: chain_of(URL, NOW)) == "chain_fetch"
    eventually(lambda: bool(ended))
    assert isinstance(chain_of(URL, NOW), Chain)
