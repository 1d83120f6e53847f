"""Do the shared shopping sentences reach the intent that means what they say?

Every en-US sentence of ../shared/data/utterances.json goes, in a session of its own, through a real client
(drive.js) with our interaction model to a shop being served: by exact template, without its fuzzy stage. The
second row asks the matcher that serves typed words the same.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from skill.alexa.request import BUILT_IN
from skill.intents import everything
from skill.speech.utterances import Matcher
from tests.bench import ROOT, NotReady, Outcome, Row, Server, node_tools, served_sample, shared

LOCALE = "en-US"
# What a family means, in our intents (Alexa's built-in ones by the name they have with us). A family with
# none is something this shop cannot do yet, and each of its sentences counts as missed.
ACCEPTED: Mapping[str, frozenset[str]] = {
    "F01": frozenset({"Launch"}),
    "F02": frozenset({"FindProduct", "NameProduct"}),
    "F03": frozenset({"FindProduct", "NameProduct"}),
    "F04": frozenset({"RefineSearch"}),
    "F05": frozenset({"MoreResults", "PreviousResults", "Repeat"}),
    "F06": frozenset({"NameProduct"}),
    "F07": frozenset({"DescribeProduct", "AskContents"}),
    "F08": frozenset({"AskPrice", "AskStock"}),
    "F09": frozenset({"CompareProducts"}),
    "F10": frozenset({"AddToCart"}),
    "F11": frozenset({"AddToCart"}),
    "F12": frozenset({"AddToCart"}),
    "F13": frozenset({"AddToCart"}),
    "F14": frozenset({"ChangeQuantity", "AddMore"}),
    "F15": frozenset({"RemoveFromCart"}),
    "F16": frozenset({"ReplaceProduct"}),
    # The client gives "never mind" to Alexa's own cancel, which takes nothing back.
    "F17": frozenset({"Undo", "NeverMind"}),
    "F18": frozenset({"ReplaceProduct"}),
    "F19": frozenset({"ReviewCart", "CartTotal"}),
    "F20": frozenset({"EmptyCart"}),
    "F21": frozenset({"SuggestInstead"}),
    "F22": frozenset({"ShowOffers"}),
    "F23": frozenset({"Reorder"}),
    "F24": frozenset({"Checkout", "Finish"}),
    "F25": frozenset({"Yes", "No", "Cancel"}),
    "F26": frozenset({"AskDelivery"}),
    "F27": frozenset({"OrderStatus"}),
    # A return or a wrong item becomes a case for a person, with the item named in it.
    "F28": frozenset({"CancelOrder", "TalkToPerson"}),
    "F29": frozenset(),
    "F30": frozenset({"AskShop", "TalkToPerson", "Help", "Repeat"}),
}
# NameProduct takes any words. With one of these among them it swallowed a command, and searched for it.
COMMANDS = frozenset({"find", "search", "looking", "look", "show", "cheapest", "under", "only", "want"})


@dataclass(frozen=True, slots=True)
class Sentence:
    family: str
    text: str


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a sentence ended: the intent by our name ("" when nothing fitted) and what filled its slots."""

    intent: str
    slots: Mapping[str, str]


def sentences() -> tuple[Sentence, ...]:
    """The shared en-US sentences. Raises NotReady when they are absent."""
    families = json.loads(shared("data/utterances.json").read_text("utf-8"))
    return tuple(Sentence(family["id"], text) for family in families for text in family.get(LOCALE, ()))


def right(sentence: Sentence, reached: Reached) -> bool:
    """Whether the sentence arrived where its meaning is."""
    if reached.intent not in ACCEPTED.get(sentence.family, frozenset()):
        return False
    if reached.intent != "NameProduct":
        return True
    said = {word for value in reached.slots.values() for word in value.lower().split()}
    return not said & COMMANDS


def by_client(asked: Sequence[Sentence], server: Server) -> tuple[tuple[Reached, ...], int]:
    """Where each sentence arrives by way of drive.js, and how many got no proper answer."""
    tools = node_tools()
    model = ROOT / "interaction_models" / f"{LOCALE}.json"
    with TemporaryDirectory(prefix="sayso-bench-") as folder:
        turns, out = Path(folder) / "turns.txt", Path(folder) / "out.jsonl"
        # "!new" drops the session, so that no sentence answers a question the last one left open.
        turns.write_text("".join(f"!new\n{sentence.text}\n" for sentence in asked), "utf-8")
        command = ["node", "--no-warnings", str(tools / "drive.js"), "--quiet", "--model", str(model)]
        command += ["--url", server.url, "--file", str(turns), "--out", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if not out.exists():
            raise NotReady(f"drive.js does not run: {done.stderr.strip()[-300:]}")
        records = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    reached = {
        record["turn"]: Reached(BUILT_IN.get(record["nlu"], record["nlu"]), record["slots"])
        for record in records
        if "nlu" in record
    }
    answered = {record["turn"] for record in records if record.get("status") == 200}
    turns_said = range(1, 2 * len(asked), 2)
    nowhere = Reached("", {})
    return tuple(reached.get(turn, nowhere) for turn in turns_said), len(asked) - len(answered)


def by_matcher(asked: Iterable[Sentence]) -> tuple[Reached, ...]:
    """Where each sentence arrives when it is typed."""
    matcher, today = Matcher(everything().values(), locale=LOCALE), datetime.now(UTC).date()
    matches = (matcher.match(sentence.text, today=today) for sentence in asked)
    return tuple(
        Reached(match.intent, {name: slot.text for name, slot in match.slots.items()})
        if match
        else Reached("", {})
        for match in matches
    )


def run() -> Outcome:
    """Both shares, and what was missed."""
    asked = sentences()
    with served_sample() as server:
        client, unanswered = by_client(asked, server)
    matcher = by_matcher(asked)
    notes = [f"all of them got a response with status 200 ({LOCALE})."]
    if unanswered:
        notes = [f"{unanswered} of them got no response with status 200."]
    by_model, typed = _missed(asked, client), _missed(asked, matcher)
    notes.append(f"missed by the model, and where they end: {by_model}.")
    same = "the same ones, ending in the same place" if typed == by_model else typed
    notes.append(f"missed by the matcher: {same}.")
    return Outcome(
        (
            Row(
                what="Sentences that reach their intent, a real client with the model",
                ours=_share(asked, client),
            ),
            Row(what="The same by our own matcher of typed words", ours=_share(asked, matcher)),
        ),
        tuple(notes),
    )


def _share(asked: Sequence[Sentence], reached: Sequence[Reached]) -> str:
    hits = sum(map(right, asked, reached))
    return f"{hits} of {len(asked)} ({100 * hits / len(asked):.0f} %)"


def _missed(asked: Sequence[Sentence], reached: Sequence[Reached]) -> str:
    missed = [
        f'{sentence.family} "{sentence.text}" → {place.intent or "nothing"}'
        for sentence, place in zip(asked, reached, strict=True)
        if not right(sentence, place)
    ]
    return "; ".join(missed) or "none"
