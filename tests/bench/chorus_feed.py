"""The 19,406 products of Chorus/Icecat as a Google-format feed: python -m tests.bench.chorus_feed OUT.tsv

Their titles are data sheets ("HP Pavilion dv7-1211ea Notebook Silver 43.2 cm (17") 1440 x 900 …"): found by
any search, but nothing to say aloud. So each product gets a kind and a name to be spoken, by these rules:

1. Kind: Icecat's category where it has one; else the words in lower case that follow the model's name in the
   title ("… EF-ZG980 *mobile phone case* 15.8 cm"); else a kind that many others have, when the title goes on
   with it or the model's name ends with it ("ProBook 4320s *Notebook* PC"). Trade words become what people
   say (notebook → laptop).
2. Model: the title from the brand to the model's name, up to the first comma, bracket, dash, "for" or "with",
   without symbols, dimensions and part numbers of more than eight letters; units are set apart ("16 GB").
3. Spoken: brand + model + kind. Where no kind is known the model's name says what the thing is; its part
   number then moves to the front, since a thing is recognised by the last word of its name ("Canon NB CP2L
   Battery Pack"). A colour is added where a part number was left out, and to a screen its inches. At most
   nine words and 60 letters: the model gives way, from its end before a kind, from its beginning otherwise.

The file is read twice, both times as a stream: first for the kinds that are common, then for the rows.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from skill.catalogue.feed import read_google
from skill.catalogue.index import build
from skill.catalogue.problem import Problem
from skill.catalogue.search import CatalogueIndex
from skill.catalogue.words import load, understand
from skill.merchants.shop_file import read_shop
from tests.bench import NotReady, Outcome, Row, percentile, shared

SOURCE = "data/search/chorus_icecat/products.jsonl.gz"
QUERIES = "data/search/chorus_icecat/queries.tsv"
SHOP = Path(__file__).with_name("chorus_shop.toml")
COLUMNS = (
    "id",
    "title",
    "description",
    "brand",
    "product_type",
    "price",
    "availability",
    "spoken_title",
    "popularity",
)
# A kind that fewer products carry is no word to recognise others by.
COMMON = 5
MAX_WORDS, MAX_LETTERS, MAX_PART_NUMBER = 9, 60, 8
# Runs that look like a kind and are properties.
NO_KINDS = frozenset({"thermal inkjet", "low profile", "fast ethernet", "flight sim"})
SAID = {
    "PC": "desktop computer",
    "data projector": "projector",
    "computer monitor": "monitor",
    "hybrid": "two in one laptop",
    "loudspeaker": "speaker",
    "mobile phone": "phone",
    "networking": "network",
    "notebook": "laptop",
    "single-use battery": "battery",
    "stereo portable speaker": "portable speaker",
}
# Kinds of which a shopper asks whether they are wireless; Icecat has it among the attributes only.
AUDIBLE = ("speaker", "headphones", "headset", "mouse", "keyboard")
SCREENS = ("laptop", "monitor", "TV")
COLOURS = frozenset(
    {"black", "blue", "brown", "cyan", "gold", "gray", "green", "grey", "magenta", "orange", "pink"}
    | {"purple", "red", "silver", "white", "yellow"}
)
_RUN = re.compile(r"\s*((?:[A-Z]{2,5} |[A-Z][a-z-]+ )?[a-z][a-z/-]*(?: [a-z][a-z/-]*){0,3}|TV)(?=\s|$)")
_END = re.compile(r"\s*[,(\[]|\s[-–]\s|\s(?:for|with|w/|f/|equivalent)(?:\s|$)", re.IGNORECASE)
_CODES = re.compile(r"(?:(?:^|\s+)(?:PC|\S*\d\S*|[^\sA-Za-z]+))+$")
_DIMENSION = re.compile(r"\S*\d\s?x\s?\d\S*(?:\s?(?:mm|cm|m|in)\b)?")
_INCHES = re.compile(r"\((\d+(?:\.\d)?)\"\)")
_UNIT = re.compile(r"(?<![A-Za-z\d])(\d+(?:\.\d+)?)(GB|MB|TB|W|m|cm|mm|ft|in|GHz|MHz|Hz)(?![A-Za-z\d])")


def products(path: Path) -> Iterator[dict[str, Any]]:
    """The records, one after the other."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def stated_kind(product: dict[str, Any]) -> str:
    """What the record itself says the thing is; empty when it does not."""
    category = re.sub(r"\s*\(.*", "", product["category"]).strip()
    if re.search(r"[A-Za-z]{2}", category):
        return _lowered(category)
    run = _RUN.match(_parts(product)[1])
    # Of two words for one thing the first: "camera/camcorder battery".
    kind = _lowered(re.sub(r"/[a-z-]+", "", run[1])) if run else ""
    return "" if kind in NO_KINDS or kind.startswith("original") else kind


