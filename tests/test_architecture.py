"""The import rule of docs: downwards only, and each vendor's package behind its own door."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median
from types import ModuleType

import pytest

from skill.intents import everything
from tests.bench import launch

ROOT = Path(__file__).parent.parent
FILES = sorted(path for folder in ("skill", "lambda") for path in (ROOT / folder).rglob("*.py"))
# From the top: a name imports names of lower rows alone, never one beside it.
ROWS = (
    ("skill.__main__",),
    ("skill.cli",),
    ("skill.certify",),
    ("lambda", "skill.server"),
    ("skill.api", "skill.developing", "skill.monitoring", "skill.workers"),
    ("skill.deployment", "skill.snapshot"),
    ("skill.app",),
    ("skill.catalogues", "skill.contacts", "skill.reaching", "skill.sessions"),
    ("skill.devtools",),
    (
        "skill.alexa",
        "skill.linking",
        "skill.mail",
        "skill.payments",
        "skill.serving",
        "skill.storage",
        "skill.web",
    ),
    ("skill.aws",),
    ("skill.notifications",),
    ("skill.intents", "skill.merchants"),
    ("skill.speech",),
    ("skill.dialogue",),
    ("skill.shop",),
    ("skill.counting", "skill.paying", "skill.selling"),
    ("skill.catalogue",),
    ("skill.commerce", "skill.settings"),
    ("skill.operations",),
    ("skill.errors", "skill.logs", "skill.manual", "skill.ready"),
)
NAMES = tuple(name for row in ROWS for name in row)
# What each name may use that is neither ours nor the standard library's.
ALLOWED = {
    "skill.cli": {"click", "rich"},
    "skill.server": {"flask"},
    "skill.monitoring": {"flask"},
    "skill.operations": {"prometheus_client"},
    "skill.serving": {"waitress"},
    "skill.api": {"flask", "pydantic", "werkzeug"},
    "skill.alexa": {
        "ask_sdk_core",
        "ask_sdk_model",
        "ask_sdk_runtime",
        "certifi",
        "cryptography",
        "flask",
        "flask_ask_sdk",
        "werkzeug",
    },
    "skill.devtools": {"authlib", "flask", "joserfc", "pydantic", "werkzeug"},
    "skill.linking": {"joserfc", "urllib3"},
    "skill.payments": {"stripe"},
    "skill.aws": {"botocore"},
    "skill.snapshot": {"snapshot_restore_py"},
    "skill.mail": {"botocore"},
    "skill.storage": {"botocore"},
    "skill.web": {"certifi", "urllib3"},
    "skill.merchants": {"babel", "jinja2", "pydantic", "rapidfuzz", "rich"},
    "skill.speech": {"babel"},
    "skill.catalogue": {
        "Stemmer",
        "babel",
        "ijson",
        "lxml",
        "markdown_it",
        "pydantic",
        "pydantic_core",
        "rapidfuzz",
        "tantivy",
        "text_to_num",
    },
}
_ALEXA = ("skill/alexa/sdk.py",)
_AWS = ("skill/aws.py", "skill/mail/ses.py", "skill/storage/dynamodb.py", "skill/storage/shelves.py")
_IDENTITY = ("skill/devtools/identity.py", "skill/devtools/identity_grants.py")
# Readers of feeds.
_FEEDS = ("skill/catalogue/feed_text.py", "skill/catalogue/markup.py", "skill/catalogue/pages.py")
_MERCHANTS = (
    "skill/api/",
    "skill/catalogue/feed_row.py",
    "skill/catalogue/feed_types.py",
    "skill/merchants/",
    "skill/devtools/",
)
# The only places of a package, as files or folders.
PLACES: dict[str, tuple[str, ...]] = {
    "ask_sdk_core": _ALEXA,
    "ask_sdk_model": _ALEXA,
    "ask_sdk_runtime": _ALEXA,
    "authlib": _IDENTITY,
    "botocore": _AWS,
    "certifi": ("skill/alexa/verifier_chain.py", "skill/alexa/verifier_fetch.py", "skill/web/"),
    "click": ("skill/cli/",),
    "cryptography": ("skill/alexa/sealed.py", "skill/alexa/verifier"),
    "flask": (
        "skill/alexa/web.py",
        "skill/api/web.py",
        "skill/devtools/contact_web.py",
        "skill/devtools/identity",
        "skill/devtools/merchant_web.py",
        "skill/devtools/numbers_web.py",
        "skill/devtools/recording_web.py",
        "skill/devtools/simulator_web.py",
        "skill/monitoring.py",
        "skill/server.py",
    ),
    "flask_ask_sdk": ("skill/alexa/bridge.py",),
    "ijson": ("skill/catalogue/objects.py",),
    "jinja2": ("skill/merchants/report_page.py",),
    "joserfc": ("skill/linking/", *_IDENTITY),
    "lxml": _FEEDS,
    "markdown_it": ("skill/catalogue/feed_text.py",),
    "prometheus_client": ("skill/operations/exposition.py",),
    "pydantic": _MERCHANTS,
    "pydantic_core": _MERCHANTS,
    "rich": ("skill/cli/", "skill/merchants/report_text.py"),
    "snapshot_restore_py": ("skill/snapshot.py",),
    "stripe": ("skill/payments/stripe.py",),
    "urllib3": ("skill/linking/wire.py", "skill/web/"),
    "waitress": ("skill/serving.py",),
    "werkzeug": ("skill/alexa/web.py", "skill/api/web.py", "skill/devtools/identity"),
}
# What a Lambda container must not load at every cold start.
HEAVY = {
    *("ask_sdk_core", "ask_sdk_model", "ask_sdk_runtime"),
    *("authlib", "boto3", "certifi", "click", "cryptography", "flask", "ijson", "jinja2", "joserfc", "lxml"),
    *("markdown_it", "multiprocessing", "prometheus_client", "pydantic", "rapidfuzz", "requests", "rich"),
    *("s3transfer", "stripe", "urllib3", "waitress", "werkzeug"),
}
# Modules of ours that an opened shop does not need, with what they load: each was on the path once.
ELSEWHERE = {
    "skill.alexa.model",
    "skill.alexa.sdk",
    "skill.dialogue.touch",
    "skill.linking.standing",
    "skill.merchants.publish",
    "skill.notifications.filing",
    "skill.reaching",
    "skill.speech.utterances",
    "skill.storage.shelves",
}
LINES = 330


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def name_of(imported: str) -> str | None:
    """The name in ROWS that a module belongs to."""
    return next((name for name in NAMES if imported == name or imported.startswith(name + ".")), None)


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            if node.module == "skill":
                yield from (f"skill.{alias.name}" for alias in node.names)
            elif node.module:
                yield node.module


@cache
def foreign(path: Path) -> set[str]:
    tops = {imported.partition(".")[0] for imported in imports(path)}
    return tops - {"skill", "lambda"} - sys.stdlib_module_names


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [path for path in FILES if module(path) != "skill"], ids=ids)
def test_a_file_imports_downwards_only(path: Path) -> None:
    name = name_of(module(path))
    assert name is not None, f"{module(path)} has no row: give it one in ROWS"
    row = next(place for place, names in enumerate(ROWS) if name in names)
    lower = {below for names in ROWS[row + 1 :] for below in names}
    for imported in imports(path):
        if imported.startswith("skill"):
            assert name_of(imported) in {name, *lower}, f"{imported} is not below {name}"


def test_every_row_has_its_files() -> None:
    assert {name_of(module(path)) for path in FILES} - {None} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_uses_the_packages_it_is_allowed_and_no_others(name: str) -> None:
    used = {package for path in FILES if name_of(module(path)) == name for package in foreign(path)}
    assert used == ALLOWED.get(name, set())


@pytest.mark.parametrize("package", PLACES)
def test_a_package_stays_in_its_place(package: str) -> None:
    users = {ids(path) for path in FILES if package in foreign(path)}
    assert users
    assert {user for user in users if not user.startswith(PLACES[package])} == set()


def test_the_lambda_door_loads_only_what_a_turn_needs(tmp_path: Path) -> None:
    program = (
        "import runpy, sys; runpy.run_path('lambda/handler.py');"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "SAYSO_STORE": f"sqlite:{tmp_path / 'shop.db'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "skill" in loaded
    assert loaded & HEAVY == set()


def test_a_launch_on_lambda_loads_its_own_intent_and_store_alone(door: ModuleType, tmp_path: Path) -> None:
    program = (
        "import json, runpy, sys; door = runpy.run_path('lambda/handler.py')['lambda_handler'];"
        "answer = door(json.loads(sys.argv[1]), None); print(json.dumps(answer)); print(*sys.modules)"
    )
    loaded = {}
    # Nobody answers as DynamoDB there, but its client is made.
    for store in (f"sqlite:{tmp_path / 'shop.db'}", "dynamodb:sayso@http://127.0.0.1:9"):
        done = subprocess.run(
            [sys.executable, "-c", program, json.dumps(launch(user="anybody"))],
            cwd=ROOT,
            env={**os.environ, "SAYSO_STORE": store},
            capture_output=True,
            text=True,
            check=True,
        )
        answer, modules = done.stdout.splitlines()
        loaded[store.partition(":")[0]] = answer, set(modules.split())
    assert "Saffron Wagon" in loaded["sqlite"][0]
    assert "skill.intents.launch" in loaded["sqlite"][1]
    for store, other in (("sqlite", "dynamodb"), ("dynamodb", "sqlite")):
        _, names = loaded[store]
        assert f"skill.storage.{store}" in names
        assert f"skill.storage.{other}" not in names
        assert names & ELSEWHERE == set()
        # The launch's own, and the one it shares a sentence with.
        assert len([name for name in names if name.startswith("skill.intents.")]) <= 2
        tops = {name.partition(".")[0] for name in names}
        # botocore sends by way of urllib3.
        assert tops & HEAVY <= ({"urllib3", "certifi"} if store == "dynamodb" else set())


def test_an_intent_is_called_as_its_file() -> None:
    """They are found by name, and loaded then."""
    assert {name: intent.name for name, intent in everything().items()} == {
        name: name for name in everything()
    }
    assert len(everything()) > 80
    with pytest.raises(KeyError):
        everything()["NoSuchIntent"]


def test_the_lambda_worker_loads_only_what_telling_needs(tmp_path: Path) -> None:
    program = (
        "import runpy, sys; worker = runpy.run_path('lambda/worker.py');"
        "worker['see_to_all_orders'](worker['shops'], still=lambda: True);"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "SAYSO_STORE": f"sqlite:{tmp_path / 'shop.db'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert {"skill", "urllib3", "certifi"} <= loaded
    assert loaded & HEAVY == {"urllib3", "certifi"}


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_a_file_can_be_read_in_one_go(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LINES


def test_most_files_are_a_page() -> None:
    assert median(len(path.read_text("utf-8").splitlines()) for path in FILES) <= 100
