"""How long the conversation page takes from Enter to the answer drawn, in a real browser over a real server,
in the sample shop and in one of 100,000 products; and from opening the page to its first answer.

Time runs in the page itself: from the key's event to the first frame after the answer is in the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench import NotReady, Outcome, Row, Server, percentile, served, served_sample
from tests.bench.turns_shop import large_shop
from tests.devtools.screenshots import Missing, chromium

ERRANDS = 25
# What each of many shoppers says in turn; the sample shop understands all of it.
ERRAND = ("find oat milk", "the second one", "make it three", "what's in my cart", "check out", "no")
LARGE_WISHES, WARM = 120, 6
PATIENCE_MS = 30_000
# Keeps the milliseconds from each Enter to the frame that shows what Alexa answered.
_WATCH = """
() => {
  const log = document.getElementById("log");
  window.drawn = [];
  let pressed = 0;
  document.addEventListener("keydown", ({ key, timeStamp }) => {
    if (key === "Enter") pressed = timeStamp;
  }, true);
  new MutationObserver((changes) => {
    const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
    if (!pressed || !added.some((node) => node.matches?.(".turn.alexa"))) return;
    const from = pressed;
    pressed = 0;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.drawn.push(performance.now() - from);
      port2.postMessage(null);
    });
  }).observe(log, { childList: true });
}
"""
# Settles once more than so many answers are drawn; Playwright's own waiting evals, which the page forbids.
_DRAWN = """
(number) => new Promise((done) => {
  const look = () => (window.drawn.length > number ? done() : setTimeout(look, 2));
  look();
})
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """Milliseconds: from opening the page to the first answer of each visit, and from Enter to the answer."""

    opened: tuple[float, ...]
    answered: tuple[float, ...]


def run() -> Outcome:
    """Both shops, one after the other, in one browser."""
    try:
        with chromium() as browser:
            rows = [_row("sample shop", in_sample(browser))]
            try:
                rows.append(_row("100,000 products", in_large(browser)))
            except NotReady as reason:
                return Outcome(tuple(rows), (f"the large shop was left out: {reason}",))
    except Missing as missing:
        raise NotReady(str(missing)) from missing
    return Outcome(tuple(rows))


def in_sample(browser: Any) -> Spent:
    """Errands of many shoppers, one after the other."""
    with served_sample() as server:
        return measured(browser, server, [(f"s{number}", ERRAND) for number in range(ERRANDS)])


def in_large(browser: Any) -> Spent:
    """Products asked for by name, of a catalogue too large to know by heart."""
    shop = large_shop()
    with TemporaryDirectory(prefix="sayso-bench-") as name:
        folder = Path(name)
        with served(folder, "--unsigned", settings=shop.settings(folder)) as server:
            wishes = [f"find {wish}" for wish in shop.wishes[:LARGE_WISHES]]
            return measured(browser, server, [(f"l{at}", wishes[at::4]) for at in range(4)])


def measured(browser: Any, server: Server, visits: Iterable[tuple[str, Sequence[str]]]) -> Spent:
    """What each visit of the page took; the first few turns warm the server up and do not count."""
    opened: list[float] = []
    answered: list[float] = []
    for user, sentences in visits:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{server.url.removesuffix('/alexa')}/?user={user}")
        page.locator(".turn.alexa").wait_for()
        opened.append(page.evaluate("performance.now()"))
        answered += _turns(page, sentences)
        page.close()
    return Spent(tuple(opened[1:]), tuple(answered[WARM:]))


def _turns(page: Any, sentences: Sequence[str]) -> Iterator[float]:
    page.evaluate(_WATCH)
    for number, sentence in enumerate(sentences):
        page.keyboard.type(sentence)
        page.keyboard.press("Enter")
        page.evaluate(_DRAWN, number)
        page.locator("#log:not([aria-busy])").wait_for()
    yield from page.evaluate("window.drawn")


def _row(shop: str, spent: Spent) -> Row:
    turns = f"p50 {percentile(spent.answered, 50):.0f} ms, p95 {percentile(spent.answered, 95):.0f} ms"
    first = f"page opened to first answer p50 {percentile(spent.opened, 50):.0f} ms"
    return Row(
        what=f"Page, Enter to answer drawn, {shop} ({len(spent.answered)} turns)", ours=f"{turns}; {first}"
    )