def common_kinds(path: Path) -> frozenset[str]:
    """Kinds at least COMMON products state."""
    counted = Counter(stated_kind(product) for product in products(path))
    return frozenset(kind for kind, count in counted.items() if kind and count >= COMMON)


def kind_and_model(product: dict[str, Any], *, kinds: frozenset[str]) -> tuple[str, str]:
    """What the thing is, and its model without that; the kind may be empty."""
    model, after = _parts(product)
    if kind := stated_kind(product):
        return kind, model
    following = after.split()[:3]
    for length in range(len(following), 0, -1):
        if (kind := _lowered(" ".join(following[:length]))) in kinds:
            return kind, model
    core = _CODES.sub("", model)
    words, codes = core.split(), re.sub(r"\bPC\b", "", model[len(core) :])
    for length in range(min(4, len(words)), 0, -1):
        ending = _lowered(" ".join(words[-length:]))
        for kind in (ending, ending.removesuffix("s")):
            if kind in kinds:
                return kind, " ".join(words[:-length]) + codes
    return "", model


def said(kind: str) -> str:
    """A kind in the words of a shopper."""
    for trade, word in SAID.items():
        if kind == trade or kind.startswith(trade + " "):
            return word + kind[len(trade) :]
    return kind


def words_of(text: str) -> list[str]:
    """Speakable words: no symbols, units apart, part numbers only up to eight letters."""
    text = _DIMENSION.sub(" ", text.replace(".com", "").replace("Ø", " "))
    text = re.sub(r"(\d)\s*(?:\"|''|”)", r"\1 inch", text).replace("&", " and ").replace("+", " plus ")
    words = []
    for token in _UNIT.sub(r"\1 \2", text).split():
        if not _unspeakable(token):
            pieces = (re.sub(r"[^\w.]|(?<!\d)\.|\.(?!\d)", "", part) for part in re.split(r"[-/_]", token))
            words += [piece for piece in pieces if piece]
    return words


def spoken_name(product: dict[str, Any], *, kind: str, model: str) -> str:
    """Brand, model and kind as one name; see the head of this file."""
    brand, ending = words_of(product["brand"]), words_of(kind)
    if not ending and (codes := _CODES.search(model)):
        model = f"{codes[0]} {model[: codes.start()]}"
    words = words_of(model)
    if ending and words and _singular(words[-1]) == _singular(ending[-1]):
        ending = []
    if ending and words and words[-1].lower() == ending[0].lower():
        words.pop()
    cut = -1 if ending else 0
    shade = "" if words and not any(map(_unspeakable, model.split())) else colour(product["title"])
    if shade and shade not in [word.lower() for word in words]:
        words.insert(len(words) if ending else 0, shade)
    inches = _INCHES.search(product["title"])
    if ending and kind.endswith(SCREENS) and "inch" not in words and inches:
        words += [inches[1].removesuffix(".0"), "inch"]
    while words and _too_long([*brand, *words, *ending]):
        words.pop(cut)
    if not words and not ending:
        words = re.findall(r"[^\W_]+", product["name"])[:2]
    return " ".join([*brand, *words, *ending])


def colour(title: str) -> str:
    """The first colour a title names."""
    return next((word for word in re.findall(r"[a-z]+", title.lower()) if word in COLOURS), "")


