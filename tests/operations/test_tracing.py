"""Which trace a turn belongs to: X-Ray's on Lambda, by datagrams a real socket takes; W3C's elsewhere."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skill.operations import onlambda, xray
from skill.operations.trace import trace_id
from tests.operations.test_emf import TURN

ROOT, PARENT = "1-581cf771-a006649127e371903a2de979", "70de5b6f19ff9a0b"
SAMPLED = f"Root={ROOT};Parent={PARENT};Sampled=1"


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    """Who takes X-Ray's documents."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as wire:
        wire.bind(("127.0.0.1", 0))
        wire.settimeout(5)
        yield wire


def environ(daemon: socket.socket, header: str = SAMPLED) -> dict[str, str]:
    return {xray.DAEMON: f"127.0.0.1:{daemon.getsockname()[1]}", xray.HEADER: header}


def test_a_turn_arrives_at_the_daemon_as_a_subsegment_of_the_invocation(daemon: socket.socket) -> None:
    tell = xray.turns_by_udp(environ(daemon), now=lambda: 1_795_000_000.0)
    assert tell is not None
    tell(TURN)
    header, _, body = daemon.recv(65_536).partition(b"\n")
    assert json.loads(header) == {"format": "json", "version": 1}
    document = json.loads(body)
    assert (document["type"], document["trace_id"], document["parent_id"]) == ("subsegment", ROOT, PARENT)
    assert len(document["id"]) == 16
    assert int(document["id"], 16)
    assert document["end_time"] - document["start_time"] == pytest.approx(0.012345, abs=1e-6)
    assert document["fault"] is False
    # Annotations are indexed: names of letters, digits and underscores; text, numbers and truth.
    notes = document["annotations"]
    assert all(name.replace("_", "").isalnum() and name.isascii() for name in notes)
    assert all(isinstance(value, str | int | float) for value in notes.values())
    assert len(notes) <= 50
    assert (notes["type"], notes["Intent"], notes["outcome"]) == (TURN.kind, TURN.intent, TURN.outcome)
    assert (notes["Latency"], notes["ReadUnits"], notes["WriteUnits"]) == (12.345, 1.5, 2.0)


def test_a_fault_is_one_in_the_trace_too(daemon: socket.socket) -> None:
    tell = xray.turns_by_udp(environ(daemon))
    assert tell is not None
    tell(replace(TURN, outcome="fault"))
    assert json.loads(daemon.recv(65_536).partition(b"\n")[2])["fault"] is True


@pytest.mark.parametrize(
    "header",
    [
        "",
        f"Root={ROOT};Parent={PARENT};Sampled=0",
        f"Root={ROOT};Parent={PARENT}",
        f"Root={ROOT};Sampled=1",
        f"Root=2{ROOT[1:]};Parent={PARENT};Sampled=1",
        "Root=1-nothex-a006649127e371903a2de979;Parent=x;Sampled=1",
        ";;=;Root",
    ],
)
def test_a_trace_that_is_not_kept_costs_no_datagram(daemon: socket.socket, header: str) -> None:
    tell = xray.turns_by_udp(environ(daemon, header))
    assert tell is not None
    tell(TURN)
    daemon.setblocking(False)
    with pytest.raises(BlockingIOError):
        daemon.recv(1)


def test_each_invocation_has_a_trace_of_its_own(daemon: socket.socket) -> None:
    place = environ(daemon)
    tell = xray.turns_by_udp(place)
    assert tell is not None
    other = ROOT.replace("581cf771", "681cf771")
    for root in (ROOT, other):
        place[xray.HEADER] = f"Root={root};Parent={PARENT};Sampled=1"
        tell(TURN)
    roots = [json.loads(daemon.recv(65_536).partition(b"\n")[2])["trace_id"] for _ in range(2)]
    assert roots == [ROOT, other]


@pytest.mark.parametrize("address", ["", "127.0.0.1", ":2000", "127.0.0.1:port"])
def test_without_a_daemon_nobody_is_sent_anything(address: str) -> None:
    assert xray.turns_by_udp({xray.DAEMON: address}) is None
    assert len(onlambda.turns({"SAYSO_STAGE": "test", xray.DAEMON: address})) == 1


def test_a_daemon_is_told_besides_cloudwatch(daemon: socket.socket) -> None:
    assert len(onlambda.turns({"SAYSO_STAGE": "test", **environ(daemon)})) == 2


def test_x_rays_trace_has_the_id_that_w3c_would_give_it() -> None:
    assert xray.trace_of(SAMPLED) == "581cf771a006649127e371903a2de979"
    assert xray.trace_of("") == ""


GIVEN = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    ("traceparent", "kept"),
    [
        (f"00-{GIVEN}-b7ad6b7169203331-01", True),
        (f"00-{GIVEN}-b7ad6b7169203331-00", True),
        (f"01-{GIVEN}-b7ad6b7169203331-01-more", True),
        (f"00-{GIVEN}-b7ad6b7169203331-01-more", False),
        (f"ff-{GIVEN}-b7ad6b7169203331-01", False),
        (f"00-{GIVEN.upper()}-b7ad6b7169203331-01", False),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", False),
        (f"00-{GIVEN}-{'0' * 16}-01", False),
        (f"00-{GIVEN}-b7ad6b7169203331", False),
        (f"00-{GIVEN[:-1]}-b7ad6b7169203331-01", False),
        (f"0-{GIVEN}-b7ad6b7169203331-01", False),
        ("", False),
    ],
)
def test_a_callers_trace_is_gone_on_with_and_a_broken_one_begun_anew(traceparent: str, kept: bool) -> None:
    found = trace_id(traceparent, fresh=lambda size: "f" * 2 * size)
    assert found == (GIVEN if kept else "f" * 32)


@given(st.text())
def test_a_trace_always_has_an_id_that_can_go_into_a_log(text: str) -> None:
    found = trace_id(text)
    assert len(found) == 32
    assert int(found, 16)
