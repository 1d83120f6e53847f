"""A real server under load, killed with SIGKILL again and again: what it acknowledged is there afterwards."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Event
from time import monotonic
from urllib.parse import urlsplit

from skill.alexa.typed import Session, envelope
from skill.dialogue.turn import Turn
from skill.settings import Settings
from skill.speech.render import Answer, Spoken, apology
from skill.speech.utterances import Match
from tests.bench import ROOT, NotReady, environment, program
from tests.bench.faults.bank import Bank
from tests.bench.faults.shopper import Shopper
from tests.bench.faults.street import Street
from tests.bench.faults.verdict import Verdict, judge
from tests.bench.faults.weather import Weather
from tests.bench.faults.world import Desk, place, stock_for

CLIENTS = 4
# Seconds of load before the kill.
_LEAST, _MOST = 0.1, 0.9
_PATIENCE = 10.0
_FAULT = apology("fault", locale="en-US").speech


class Down(Exception):
    """Nobody listens any more."""


@dataclass
class RemoteDesk(Desk):
    """The shop over HTTP, in another process: `address` is its skill endpoint. `answered` counts turns."""

    address: str = ""
    answered: int = 0

    def respond(self, turn: Turn) -> Answer | None:
        """The answer; None when it was lost on the way. Raises Down where nobody takes the question."""
        url = urlsplit(self.address)
        connection = HTTPConnection(url.hostname or "", url.port, timeout=_PATIENCE)
        try:
            connection.connect()
        except OSError as error:
            raise Down from error
        try:
            connection.request("POST", url.path, _envelope(turn), {"Content-Type": "application/json"})
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise AssertionError(f"{response.status} for {turn.intent}: {body[:200]!r}")
            answer = json.loads(body)
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
        speech = answer["response"].get("outputSpeech", {}).get("ssml", "")
        if _FAULT in speech:
            self.failures += 1
            return None
        self.answered += 1
        return Answer(Spoken(speech=speech, text=speech), answer.get("sessionAttributes") or {})


@dataclass
class Killed:
    """What the rounds came to. `broken`: what integrity_check of the file said, other than "ok"."""

    kind: str
    rounds: int = 0
    answered: int = 0
    lost_answers: int = 0
    orders: int = 0
    seconds: float = 0.0
    broken: list[str] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)


def run(kind: str, rounds: int, *, seed: str, done: Callable[[], None] = lambda: None) -> Killed:
    """So many rounds: start, load from CLIENTS threads, kill -9, look. Orders, carts and stock are judged in
    the end, over all rounds."""
    die = Random(f"{seed} kills")
    killed = Killed(kind)
    began = monotonic()
    with place(kind) as settings:
        weather = Weather(seed, rate=0.0)
        local = Desk(settings, weather, Bank(weather))
        stock = stock_for(rounds * 40)
        local.furnish(stock)
        street = Street(local, local, lambda _: None)
        for count in range(rounds):
            desks, shoppers = _round(settings, seed=f"{seed} {count}", seconds=die.uniform(_LEAST, _MOST))
            street.shoppers += shoppers
            killed.answered += sum(desk.answered for desk in desks)
            killed.rounds += 1
            if kind == "sqlite" and (said := integrity(settings)) != "ok":
                killed.broken.append(f"round {count + 1}: {said}")
            done()
        for shopper in street.shoppers:
            killed.lost_answers += sum(1 for heard in shopper.known.heard if "(nothing)" in heard)
        killed.verdict = judge(street, stock=stock, merchant=None)
        killed.orders = killed.verdict.orders
    killed.seconds = monotonic() - began
    return killed


def integrity(settings: Settings) -> str:
    """What SQLite finds when it checks the whole file."""
    connection = sqlite3.connect(settings.store.partition(":")[2])
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def _round(settings: Settings, *, seed: str, seconds: float) -> tuple[list[RemoteDesk], list[Shopper]]:
    shoppers: list[Shopper] = []
    over = Event()
    with (
        subprocess.Popen(
            [program("sayso"), "serve", "--unsigned", "--port", "0"],
            cwd=ROOT,
            env=environment(_settings(settings)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as server,
        ThreadPoolExecutor(CLIENTS) as clients,
    ):
        assert server.stdout is not None
        _, found, rest = server.stdout.readline().partition("skill endpoint: ")
        if not found:
            server.kill()
            raise NotReady("the shop does not start again")
        desks = [_desk(settings, f"{seed} {n}", rest.strip().rstrip(")")) for n in range(CLIENTS)]

        def load(n: int) -> None:
            for count in range(1000):
                shopper = Shopper(f"kill {seed} {n} {count}", desks[n])
                shoppers.append(shopper)
                try:
                    for _ in shopper.errand():
                        if over.is_set():
                            return
                except Down:
                    return

        work = [clients.submit(load, n) for n in range(CLIENTS)]
        over.wait(seconds)
        server.kill()
        over.set()
        for one in work:
            one.result()
    return desks, shoppers


def _desk(settings: Settings, seed: str, address: str) -> RemoteDesk:
    weather = Weather(seed, rate=0.0)
    return RemoteDesk(settings, weather, Bank(weather), address=address)


def _settings(settings: Settings) -> Mapping[str, str]:
    return {"SAYSO_STORE": settings.store, "SAYSO_CATALOGUES": str(settings.catalogues)}


def _envelope(turn: Turn) -> bytes:
    session = Session(
        id=f"session-{turn.user}", user=turn.user, locale=turn.locale, new=False, attributes=turn.attributes
    )
    match = Match(turn.intent, turn.slots, 0.0)
    return json.dumps(envelope(match, session=session, now=turn.now, request_id=turn.request_id)).encode()