def row(product: dict[str, Any], *, kinds: frozenset[str]) -> dict[str, str]:
    """One line of the feed."""
    kind, model = kind_and_model(product, kinds=kinds)
    kind = said(kind)
    attributes = f"{product['attrs']} {product['description']}".lower()
    if kind.endswith(AUDIBLE) and "bluetooth" in attributes and "bluetooth" not in model.lower():
        kind = f"Bluetooth {kind}"
    return {
        "id": product["id"],
        "title": product["title"],
        "description": product["description"],
        "brand": product["brand"],
        "product_type": kind[:1].upper() + kind[1:],
        "price": f"{product['price']:.2f} USD",
        "availability": "in_stock",
        "spoken_title": spoken_name(product, kind=kind, model=model),
        "popularity": "",
    }


def write_feed(out: Path) -> int:
    """Write the feed; how many rows it has. Raises NotReady when the shared data is absent."""
    source = shared(SOURCE)
    kinds = common_kinds(source)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, dialect="excel-tab", lineterminator="\n")
        writer.writeheader()
        rows = [writer.writerow(row(product, kinds=kinds)) for product in products(source)]
    return len(rows)


def run() -> Outcome:
    """How long the import of all of them takes, which rows have problems, and what a search then costs."""
    with TemporaryDirectory(prefix="sayso-bench-") as name:
        folder = Path(name)
        count = write_feed(folder / "feed.tsv")
        started = time.perf_counter()
        with (folder / "feed.tsv").open(encoding="utf-8", newline="") as lines:
            facts = read_shop(SHOP)
            items = list(read_google(lines, language=facts.locale[:2]))
        problems = [item for item in items if isinstance(item, Problem)]
        good = [item for item in items if not isinstance(item, Problem)]
        build(good, folder=folder / "index", version="bench", language=facts.locale[:2])
        imported = time.perf_counter() - started
        spent = _searches(CatalogueIndex(folder / "index"), locale=facts.locale)
    return Outcome(
        (
            Row(
                what=f"Import of {count:,} real products (Chorus/Icecat)",
                ours=f"{imported:.0f} s, {len(good):,} live, {len(problems)} rows with problems",
            ),
            Row(
                what=f"Search among them, CPU p50 and p99 ({len(spent)} typed queries)",
                ours=f"{percentile(spent, 50):.1f} ms and {percentile(spent, 99):.1f} ms",
            ),
        ),
        tuple(str(problem) for problem in problems[:5]),
    )


def main(arguments: Sequence[str]) -> int:
    """The command line."""
    if len(arguments) != 1:
        print("usage: python -m tests.bench.chorus_feed OUT.tsv", file=sys.stderr)
        return 2
    try:
        print(f"{write_feed(Path(arguments[0]))} products written to {arguments[0]}")
    except NotReady as reason:
        print(f"chorus_feed: {reason}", file=sys.stderr)
        return 2
    return 0


def _searches(index: CatalogueIndex, *, locale: str) -> list[float]:
    """CPU milliseconds of the shared development queries; the first round warms up and does not count."""
    lines = shared(QUERIES).read_text("utf-8").splitlines()[1:]
    words, now, spent = load(locale[:2]), datetime.now(UTC), []
    for warm in (False, True):
        for line in lines:
            before = time.process_time_ns()
            index.find(understand(line.split("\t")[1], words=words, now=now))
            if warm:
                spent.append((time.process_time_ns() - before) / 1e6)
    return spent


def _parts(product: dict[str, Any]) -> tuple[str, str]:
    """A title's model, from the brand to the model's name, and what follows it."""
    title, name = product["title"], product["name"]
    before, found, after = title.partition(name)
    if not found:
        before, after = "", ""
    family = before.removeprefix(product["brand"]).strip()
    return _END.split(f"{family} {name}".strip(), maxsplit=1)[0], after


def _lowered(kind: str) -> str:
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in kind.split())


def _unspeakable(token: str) -> bool:
    letters = re.sub(r"[^\w.]|_", "", token)
    return len(letters) > MAX_PART_NUMBER and any(c.isdigit() for c in letters)


def _singular(word: str) -> str:
    return word.lower().removesuffix("s")


def _too_long(words: Sequence[str]) -> bool:
    return len(words) > MAX_WORDS or len(" ".join(words)) > MAX_LETTERS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
