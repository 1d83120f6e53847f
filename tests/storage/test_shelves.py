"""A catalogue version travels through S3: pushed, fetched, and only what is new."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from skill.catalogue.index import build
from skill.catalogue.manifest import read_manifest
from skill.errors import BadInput, CatalogueNotLinked
from skill.storage.shelves import Pushed, fetch, push
from tests.storage.shelf_fixtures import RYE, at, contents, keys, skus

# Every test here has S3 on a socket.
pytestmark = pytest.mark.usefixtures("s3")


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


@pytest.mark.parametrize("version", ["", ".", "..", "../v1", "/v1", "a/v1", ".v1"])
def test_a_version_is_a_name_and_no_path(full: str, tmp_path: Path, version: str) -> None:
    with pytest.raises(CatalogueNotLinked):
        fetch(version, source=full, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_on_disk_needs_no_shelf(made: Path) -> None:
    assert fetch("v1", source="s3://nobodys/shelf", folder=made) == made / "v1"
