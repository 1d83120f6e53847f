"""A catalogue version travels through S3 whole or not at all."""

from __future__ import annotations

import gzip
import logging
import os
import shutil
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from skill.app import App, shopper_key
from skill.catalogue.index import build, update
from skill.catalogue.manifest import MANIFEST, Manifest, read_manifest
from skill.catalogue.search import CatalogueIndex
from skill.commerce.money import Money
from skill.commerce.product import Product
from skill.errors import BadInput, CatalogueNotLinked
from skill.merchants.publish import publish_feed
from skill.merchants.shop_file import read_shop
from skill.storage.shelves import Pushed, fetch, push
from tests.talk import ROOT, SAMPLE, USER, Talk, lambda_door, send_through

PRODUCTS = [Product(sku=f"p{n}", title=f"Oat Milk {n}", price=Money(399 + n, "USD")) for n in range(40)]
RYE = Product(sku="rye", title="Rye Bread", price=Money(499, "USD"))
TEA = Product(sku="tea", title="Dragonwell Tea", price=Money(999, "USD"))


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """S3 on a socket."""
    # Its log of requests is nothing to read.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module", autouse=True)
def s3(endpoint: str) -> Iterator[Any]:
    settings = {
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": "shelves",
        "AWS_SECRET_ACCESS_KEY": "shelves",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        # The SDK waits up to a second before it sends again; these tests need not.
        patch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
        # Nor is this machine always quick.
        patch.setattr("skill.storage.shelves.HASTE", (5, 20, 2))
        yield boto3.client("s3")


@pytest.fixture
def shelf(s3: Any) -> str:
    """An empty shelf in a bucket of its own."""
    return new_shelf(s3)


@pytest.fixture(scope="module")
def full(s3: Any, made: Path) -> str:
    """A shelf with both versions, for tests that leave it as it is."""
    shelf = new_shelf(s3)
    push(made / "v1", to=shelf)
    push(made / "v2", to=shelf)
    return shelf


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two versions: v1, and v2 with one product more."""
    folder = tmp_path_factory.mktemp("made")
    build(PRODUCTS, folder=folder / "v1", version="v1", language="en")
    update(folder / "v1", folder=folder / "v2", version="v2", products=[RYE])
    return folder


def open_shop(app: App) -> None:
    """The sample shop, on its first day."""
    publish_feed(
        ["id\ttitle\tprice\n", "oat\tOat Milk\t4.99 USD\n", "rye\tRye Bread\t3.99 USD\n"],
        facts=read_shop(SAMPLE / "shop.toml"),
        store=app.store,
        folder=app.settings.catalogues / app.settings.shop,
        now=app.clock(),
    )


def new_shelf(s3: Any) -> str:
    bucket = f"shelves-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    return f"s3://{bucket}/harbor"


def keys(s3: Any, shelf: str, kind: str) -> set[str]:
    bucket, _, prefix = shelf.removeprefix("s3://").partition("/")
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/{kind}/").get("Contents", ())
    return {entry["Key"].rpartition("/")[2] for entry in found}


def at(shelf: str, kind: str, name: str) -> dict[str, str]:
    bucket, _, prefix = shelf.removeprefix("s3://").partition("/")
    return {"Bucket": bucket, "Key": f"{prefix}/{kind}/{name}"}


def largest(manifest: Manifest) -> str:
    """The digest of the longest file."""
    return max(manifest.files.values(), key=lambda file: file.bytes).sha256


def contents(manifest: Manifest) -> set[str]:
    return {file.sha256 for file in manifest.files.values()}


def skus(folder: Path) -> set[str]:
    return set(CatalogueIndex(folder).get(["p0", "p39", "rye"]))


def test_what_was_pushed_is_fetched_and_answers(s3: Any, shelf: str, made: Path, tmp_path: Path) -> None:
    told: list[int] = []
    pushed = push(made / "v1", to=shelf, progress=told.append)
    manifest = read_manifest(made / "v1")
    assert keys(s3, shelf, "files") == contents(manifest)
    assert keys(s3, shelf, "versions") == {"v1.json"}
    assert (pushed.files, pushed.skipped, pushed.skipped_bytes) == (len(contents(manifest)), 0, 0)
    assert 0 < pushed.bytes < told[-1]
    assert told == sorted(told)
    assert told[-1] == sum({file.sha256: file.bytes for file in manifest.files.values()}.values())

    folder = fetch("v1", source=shelf, folder=tmp_path / "deep" / "versions")
    assert folder == tmp_path / "deep" / "versions" / "v1"
    assert read_manifest(folder, anew=True) == manifest
    assert skus(folder) == {"p0", "p39"}


def test_a_shelf_may_be_a_whole_bucket(shelf: str, made: Path, tmp_path: Path) -> None:
    bucket = shelf.rpartition("/")[0]
    push(made / "v1", to=bucket)
    assert skus(fetch("v1", source=bucket, folder=tmp_path)) == {"p0", "p39"}


def test_an_update_sends_only_what_is_new(s3: Any, shelf: str, made: Path, tmp_path: Path) -> None:
    push(made / "v1", to=shelf)
    before = keys(s3, shelf, "files")
    pushed = push(made / "v2", to=shelf)
    new = contents(read_manifest(made / "v2")) - before
    assert 0 < len(new) < len(contents(read_manifest(made / "v2")))
    assert pushed.files == len(new)
    assert pushed.skipped == len(contents(read_manifest(made / "v2"))) - len(new)
    assert keys(s3, shelf, "files") == before | new
    assert skus(fetch("v2", source=shelf, folder=tmp_path)) == {"p0", "p39", "rye"}


def test_an_update_brings_only_what_is_new(s3: Any, shelf: str, made: Path, tmp_path: Path) -> None:
    push(made / "v1", to=shelf)
    push(made / "v2", to=shelf)
    first = fetch("v1", source=shelf, folder=tmp_path)
    shared = contents(read_manifest(first)) & contents(read_manifest(made / "v2"))
    # Were it asked for these, it would fail.
    for sha256 in shared:
        s3.delete_object(**at(shelf, "files", sha256))
    second = fetch("v2", source=shelf, folder=tmp_path)
    assert skus(second) == {"p0", "p39", "rye"}
    for name, file in read_manifest(second, anew=True).files.items():
        assert ((second / name).stat().st_nlink > 1) is (file.sha256 in shared)


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


def test_pushing_again_sends_nothing(full: str, made: Path) -> None:
    pushed = push(made / "v1", to=full)
    assert pushed == Pushed(0, 0, len(contents(read_manifest(made / "v1"))), pushed.skipped_bytes)


def test_a_version_is_never_pushed_over_another_of_its_name(full: str, tmp_path: Path) -> None:
    build([RYE], folder=tmp_path / "v1", version="v1", language="en")
    with pytest.raises(BadInput, match="another version v1"):
        push(tmp_path / "v1", to=full)


def test_what_is_no_whole_version_is_not_pushed(s3: Any, shelf: str, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "v1", tmp_path / "v1")
    (tmp_path / "v1" / "products-000.bytes").unlink()
    with pytest.raises(CatalogueNotLinked):
        push(tmp_path / "v1", to=shelf)
    assert keys(s3, shelf, "files") == set()


def test_a_bucket_that_is_not_there_is_named(made: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="s3://nobodys/shelf cannot be written, and nothing went live"):
        push(made / "v1", to="s3://nobodys/shelf")
    with pytest.raises(CatalogueNotLinked):
        fetch("v1", source="s3://nobodys/shelf", folder=tmp_path)


@pytest.mark.parametrize("spec", ["", "s3://", "s3:///prefix", "/shelf", "https://bucket/prefix"])
def test_what_names_no_shelves_is_told(spec: str, made: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="write s3://BUCKET/PREFIX"):
        push(made / "v1", to=spec)
    with pytest.raises(BadInput, match="write s3://BUCKET/PREFIX"):
        fetch("v1", source=spec, folder=tmp_path)


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


@pytest.mark.parametrize("version", ["", ".", "..", "../v1", "/v1", "a/v1", ".v1"])
def test_a_version_is_a_name_and_no_path(full: str, tmp_path: Path, version: str) -> None:
    with pytest.raises(CatalogueNotLinked):
        fetch(version, source=full, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_version_on_disk_is_fetched_again(full: str, made: Path, tmp_path: Path) -> None:
    folder = fetch("v1", source=full, folder=tmp_path)
    (folder / "meta.json").unlink()
    assert skus(fetch("v1", source=full, folder=tmp_path)) == {"p0", "p39"}


def test_what_is_on_disk_needs_no_shelf(made: Path) -> None:
    assert fetch("v1", source="s3://nobodys/shelf", folder=made) == made / "v1"


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


def test_the_shop_keeps_answering_while_a_new_version_cannot_be_fetched(
    shelf: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # The merchant's machine, and the function that has nothing but the store and the shelves.
    store = f"sqlite:{tmp_path / 'shop.db'}"
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "merchant"))
    merchant = lambda_door(store, monkeypatch=monkeypatch)
    app = merchant.app
    open_shop(app)
    facts = app.store.visit(shopper_key(USER, secret=app.settings.secret)).facts
    made = tmp_path / "merchant" / app.settings.shop
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "function"))
    monkeypatch.setenv("SAYSO_SHELVES", shelf)
    function = lambda_door(store, monkeypatch=monkeypatch)
    here = tmp_path / "function" / app.settings.shop
    talk = Talk(send_through(function))

    # Nothing to answer from.
    assert "nothing on its shelves" in talk.say("find oat milk").speech
    assert not list(here.iterdir())
    push(made / facts.catalogue, to=function.app.settings.shelf)
    first = talk.say("find oat milk").speech
    assert "Oat" in first
    assert [path.name for path in here.iterdir()] == [facts.catalogue]

    # A version goes live that was never pushed.
    update(made / facts.catalogue, folder=made / "next", version="next", products=[TEA])
    app.store.publish(replace(facts, catalogue="next"), stock={})
    caplog.clear()
    talk.new_session()
    assert talk.say("find oat milk").speech == first
    assert "Dragonwell" not in talk.say("find dragonwell tea").speech
    # Now it is; the function looks again after a while.
    later = monotonic() + 3600
    with monkeypatch.context() as patch:
        patch.setattr("skill.app.monotonic", lambda: later)
        assert "Dragonwell" not in talk.say("find dragonwell tea").speech
        push(made / "next", to=function.app.settings.shelf)
        assert "Dragonwell" not in talk.say("find dragonwell tea").speech
    monkeypatch.setattr("skill.app.monotonic", lambda: later + 31)
    assert "Dragonwell" in talk.say("find dragonwell tea").speech
    assert sorted(path.name for path in here.iterdir()) == sorted([facts.catalogue, "next"])
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert told == [f"catalogue next cannot be fetched from {function.app.settings.shelf}"]


def test_without_shelves_a_version_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "versions"))
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    open_shop(door.app)
    assert "Oat" in Talk(send_through(door)).say("find oat milk").speech
    facts = door.app.store.visit(shopper_key(USER, secret=door.app.settings.secret)).facts
    door.app.store.publish(replace(facts, catalogue="gone"), stock={})
    assert "nothing on its shelves" in Talk(send_through(door)).say("find oat milk").speech


def test_lambda_looks_in_its_package_and_then_in_its_own_folder(
    shelf: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skill.settings._LAMBDA_FOLDER", tmp_path / "tmp")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "sayso")
    monkeypatch.setenv("SAYSO_CATALOGUES", str(tmp_path / "package"))
    monkeypatch.setenv("SAYSO_SHELVES", f"{shelf}/")
    door = lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)
    app = door.app
    open_shop(app)
    assert "Oat" in Talk(send_through(door)).say("find oat milk").speech
    assert not (tmp_path / "tmp").exists()

    facts = app.store.visit(shopper_key(USER, secret=app.settings.secret)).facts
    package = tmp_path / "package" / app.settings.shop
    update(package / facts.catalogue, folder=package / "next", version="next", products=[TEA])
    push(package / "next", to=app.settings.shelf)
    shutil.rmtree(package / "next")
    app.store.publish(replace(facts, catalogue="next"), stock={})
    assert "Dragonwell" in Talk(send_through(door)).say("find dragonwell tea").speech
    assert (tmp_path / "tmp" / app.settings.shop / "next").is_dir()


@pytest.mark.parametrize("shelves", ["s3://", "s3:/bucket/x", "bucket/prefix", "s3://bucket//prefix"])
def test_a_setting_that_names_no_shelves_is_refused(
    shelves: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_SHELVES", shelves)
    with pytest.raises(BadInput, match="SAYSO_SHELVES="):
        lambda_door(f"sqlite:{tmp_path / 'shop.db'}", monkeypatch=monkeypatch)


def _address(netloc: str) -> tuple[str, int]:
    host, _, port = netloc.partition(":")
    return host, int(port)
