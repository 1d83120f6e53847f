"""Catalogue versions on their way between this disk and S3.

Files are kept by content, so an update moves only what is new. The manifest is sent last and the folder
renamed last: on either side a version is there whole or not at all.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from skill.aws import client
from skill.catalogue.manifest import MANIFEST, File, Manifest, parse_manifest, read_manifest, seal
from skill.errors import BadInput, CatalogueNotLinked

AT_ONCE = 8
CHUNK = 1 << 18
# gzip: zstd would save a tenth of a second of fetching 100,000 products and cost a dependency (decisions).
LEVEL, GZIP = 6, 31
# The version being fetched and the one that answers meanwhile.
KEPT = 2
# Left free on disk for what opening an index and others need.
MARGIN = 16_000_000
STAGING = ".fetching"
# Seconds to connect and to read, and tries. A fetch keeps somebody waiting: Alexa gives up after eight.
HASTE, PATIENCE = (1, 2, 2), (5, 60, 5)
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push sent and what was on the shelf already: files, and bytes as they travel."""

    files: int
    bytes: int
    skipped: int
    skipped_bytes: int


@dataclass(frozen=True, slots=True)
class _Shelf:
    client: Any
    bucket: str
    prefix: str

    def at(self, kind: str, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": f"{self.prefix}{kind}/{name}"}


def push(folder: Path, *, to: str, progress: Callable[[int], None] = lambda _: None) -> Pushed:
    """Put the version in `folder` on the shelf `to` ("s3://bucket/prefix"); seen there once it is complete.
    `progress` hears the bytes of its files dealt with so far. May be repeated after any failure. Raises
    CatalogueNotLinked when the folder is no whole version, and BadInput when the shelf cannot be written or
    holds something else under this version's name."""
    manifest = read_manifest(folder)
    shelf = _shelf(to, PATIENCE)
    sent: list[int] = []
    skipped: list[int] = []
    done = 0

    def settled(result: tuple[File, int, bool]) -> None:
        nonlocal done
        file, size, new = result
        (sent if new else skipped).append(size)
        done += file.bytes
        progress(done)

    def send(name: str) -> tuple[File, int, bool]:
        file = manifest.files[name]
        return file, *_send(shelf, folder / name, file.sha256)

    place = shelf.at("versions", f"{manifest.version}.json")
    try:
        there = _if_there(shelf.client.get_object, place)
        if there and _text(there) != manifest.as_json():
            raise BadInput(f"{to} holds another version {manifest.version} already; import the feed again")
        contents = {file.sha256: name for name, file in manifest.files.items()}
        _parallel(send, _largest_first(contents.values(), manifest), settled)
        shelf.client.put_object(**place, Body=manifest.as_json().encode(), ContentType="application/json")
    except (BotoCoreError, ClientError) as error:
        raise BadInput(f"{to} cannot be written, and nothing went live: {error}") from error
    return Pushed(len(sent), sum(sent), len(skipped), sum(skipped))


def fetch(version: str, *, source: str, folder: Path) -> Path:
    """Bring `version` from the shelf `source` ("s3://bucket/prefix") to `folder`/`version`, every byte
    compared with its digest; files that another version there has are shared. Where space is short, versions
    there but this and the newest give way. One at a time goes to work in a folder; the others wait and find
    it done. Raises CatalogueNotLinked, and leaves nothing behind, when the version cannot be had whole, and
    BadInput when `source` is no shelf."""
    shelf = _shelf(source, HASTE)
    if not version or not _plain(version) or version.startswith("."):
        raise CatalogueNotLinked
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            if not _whole(folder / version):
                _bring(shelf, version, folder)
    except (BotoCoreError, ClientError, OSError, zlib.error) as error:
        raise CatalogueNotLinked from error
    return folder / version


def _bring(shelf: _Shelf, version: str, folder: Path) -> None:
    manifest = parse_manifest(_text(shelf.client.get_object(**shelf.at("versions", f"{version}.json"))))
    if manifest.version != version or not all(_plain(name) and name != MANIFEST for name in manifest.files):
        raise CatalogueNotLinked
    # Left behind by a process that was killed: nobody else is at work here.
    for stale in folder.glob(f".*{STAGING}"):
        shutil.rmtree(stale, ignore_errors=True)
    held = _make_room(folder, manifest)
    staging = folder / f".{version}{STAGING}"
    staging.mkdir()

    def place(name: str) -> None:
        file = manifest.files[name]
        if not _linked(held.get(file.sha256), staging / name):
            _download(shelf, file, staging / name)

    try:
        _parallel(place, _largest_first(manifest.files, manifest))
        sealed = seal(
            staging,
            version=version,
            languages=manifest.languages,
            products=manifest.products,
            spoken=manifest.spoken,
            known=manifest.files,
        )
        if sealed.as_json() != manifest.as_json():
            raise CatalogueNotLinked
        # What is there is not whole.
        shutil.rmtree(folder / version, ignore_errors=True)
        staging.rename(folder / version)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _download(shelf: _Shelf, file: File, path: Path) -> None:
    """Raises CatalogueNotLinked for other bytes than the manifest promises, and botocore's errors."""
    for last in (False, True):
        with closing(shelf.client.get_object(**shelf.at("files", file.sha256))["Body"]) as body:
            try:
                _unpack(body.iter_chunks(CHUNK), file, path)
                return
            except BotoCoreError:
                # The SDK tries a request again, but not an answer that breaks off.
                if last:
                    raise


def _unpack(chunks: Iterator[bytes], file: File, path: Path) -> None:
    digest, left, unzip = hashlib.sha256(), file.bytes, zlib.decompressobj(GZIP)
    with path.open("wb") as out:
        for chunk in chunks:
            data = unzip.decompress(chunk, left + 1)
            left -= len(data)
            if left < 0:
                break
            digest.update(data)
            out.write(data)
    if left or not unzip.eof or digest.hexdigest() != file.sha256:
        raise CatalogueNotLinked from ValueError(f"{path.name} is not as it was written: {file.sha256}")


def _send(shelf: _Shelf, path: Path, sha256: str) -> tuple[int, bool]:
    """The file's bytes on the shelf, and whether they are new there."""
    place = shelf.at("files", sha256)
    if there := _if_there(shelf.client.head_object, place):
        return int(there["ContentLength"]), False
    pack = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    with TemporaryFile() as packed, path.open("rb") as file:
        while chunk := file.read(CHUNK):
            packed.write(pack.compress(chunk))
        packed.write(pack.flush())
        size = packed.tell()
        packed.seek(0)
        shelf.client.put_object(**place, Body=packed, ContentType="application/gzip")
    return size, True


def _text(answer: Mapping[str, Any]) -> str:
    with closing(answer["Body"]) as body:
        return str(body.read(), "utf-8", "replace")


def _if_there(ask: Callable[..., Mapping[str, Any]], place: Mapping[str, str]) -> Mapping[str, Any] | None:
    """The answer; None when there is no such object."""
    try:
        return ask(**place)
    except ClientError as error:
        # Who may not list a bucket is told 403 of what is not there.
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404):
            return None
        raise


