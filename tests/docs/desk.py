"""Where the commands of a page are run: a sample shop that is thrown away, the reader's files beside it, and
values for the words in capitals that are the reader's to fill in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from click.testing import CliRunner, Result

from skill.app import App, build
from skill.cli import main
from skill.cli.common import DEFAULT_USER
from skill.merchants import webhooks
from skill.selling import every_order
from skill.server import create_app
from skill.settings import from_environment
from tests.bench import launch
from tests.docs.shell import OUTPUT, Command
from tests.serving import running
from tests.talk import ROOT, SAMPLE

SKU = "lemons-each"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:sayso:live"
SKILL = "amzn1.ask.skill.0fa7c0de-0000-4000-8000-000000000000"
# What a reader's machine has and a test's must not be asked: another store, and secrets of it.
_KEPT_OUT = {
    "SAYSO_STORE",
    "SAYSO_SHELVES",
    "SAYSO_SKILL_ID",
    "SAYSO_SECRET",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
}
# A reader's own file by the name a page gives it, and the file it is here.
_FILES = {
    **dict.fromkeys(("FEED", "FEED.tsv", "THEIR.tsv"), SAMPLE / "feed.tsv"),
    **dict.fromkeys(("SHOP.toml", "bakery.toml", "BAKERY.toml"), SAMPLE / "shop.toml"),
    "FILE.json": ROOT / "tests" / "conversations" / "worlds" / "returning.json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`folder` holds the reader's files and the store; `web` is a merchant's server, which gives the feed and
    takes messages."""

    folder: Path
    web: str

    @property
    def environment(self) -> Mapping[str, str]:
        """What commands are run with: this store, and nothing of the machine's own."""
        return {"SAYSO_STORE": f"sqlite:{self.folder / 'shop.db'}", "COLUMNS": "200"}

    def run(self, command: Command) -> Result:
        """Run a command of ours as it was typed."""
        mine = {name: value for name, value in command.settings.items() if name not in _KEPT_OUT}
        words = [self._filled(word, command.words) for word in command.words[1:]]
        with chdir(self.folder):
            return CliRunner().invoke(main, words, env={**self.environment, **mine}, input="y\n")

    def fetch(self, command: Command) -> int:
        """The status our server answers to a curl with an address and headers."""
        words = [word.replace("$KEY", self._new_key()) for word in command.words[1:]]
        headers = dict(
            word.split(": ", 1) for word, before in zip(words[1:], words, strict=False) if before == "-H"
        )
        address = urlsplit(next(word for word in words if word.startswith("http")))
        client = create_app(self.app(), verify=None).test_client()
        return client.get(f"{address.path}?{address.query}", headers=headers).status_code

    def app(self) -> App:
        """The shop at this desk."""
        return build(from_environment(self.environment))

    def _filled(self, word: str, words: tuple[str, ...]) -> str:
        for pattern, value in _FILL.items():
            if pattern in word:
                word = word.replace(pattern, value(self) if callable(value) else value)
        if word == "ID":
            return self._key() if "key" in words else self._webhook()
        return ARN if word == "ARN" else word

    def _new_key(self) -> str:
        return self.run(
            Command(("sayso", "merchant", "key", "create", "--label", "curl"), {})
        ).stdout.split()[0]

    def _key(self) -> str:
        return self.app().store.api_keys()[-1].id

    def _webhook(self) -> str:
        return webhooks.endpoints(self.app().store)[-1].id

    def _event(self) -> str:
        return self.app().store.dead_events()[0].id

    def _order(self) -> str:
        return next(every_order(self.app().store)).number


_FILL: Mapping[str, str | Callable[[Desk], str]] = {
    "https://shop.example/feed.csv": lambda desk: f"{desk.web}/feed.tsv",
    "https://shop.example": lambda desk: desk.web,
    f"{OUTPUT}-out-SkillEndpoint": ARN,
    "amzn1.ask.skill.THEIRS": SKILL,
    "amzn1.ask.skill.…": SKILL,
    "amzn1.ask.account.THEIRS": DEFAULT_USER,
    "31415": Desk._order,
    "EVENT": Desk._event,
    "SKU": SKU,
}


def furnish(folder: Path) -> None:
    """Make the desk that others are copies of: the sample shop, an order, and an event that was given up."""
    for name, path in _FILES.items():
        shutil.copyfile(path, folder / name)
    shutil.copytree(ROOT / "skill-package" / "assets", folder / "skill-package" / "assets")
    head, *rows = (SAMPLE / "feed.tsv").read_text("utf-8").splitlines()
    (folder / "CHANGED.csv").write_text("\n".join([head, *rows[:3]]) + "\n", "utf-8")
    said = [{"say": "add goat milk"}, {"say": "what's in my cart"}]
    wanted = {"wants": "to know what is in the cart", "locale": "en-US", "turns": said}
    (folder / "RECORDING.json").write_text(json.dumps(wanted), "utf-8")
    desk = Desk(folder=folder, web="")
    for words in (
        ("sayso", "catalogue", "import", "FEED", "--shop", "SHOP.toml"),
        ("sayso", "say", "add goat milk", "make it four", "check out", "yes"),
    ):
        done = desk.run(Command(words, {}))
        assert done.exit_code == 0, done.output
    log = {**desk.environment, "SAYSO_RECORD": str(folder / "LOG"), "SAYSO_ASSUME_LINKED": "1"}
    web = create_app(build(from_environment(log)), verify=None).test_client()
    assert web.post("/alexa", json=launch(user=DEFAULT_USER)).status_code == 200
    store = desk.app().store
    event = store.events()[0]
    assert store.save_event(event, changed=replace(event, state="dead", error="the endpoint was away"))


@contextmanager
def merchant() -> Iterator[str]:
    """The address of a merchant's server on loopback: it gives the sample feed and takes what it is sent."""
    with running(ThreadingHTTPServer(("127.0.0.1", 0), _Merchant)) as address:
        yield address


class _Merchant(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = (SAMPLE / "feed.tsv").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/tab-separated-values")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing of it is wanted."""
