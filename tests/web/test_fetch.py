"""Fetching over a real line: HTTPS with a throw-away authority, servers that behave and servers that do not.

A public name leads to the server of the test in the connection alone: the address that was checked is a
public one, so what is refused here is refused for the reason it would be refused for anywhere."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import resource
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from skill.merchants.sources import Fetched, NotFetched, Unchanged
from skill.web.fetch import fetch
from skill.web.lines import Net
from tests.alexa import pki

PUBLIC = "93.184.215.14"
DAY = timedelta(days=1)
FEED = b"id\ttitle\tprice\na\tTea\t1.00 USD\n" * 1_000
HOSTS = ("shop.example", "cdn.example")


@cache
def root() -> pki.Authority:
    return pki.authority("Feeds", since=datetime.now(UTC) - DAY, until=datetime.now(UTC) + DAY)


@cache
def identity(*names: str) -> pki.Signer:
    now = datetime.now(UTC)
    return pki.signer(root(), names=names or HOSTS, since=now - DAY, until=now + DAY)


class World:
    """A server under public names, and what was asked of it; `names` are the addresses of hosts."""

    def __init__(self, server: pki.Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.names: dict[str, list[str]] = {host: [PUBLIC] for host in HOSTS}
        self.asked: list[dict[str, str]] = []
        self.resolved: list[str] = []
        self.connected: list[str] = []
        self.slept: list[float] = []

    def resolve(self, host: str, _: int) -> list[str]:
        self.resolved.append(host)
        if host not in self.names:
            raise socket.gaierror("unknown")
        return self.names[host]

    def connect(self, address: str, _: int, seconds: float) -> socket.socket:
        self.connected.append(address)
        if address == "198.51.99.1":
            raise ConnectionRefusedError
        return socket.create_connection(("127.0.0.1", self.server.server_port), seconds)

    def context(self) -> ssl.SSLContext:
        certificate = root().certificate
        return ssl.create_default_context(cadata=pki.pem_of(certificate).decode())

    @property
    def net(self) -> Net:
        return Net(resolve=self.resolve, connect=self.connect, context=self.context, sleep=self.slept.append)

    def fetch(self, path: str = "/feed.tsv", *, host: str = "shop.example", **more: Any) -> Any:
        return fetch(f"https://{host}{path}", folder=self.folder, net=self.net, **more)

    def left(self) -> list[Path]:
        return list(self.folder.iterdir())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    answers: dict[str, pki.Answer] = {"/feed.tsv": pki.content(FEED)}
    with pki.https_server(identity(), answers) as server:
        yield World(server, tmp_path)


def serve(world: World, answer: pki.Answer, path: str = "/feed.tsv") -> None:
    def noted(handler: BaseHTTPRequestHandler, stopping: threading.Event) -> None:
        world.asked.append({name.lower(): value for name, value in handler.headers.items()})
        answer(handler, stopping)

    assert isinstance(world.server.answers, dict)
    world.server.answers[path] = noted


def moved(to: str, status: int = 302) -> pki.Answer:
    return pki.content(b"", status=status, Location=to)


def then(*answers: pki.Answer) -> pki.Answer:
    """One answer after the other, the last one for ever."""
    left = list(answers)

    def answer(handler: BaseHTTPRequestHandler, stopping: threading.Event) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler, stopping)

    return answer


def raw(*parts: bytes) -> pki.Answer:
    def answer(handler: BaseHTTPRequestHandler, stopping: threading.Event) -> None:
        for part in parts:
            handler.wfile.write(part)

    return answer


def test_a_feed_arrives_as_a_file_with_its_digest_and_what_the_server_says_of_it(world: World) -> None:
    stamp = "Sat, 21 Nov 2026 10:00:00 GMT"
    kind = 'text/tab-separated-values; charset="ISO-8859-1"'
    serve(world, pki.content(FEED, ETag='"v1"', Last_Modified=stamp, Content_Type=kind))
    got = world.fetch()
    assert got == Fetched(
        path=got.path,
        digest=hashlib.sha256(FEED).hexdigest(),
        size=len(FEED),
        name="feed.tsv",
        content_type="text/tab-separated-values",
        charset="iso8859-1",
        etag='"v1"',
        modified=stamp,
    )
    assert got.path.read_bytes() == FEED
    assert world.left() == [got.path]
    assert world.asked[0]["host"] == "shop.example"
    assert "authorization" not in world.asked[0]


def test_what_the_server_knows_to_be_unchanged_costs_no_file(world: World) -> None:
    serve(world, pki.content(b"", status=304))
    got = world.fetch(etag='"v1"', modified="Sat, 21 Nov 2026 10:00:00 GMT")
    assert got == Unchanged()
    assert world.asked[0]["if-none-match"] == '"v1"'
    assert world.asked[0]["if-modified-since"] == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert world.left() == []


def test_unchanged_since_nothing_is_no_answer(world: World) -> None:
    serve(world, pki.content(b"", status=304))
    with pytest.raises(NotFetched, match="answers 304"):
        world.fetch()


def test_gzip_on_the_way_is_unpacked_also_in_several_parts(world: World) -> None:
    serve(world, pki.content(gzip.compress(FEED) + gzip.compress(b"more"), Content_Encoding="gzip"))
    got = world.fetch()
    assert got.path.read_bytes() == FEED + b"more"
    assert got.digest == hashlib.sha256(FEED + b"more").hexdigest()


def test_a_bomb_is_stopped_at_the_limit_and_leaves_nothing(world: World) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 100_000
    serve(world, pki.content(bomb, Content_Encoding="gzip"))
    with pytest.raises(NotFetched, match="is larger than 1000000 bytes; split the feed"):
        world.fetch(most=1_000_000)
    assert world.left() == []


@pytest.mark.parametrize("body", [gzip.compress(FEED, mtime=0)[:-20], gzip.compress(FEED, mtime=0)[:5]])
def test_gzip_that_ends_in_the_middle_is_no_feed(world: World, body: bytes) -> None:
    serve(world, pki.content(body, Content_Encoding="gzip"))
    with pytest.raises(NotFetched, match="ends in the middle"):
        world.fetch()
    assert world.left() == []


def test_what_is_not_the_gzip_it_says_or_is_packed_otherwise_is_told(world: World) -> None:
    serve(world, pki.content(FEED, Content_Encoding="gzip"))
    with pytest.raises(NotFetched, match="is sent as gzip but is none"):
        world.fetch()
    serve(world, pki.content(FEED, Content_Encoding="br"))
    with pytest.raises(NotFetched, match="packed as 'br'; have it served plain or as gzip"):
        world.fetch()


def test_a_length_above_the_limit_is_refused_before_a_byte_is_read(world: World) -> None:
    serve(world, raw(b"HTTP/1.1 200 OK\r\nContent-Length: 3000000000\r\n\r\n"))
    with pytest.raises(NotFetched, match="is larger than 2 GB"):
        world.fetch()


def test_an_endless_body_is_stopped_at_the_limit(world: World) -> None:
    serve(world, pki.endless())
    with pytest.raises(NotFetched, match="is larger than 1000000 bytes"):
        world.fetch(most=1_000_000)
    assert world.left() == []


def test_a_body_shorter_than_its_length_is_tried_once_more_and_never_kept(world: World) -> None:
    short = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nid\ttitle")
    serve(world, then(short, pki.content(FEED)))
    assert world.fetch().size == len(FEED)
    assert world.slept == [1.0]
    serve(world, short)
    with pytest.raises(NotFetched, match="the connection broke off"):
        world.fetch()
    assert len(world.left()) == 1


def test_a_body_longer_than_its_length_ends_where_it_said(world: World) -> None:
    serve(world, raw(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nid\ttitle and more"))
    assert world.fetch().path.read_bytes() == b"id\ttitle"


@pytest.mark.parametrize(
    "drip",
    [
        pki.dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        pki.dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        pki.dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
    ],
    ids=["header", "body", "body with a length"],
)
def test_a_server_that_drips_is_cut_off_when_the_time_is_up(world: World, drip: pki.Answer) -> None:
    serve(world, drip)
    begun = time.monotonic()
    with pytest.raises(NotFetched, match="took too long"):
        world.fetch(seconds=0.5)
    assert time.monotonic() - begun < 3
    assert world.left() == []


def test_a_server_that_says_nothing_is_given_up_after_the_quiet_it_may_keep(world: World) -> None:
    serve(world, pki.hanging())
    begun = time.monotonic()
    with pytest.raises(NotFetched, match="broke off"):
        world.fetch(quiet=0.2)
    assert time.monotonic() - begun < 3
    world.server.stopping.set()


def test_a_redirect_is_followed_and_its_end_is_what_arrives(world: World) -> None:
    serve(world, moved("/there/a.csv", 301))
    serve(world, moved("https://cdn.example/b.csv", 308), "/there/a.csv")
    serve(world, pki.content(FEED), "/b.csv")
    assert world.fetch().name == "b.csv"
    assert world.resolved == ["shop.example", "shop.example", "cdn.example"]


def test_five_redirects_are_followed_and_a_sixth_is_not(world: World) -> None:
    for number in range(5):
        serve(world, moved(f"/{number + 1}"), f"/{number}")
    serve(world, pki.content(FEED), "/5")
    assert world.fetch("/0").size == len(FEED)
    serve(world, moved("/0"), "/5")
    with pytest.raises(NotFetched, match="redirects more than 5 times"):
        world.fetch("/0")


@pytest.mark.parametrize("to", ["http://cdn.example/feed", "ftp://cdn.example/feed", "file:///etc/passwd"])
def test_a_redirect_never_leaves_encryption(world: World, to: str) -> None:
    serve(world, moved(to))
    with pytest.raises(NotFetched, match=r"shop\.example/feed\.tsv: redirects to .*, which is"):
        world.fetch(allow_local=True)
    assert len(world.connected) == 1


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:10.0.0.7", "fd00:ec2::254"]
)
def test_a_redirect_into_a_network_of_our_own_is_refused_before_it_is_connected_to(
    world: World, address: str
) -> None:
    world.names["inside.example"] = [address]
    serve(world, moved("https://inside.example/latest/meta-data"))
    with pytest.raises(NotFetched, match="leads into a network that is not public"):
        world.fetch()
    assert world.connected == [PUBLIC]


def test_an_address_said_in_figures_is_checked_like_a_name(world: World) -> None:
    for host in ("127.0.0.1", "[::1]", "2130706433"):
        with pytest.raises(NotFetched, match="not public"):
            fetch(f"https://{host}/feed", net=Net(connect=world.connect))
    assert world.connected == []


def test_a_host_with_one_address_of_our_own_is_refused_whatever_the_others_are(world: World) -> None:
    world.names["shop.example"] = [PUBLIC, "192.168.0.1"]
    with pytest.raises(NotFetched, match="not public"):
        world.fetch()
    assert world.connected == []


def test_a_name_that_changes_its_address_after_the_check_gains_nothing(world: World) -> None:
    addresses = [[PUBLIC], ["127.0.0.1"]]
    net = replace(world.net, resolve=lambda host, port: addresses.pop(0))
    fetch("https://shop.example/feed.tsv", folder=world.folder, net=net)
    assert world.connected == [PUBLIC]
    assert addresses == [["127.0.0.1"]]


def test_the_next_address_of_a_host_is_tried_when_one_does_not_answer(world: World) -> None:
    world.names["shop.example"] = ["198.51.99.1", PUBLIC]
    assert world.fetch().size == len(FEED)
    assert world.connected == ["198.51.99.1", PUBLIC]


def test_user_and_password_are_sent_to_their_host_alone_and_shown_nowhere(world: World) -> None:
    serve(world, moved("/next"), "/feed.tsv?key=hush")
    serve(world, moved("https://cdn.example/b"), "/next")
    serve(world, pki.content(b"", status=404), "/b")
    with pytest.raises(NotFetched) as error:
        fetch("https://ann:s3cret@shop.example/feed.tsv?key=hush", folder=world.folder, net=world.net)
    assert [request.get("authorization") for request in world.asked] == [
        "Basic YW5uOnMzY3JldA==",
        "Basic YW5uOnMzY3JldA==",
        None,
    ]
    assert "s3cret" not in str(error.value)
    assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "does not let us in .401.; put user and password"),
        (403, "does not let us in .403."),
        (404, "is not there .404.; link the feed's new address"),
        (410, "is not there .410."),
        (204, "answers 204 and no feed"),
        (418, "answers 418 and no feed"),
    ],
)
def test_an_answer_without_a_feed_is_told_with_the_remedy_and_not_tried_again(
    world: World, status: int, said: str
) -> None:
    serve(world, pki.content(b"no", status=status))
    with pytest.raises(NotFetched, match=f"https://shop.example/feed.tsv: .*{said}") as error:
        world.fetch()
    assert error.value.again is None
    assert len(world.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble_is_asked_once_more_after_the_pause_it_asks_for(
    world: World, status: int
) -> None:
    serve(world, then(pki.content(b"", status=status, Retry_After="7"), pki.content(FEED)))
    assert world.fetch().size == len(FEED)
    assert world.slept == [7.0]


def test_trouble_twice_is_told(world: World) -> None:
    serve(world, pki.content(b"", status=500, Retry_After="soon"))
    with pytest.raises(NotFetched, match=r"has trouble \(500\); try again later"):
        world.fetch()
    assert len(world.asked) == 2
    assert world.slept == [1.0]


def test_a_longer_pause_is_left_to_whoever_keeps_the_clock(world: World) -> None:
    serve(world, pki.content(b"", status=429, Retry_After="3600"))
    with pytest.raises(NotFetched) as error:
        world.fetch()
    assert error.value.again == 3600
    assert world.slept == []


def test_a_host_nobody_knows_and_one_that_is_down_are_told_apart(world: World) -> None:
    with pytest.raises(NotFetched, match="the host is not known; check the name"):
        world.fetch(host="nowhere.example")
    world.names["shop.example"] = ["198.51.99.1"]
    with pytest.raises(NotFetched, match="cannot be reached; check the address"):
        world.fetch()


def test_a_certificate_of_another_host_is_not_believed(world: World) -> None:
    world.names["other.example"] = [PUBLIC]
    with pytest.raises(NotFetched, match=r"its certificate is not trusted .*other"):
        world.fetch(host="other.example")
    assert world.slept == []


def test_a_certificate_nobody_vouches_for_is_not_believed(world: World) -> None:
    with pytest.raises(NotFetched, match="its certificate is not trusted"):
        fetch(
            "https://shop.example/feed.tsv",
            net=Net(resolve=world.resolve, connect=world.connect),
            folder=world.folder,
        )


@contextlib.contextmanager
def talking(answer: Callable[[socket.socket], object]) -> Iterator[int]:
    """A port where each caller is answered so, whatever was asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = listening.accept()
                    with line, contextlib.suppress(OSError):
                        answer(line)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_garbage_instead_of_tls_is_told(tmp_path: Path) -> None:
    with (
        talking(lambda line: line.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n" * 50)) as port,
        pytest.raises(NotFetched, match="does not speak TLS there; check the port"),
    ):
        fetch(f"https://localhost:{port}/", allow_local=True, folder=tmp_path)


def test_a_handshake_that_never_ends_does(tmp_path: Path) -> None:
    with (
        talking(lambda _: time.sleep(0.6)) as port,
        pytest.raises(NotFetched, match="took too long"),
    ):
        fetch(f"https://localhost:{port}/", allow_local=True, folder=tmp_path, seconds=0.3)


def test_garbage_instead_of_http_is_told(world: World) -> None:
    serve(world, raw(b"\x00\xff" * 500 + b"\r\n\r\n"))
    with pytest.raises(NotFetched, match="the connection broke off"):
        world.fetch()


class Plain(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(FEED)))
        self.end_headers()
        self.wfile.write(FEED)

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_a_server_on_this_machine_may_be_read_in_the_open_when_that_is_allowed(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Plain) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/feed.tsv"
        try:
            got = fetch(url, allow_local=True, folder=tmp_path)
            with pytest.raises(NotFetched, match="not encrypted"):
                fetch(url, folder=tmp_path)
            with pytest.raises(NotFetched, match="not public"):
                fetch(url.replace("http:", "https:"), folder=tmp_path)
        finally:
            server.shutdown()
            thread.join()
    assert isinstance(got, Fetched)
    assert got.path.read_bytes() == FEED


def test_in_the_open_a_name_must_still_be_of_this_machine(tmp_path: Path) -> None:
    net = Net(resolve=lambda host, port: [PUBLIC])
    with pytest.raises(NotFetched, match="not public"):
        fetch("http://localhost/feed", allow_local=True, folder=tmp_path, net=net)


def test_where_nothing_can_be_written_is_told(world: World) -> None:
    with pytest.raises(NotFetched, match=r"/dev/full-of-nothing: cannot be written"):
        fetch("https://shop.example/feed.tsv", folder=Path("/dev/full-of-nothing"), net=world.net)


def test_a_disk_that_is_full_is_told_and_leaves_nothing(world: World) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(NotFetched, match="cannot be written: File too large; make room"):
            world.fetch()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert world.left() == []
