"""A catalogue version travels through S3 whole or not at all: harmed, broken off, at once, on a full disk."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from skill.catalogue.manifest import MANIFEST, read_manifest
from skill.errors import CatalogueNotLinked
from skill.storage.shelves import fetch, push
from tests.storage.shelf_fixtures import at, contents, keys, largest, skus
from tests.talk import ROOT

# Every test here has S3 on a socket.
pytestmark = pytest.mark.usefixtures("s3")


def test_a_damaged_file_on_disk_is_not_shared(full: str, made: Path, tmp_path: Path) -> None:
    first = fetch("v1", source=full, folder=tmp_path)
    (first / "products-000.bytes").write_bytes(b"")
    assert skus(fetch("v2", source=full, folder=tmp_path)) == {"p0", "p39", "rye"}


def test_a_push_broken_off_is_not_seen_and_carried_on(
    s3: Any, shelf: str, made: Path, tmp_path: Path
) -> None:
    def breaking(_: int) -> None:
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        push(made / "v1", to=shelf, progress=breaking)
    there = keys(s3, shelf, "files")
    assert there
    assert keys(s3, shelf, "versions") == set()
    with pytest.raises(CatalogueNotLinked):
        fetch("v1", source=shelf, folder=tmp_path)
    assert push(made / "v1", to=shelf).skipped == len(there)
    assert skus(fetch("v1", source=shelf, folder=tmp_path)) == {"p0", "p39"}


@contextmanager
def harmed(s3: Any, place: dict[str, str], harm: Callable[[bytes], bytes | None]) -> Iterator[None]:
    """Another object in this place, or none, for a while."""
    whole = s3.get_object(**place)["Body"].read()
    body = harm(whole)
    if body is None:
        s3.delete_object(**place)
    else:
        s3.put_object(**place, Body=body)
    yield
    s3.put_object(**place, Body=whole)


def missing(_: bytes) -> bytes | None:
    return None


def short(body: bytes) -> bytes:
    return body[: len(body) // 2]


def empty(_: bytes) -> bytes:
    return b""


def altered(body: bytes) -> bytes:
    plain = bytearray(gzip.decompress(body))
    plain[len(plain) // 2] ^= 1
    return gzip.compress(bytes(plain))


def longer(body: bytes) -> bytes:
    return gzip.compress(gzip.decompress(body) + b"more")


def cut(body: bytes) -> bytes:
    return gzip.compress(gzip.decompress(body)[:-1])


def unpacked(body: bytes) -> bytes:
    return gzip.decompress(body)


@pytest.mark.parametrize(
    ("harm", "earlier"),
    [
        *((harm, False) for harm in (missing, short, empty, altered, longer, cut, unpacked)),
        *((harm, True) for harm in (missing, altered)),
    ],
)
def test_a_harmed_object_is_refused_and_nothing_is_left(
    s3: Any,
    full: str,
    made: Path,
    tmp_path: Path,
    harm: Callable[[bytes], bytes | None],
    earlier: bool,
) -> None:
    if earlier:
        shutil.copytree(made / "v1", tmp_path / "v1")
    new = contents(read_manifest(made / "v2")) - contents(read_manifest(made / "v1"))
    place = at(full, "files", min(new) if earlier else largest(read_manifest(made / "v2")))
    with harmed(s3, place, harm), pytest.raises(CatalogueNotLinked):
        fetch("v2", source=full, folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["v1"] * earlier
    if earlier:
        assert skus(tmp_path / "v1") == {"p0", "p39"}


@pytest.mark.parametrize(
    "harm",
    [
        lambda _: "",
        lambda text: text[:-10],
        lambda text: text.replace('"v1"', '"v9"'),
        lambda text: text.replace('"products-000.bytes"', '"../products-000.bytes"'),
        lambda text: text.replace('"products-000.bytes"', '".."'),
        lambda text: text.replace('"products-000.bytes"', f'"{MANIFEST}"'),
        lambda text: text.replace('"products-000.bytes"', '"products.lock"'),
    ],
)
def test_a_harmed_manifest_is_refused_and_nothing_is_left(
    s3: Any, full: str, tmp_path: Path, harm: Callable[[str], str]
) -> None:
    def changed(body: bytes) -> bytes:
        assert harm(body.decode()) != body.decode()
        return harm(body.decode()).encode()

    with harmed(s3, at(full, "versions", "v1.json"), changed), pytest.raises(CatalogueNotLinked):
        fetch("v1", source=full, folder=tmp_path / "versions")
    assert list((tmp_path / "versions").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["versions"]


def test_a_damaged_version_on_disk_is_fetched_again(full: str, made: Path, tmp_path: Path) -> None:
    folder = fetch("v1", source=full, folder=tmp_path)
    (folder / "meta.json").unlink()
    assert skus(fetch("v1", source=full, folder=tmp_path)) == {"p0", "p39"}


def test_what_a_killed_process_left_is_cleared_up(full: str, made: Path, tmp_path: Path) -> None:
    (tmp_path / ".v0.fetching").mkdir()
    (tmp_path / ".v1.fetching").mkdir()
    (tmp_path / ".v1.fetching" / "half").write_bytes(b"half")
    fetch("v1", source=full, folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["v1"]


def test_four_at_once_fetch_one_version(full: str, made: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        fetched = list(pool.map(lambda _: fetch("v1", source=full, folder=tmp_path), range(4)))
    assert fetched == [tmp_path / "v1"] * 4
    assert [path.name for path in tmp_path.iterdir()] == ["v1"]
    assert skus(tmp_path / "v1") == {"p0", "p39"}


def test_two_processes_at_once_fetch_one_version(full: str, made: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from skill.storage.shelves import fetch;"
        "fetch('v1', source=sys.argv[1], folder=Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", program, full, str(tmp_path)]
    both = [subprocess.Popen(command, cwd=ROOT, env=os.environ) for _ in range(2)]
    assert [process.wait(timeout=15) for process in both] == [0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["v1"]
    assert skus(tmp_path / "v1") == {"p0", "p39"}


def test_old_versions_give_way_only_when_space_is_short(
    full: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        folder = tmp_path / f"a{number}"
        shutil.copytree(made / "v1", folder)
        os.utime(folder / MANIFEST, (number, number))
    fetch("v1", source=full, folder=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"a0", "a1", "a2", "v1"}
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    fetch("v2", source=full, folder=tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"v1", "v2"}


def test_a_full_disk_refuses_and_leaves_nothing(
    full: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("skill.storage.shelves._unpack", no_space)
    with pytest.raises(CatalogueNotLinked):
        fetch("v1", source=full, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_breaks_off_is_asked_for_again(
    full: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through a door that hangs up in the middle of the first long answer."""
    upstream = _address(os.environ["AWS_ENDPOINT_URL_S3"].removeprefix("http://"))
    broken: list[bool] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    relay(door.accept()[0])

        def relay(client: socket.socket) -> None:
            with client, suppress(OSError), socket.create_connection(upstream, timeout=10) as server:
                client.settimeout(10)
                asked = b""
                while b"\r\n\r\n" not in asked:
                    if not (part := client.recv(1 << 16)):
                        return
                    asked += part
                server.sendall(asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
                answer = b"".join(iter(lambda: server.recv(1 << 16), b""))
                if b"application/gzip" in answer and not broken:
                    broken.append(True)
                    answer = answer[:-20]
                client.sendall(answer)

        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{door.getsockname()[1]}")
        monkeypatch.setattr("skill.storage.shelves.AT_ONCE", 1)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(serve)
            try:
                folder = fetch("v1", source=full, folder=tmp_path)
            finally:
                door.shutdown(socket.SHUT_RDWR)
    assert broken
    assert skus(folder) == {"p0", "p39"}


def _address(netloc: str) -> tuple[str, int]:
    host, _, port = netloc.partition(":")
    return host, int(port)
