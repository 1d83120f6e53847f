"""What `make package` makes: it starts on the runtime's Python alone and holds no more than it needs."""

from __future__ import annotations

import platform
import re
import runpy
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import boto3
import pytest

from skill.deployment import Shops
from skill.settings import from_environment
from skill.shop import NOBODY
from skill.storage.dynamodb import connect, create_table
from skill.storage.shelves import push
from tests.bench import find, launch
from tests.deploy.conftest import Start
from tests.programs import moto_on_a_socket
from tests.talk import NOW, ROOT, lambda_door, publish_sample
from tests.test_architecture import imports
from tests.test_package import LOCAL_ONLY, name

PACKAGER = str(ROOT / "lambda" / "package.py")
LINUX = platform.machine() == "x86_64" and platform.system() == "Linux"
starts_here = pytest.mark.skipif(not LINUX, reason="the package is for Linux on x86-64")
# Bytecode that is not compared with its source (PEP 552).
UNCHECKED_HASH = 0b01


def asked(locale: str) -> list[dict[str, Any]]:
    """What a shopper of this locale begins with; prices are among the answers."""
    envelopes = [launch(user="a"), find("oat milk", user="b"), find("brot", user="c")]
    for envelope in envelopes:
        envelope["request"]["locale"] = locale
    return envelopes


def said(answer: dict[str, Any]) -> str:
    text: str = answer["response"]["outputSpeech"]["ssml"]
    return text