def _make_room(folder: Path, wanted: Manifest) -> Mapping[str, Path]:
    """The files by content that versions in `folder` have, once the oldest have given way as needed."""
    there = [path for path in folder.iterdir() if path.name != wanted.version and (path / MANIFEST).is_file()]
    there.sort(key=lambda path: (path / MANIFEST).stat().st_mtime_ns, reverse=True)
    while True:
        held = _held(there)
        missing = sum(file.bytes for file in wanted.files.values() if file.sha256 not in held)
        if len(there) < KEPT or shutil.disk_usage(folder).free >= missing + MARGIN:
            return held
        shutil.rmtree(there.pop(), ignore_errors=True)


def _held(versions: Sequence[Path]) -> dict[str, Path]:
    held: dict[str, Path] = {}
    for path in versions:
        try:
            held |= {file.sha256: path / name for name, file in read_manifest(path).files.items()}
        except CatalogueNotLinked:
            continue
    return held


def _linked(there: Path | None, path: Path) -> bool:
    if there is None:
        return False
    try:
        os.link(there, path)
    except OSError:
        # A disk that has no such links, or somebody cleared up.
        return False
    return True


def _whole(folder: Path) -> bool:
    try:
        read_manifest(folder)
    except CatalogueNotLinked:
        return False
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other thread or process fetches into `folder`; the system lets go for one that is killed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _parallel(
    work: Callable[[T], R], items: Sequence[T], settled: Callable[[R], None] = lambda _: None
) -> None:
    """Work on several at once; what `settled` hears, it hears here. The first failure stops the rest."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            for future in as_completed(futures):
                settled(future.result())
        finally:
            for future in futures:
                future.cancel()


def _largest_first(names: Iterable[str], manifest: Manifest) -> list[str]:
    return sorted(names, key=lambda name: -manifest.files[name].bytes)


def _plain(name: str) -> bool:
    return Path(name).name == name and name != ".."


def _shelf(spec: str, pace: tuple[int, int, int]) -> _Shelf:
    bucket, _, prefix = spec.removeprefix("s3://").rstrip("/").partition("/")
    if not spec.startswith("s3://") or not bucket:
        raise BadInput(f"{spec!r} names no shelves: write s3://BUCKET/PREFIX")
    connect, read, tries = pace
    config = Config(
        connect_timeout=connect,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": tries},
        max_pool_connections=AT_ONCE,
    )
    return _Shelf(client("s3", config=config), bucket, f"{prefix}/" if prefix else "")