@starts_here
def test_the_package_answers_from_a_table_and_shelves_on_the_runtimes_python_alone(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with moto_on_a_socket() as address:
        aws = {
            "AWS_ENDPOINT_URL_S3": address,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "key",
            "AWS_DEFAULT_REGION": "us-east-1",
            "SAYSO_STORE": f"dynamodb:table@{address}",
            "SAYSO_SHELVES": "s3://shelves/catalogues",
            "SAYSO_CATALOGUES": str(tmp_path / "function"),
        }
        for variable, value in aws.items():
            monkeypatch.setenv(variable, value)
        boto3.client("s3").create_bucket(Bucket="shelves")
        create_table(connect(address), "table")
        # The merchant's machine builds the version; the function has the table and the shelves.
        merchant = Shops(from_environment({**aws, "SAYSO_CATALOGUES": str(tmp_path / "merchant")})).main
        publish_sample(merchant)
        live = merchant.store.visit(NOBODY).facts.catalogue
        push(merchant.settings.folder / live, to=merchant.settings.shelf)
        welcome, found, _ = start("lambda.handler", asked("en-US"), environ=aws)
        assert "Welcome to Saffron Wagon" in said(welcome)
        assert "oat milk" in said(found)
        assert [path.name for path in (tmp_path / "function" / "shop").iterdir() if path.is_dir()] == [live]
        assert start("lambda.worker", [{}], environ=aws) == [{"done": 0}]


@starts_here
@pytest.mark.parametrize("locale", ["en-US", "en-GB", "de-DE", "ar-SA"])
def test_the_package_says_what_the_sources_say_in_every_language(
    locale: str, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = f"sqlite:{tmp_path / 'shop.db'}"
    door = lambda_door(store, monkeypatch=monkeypatch)
    publish_sample(door.app)
    settings = {"SAYSO_STORE": store, "SAYSO_NOW": NOW.isoformat(), "SAYSO_ASSUME_LINKED": "1"}
    answers = start("lambda.handler", asked(locale), environ=settings)
    assert [said(each) for each in answers] == [
        said(door.lambda_handler(each, None)) for each in asked(locale)
    ]


def test_the_package_holds_nothing_of_who_develops_or_of_a_machine_of_ones_own(package: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = {name(each) for extra in project["optional-dependencies"].values() for each in extra}
    held = {path.name.rsplit("-", 2)[0].lower().replace("_", "-") for path in package.glob("*.dist-info")}
    assert "babel" in held
    assert not held & {each.split("[")[0] for each in extras | LOCAL_ONLY}
    assert {path.name for path in (package / "lambda").glob("*.py")} == {"handler.py", "worker.py"}
    assert not [*package.glob("*/tests"), *package.glob("tests"), *package.glob("bin")]
    assert not (package / "skill" / "server.py").exists()


@starts_here
def test_every_module_of_ours_that_is_carried_can_be_imported_there(
    package: Path, runtime: str, tmp_path: Path
) -> None:
    files = [path.relative_to(package) for path in (package / "skill").rglob("*.py")]
    modules = [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files]
    assert {"skill.app", "skill.deployment", "skill.storage.dynamodb", "skill.mail.ses"} <= {*modules}
    program = "import sys; sys.path.insert(0, sys.argv[1]); [__import__(name) for name in sys.argv[2:]]"
    done = subprocess.run(
        [runtime, "-I", "-S", "-B", "-c", program, str(package), *modules],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_of_ours_they_come_to_import_later_is_carried_too(package: Path) -> None:
    for path in [*(package / "skill").rglob("*.py"), *(package / "lambda").glob("*.py")]:
        for imported in imports(path):
            place = package / imported.replace(".", "/")
            there = place.is_dir() or place.with_suffix(".py").exists()
            assert there or not imported.startswith("skill."), f"{path} imports {imported}"


def test_every_module_of_the_package_has_the_runtimes_bytecode_which_nothing_is_compared_with(
    package: Path,
) -> None:
    sources = {path.with_suffix("") for path in package.rglob("*.py")}
    compiled = {path: path.parent.parent / path.name.split(".")[0] for path in package.rglob("*.pyc")}
    assert {path.suffixes[0] for path in compiled} == {".cpython-313"}
    assert sources == set(compiled.values())
    for path in compiled:
        code = path.read_bytes()
        assert int.from_bytes(code[4:8], "little") == UNCHECKED_HASH
    # Who reads a stack in the log finds the file where Lambda has it, not where it was built.
    handler = (package / "lambda" / "__pycache__" / "handler.cpython-313.pyc").read_bytes()
    assert b"/var/task/lambda/handler.py" in handler
    assert str(ROOT).encode() not in handler


def test_of_the_services_of_aws_those_are_described_that_the_skill_has_clients_of(package: Path) -> None:
    used = {
        service
        for path in (ROOT / "skill").rglob("*.py")
        for service in re.findall(r"client\(\s*\"([a-z0-9-]+)\"", path.read_text("utf-8"))
    }
    described = package / "botocore" / "data"
    assert {path.name for path in described.iterdir() if path.is_dir()} == used
    assert all([*described.glob(f"{service}/*/service-2.json*")] for service in used)
    assert (described / "endpoints.json").exists()
    assert sum(path.stat().st_size for path in described.rglob("*") if path.is_file()) < 2_000_000


def test_the_zip_file_is_the_folder_in_order_and_without_the_time_of_day(package: Path) -> None:
    with zipfile.ZipFile(package.parent / "sayso-lambda.zip") as archive:
        entries = archive.infolist()
        assert archive.testzip() is None
    names = [entry.filename for entry in entries]
    held = sorted(path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file())
    assert sorted(names) == held
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 & 0o777 for entry in entries} == {0o644}
    # What Lambda takes: 250 MB unpacked.
    assert sum(entry.file_size for entry in entries) < 150_000_000


def test_the_same_files_make_the_same_bytes_wherever_and_whenever_they_are_packed(tmp_path: Path) -> None:
    packager = runpy.run_path(PACKAGER)
    made = []
    for place, names in (("here", "ab"), ("there", "ba")):
        folder = tmp_path / place
        for letter in names:
            (folder / letter).mkdir(parents=True)
            (folder / letter / "module.py").write_text("def double(n: int) -> int:\n    return 2 * n\n")
            (folder / letter / "module.py").chmod(0o600 if place == "here" else 0o755)
        packager["_compile"](folder)
        packager["pack"](folder, tmp_path / f"{place}.zip")
        made.append((tmp_path / f"{place}.zip").read_bytes())
    assert made[0] == made[1]


def test_where_there_is_no_such_python_make_names_the_remedy(tmp_path: Path) -> None:
    command = ["make", "package", "PYTHON313=", f"ZIP={tmp_path / 'none.zip'}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Python 3.13" in done.stderr
    assert "pyenv install 3.13" in done.stderr
    assert "PYTHON313=" in done.stderr


@pytest.mark.skipif(sys.version_info[:2] == (3, 13), reason="this is the Python it is made with")
def test_another_python_makes_no_package(tmp_path: Path) -> None:
    command = [sys.executable, PACKAGER, str(tmp_path / "folder"), str(tmp_path / "none.zip")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "not Python 3.13" in done.stderr
    assert not [*tmp_path.iterdir()]
