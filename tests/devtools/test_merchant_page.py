"""The merchant's page in a real browser: from an empty shop to products that can be heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.devtools.merchant_shops import BROKEN, DULL, FACTS, empty_shop, feed, sample, served

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
PATIENCE_MS = 20_000
# What was said aloud, and in which language, as the browser was asked to.
_NOTED = """
window.heard = [];
speechSynthesis.speak = (spoken) => { window.heard.push([spoken.text, spoken.lang]); };
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the sample shop."""
    with served(sample(tmp_path_factory.mktemp("merchant-page"))) as address:
        yield address


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[str]:
    """The address of a shop nothing was ever sold in."""
    with served(empty_shop(tmp_path)) as address:
        yield address


class Merchant:
    """Somebody at the page, who allows no console error and no request to another host."""

    def __init__(self, browser: Any, address: str, **settings: Any) -> None:
        settings = {"viewport": {"width": 1280, "height": 860}, "reduced_motion": "reduce", **settings}
        self.page = browser.new_page(**settings)
        self.page.set_default_timeout(PATIENCE_MS)
        self.address = address
        self.troubles: list[str] = []
        self.page.on("console", lambda told: self._note(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("request", lambda sent: None if sent.url.startswith(address) else self._note(sent.url))
        self.page.add_init_script(_NOTED)

    def _note(self, trouble: str) -> None:
        self.troubles.append(trouble)

    def open(self, where: str = "") -> Any:
        self.page.goto(f"{self.address}/merchant{where}")
        self.expect("#view").to_have_attribute("aria-busy", "false")
        return self.page

    def expect(self, selector: str) -> Any:
        return sync_api.expect(self.page.locator(selector))


@pytest.fixture
def merchant(chromium: Any, shop: str) -> Iterator[Merchant]:
    at = Merchant(chromium, shop)
    yield at
    assert at.troubles == []
    at.page.close()


@pytest.fixture
def newcomer(chromium: Any, empty: str) -> Iterator[Merchant]:
    at = Merchant(chromium, empty)
    yield at
    assert at.troubles == []
    at.page.close()


FAULTY = FACTS + "[delivery]\nfe = 700\n"


def files(folder: Path, rows: str = DULL + BROKEN) -> tuple[str, str]:
    """A feed and a shop file on the disk."""
    (folder / "goods.tsv").write_bytes(feed(rows=rows))
    (folder / "shop.toml").write_text(FACTS, "utf-8")
    return str(folder / "goods.tsv"), str(folder / "shop.toml")


def test_from_nothing_to_a_shop_that_can_be_heard(newcomer: Merchant, tmp_path: Path) -> None:
    goods, facts = files(tmp_path)
    page = newcomer.open()
    newcomer.expect("#shop").to_have_text("No shop yet")
    newcomer.expect("#needs-shop").to_be_visible()
    page.get_by_role("link", name="Products").click()
    newcomer.expect("#products .empty").to_contain_text("There is no shop yet")
    page.get_by_role("link", name="Bring a feed").click()
    page.set_input_files("#feed-file", goods)
    newcomer.expect("#trial").to_contain_text("Choose your shop file as well")
    page.set_input_files("#shop-file", facts)
    newcomer.expect("#trial .big").to_have_text("5 of 6 rows would be for sale. Nothing was changed.")
    report = page.frame_locator("#report iframe")
    sync_api.expect(report.get_by_role("heading", name="Rows that were lost")).to_be_visible()
    # Its own style is let in, and it stands as high as it is.
    assert page.locator("#report iframe").bounding_box()["height"] > 600
    page.get_by_role("button", name="Make it live").click()
    newcomer.expect("#trial .state").to_have_text("Live")
    newcomer.expect("#shop").to_have_text("Kettle Corner")
    newcomer.expect("#versions .live").to_have_text("live")
    newcomer.expect("#imports li").to_have_count(1)
    page.get_by_role("link", name="Listen to your products").click()
    newcomer.expect("#goods li").to_have_count(5)


def test_a_shop_file_is_mended_tried_in_conversation_and_made_live(
    newcomer: Merchant, empty: str, tmp_path: Path
) -> None:
    goods, facts = files(tmp_path)
    page = newcomer.open("#/feeds")
    page.set_input_files("#shop-file", facts)
    page.set_input_files("#feed-file", goods)
    page.get_by_role("button", name="Make it live").click()
    newcomer.expect("#trial .state").to_have_text("Live")
    page.get_by_role("link", name="Shop file").click()
    file = tmp_path / "mine.toml"
    file.write_text(FAULTY, "utf-8")
    page.set_input_files("#shop-toml", str(file))
    newcomer.expect("#looked tbody tr").to_have_text(["6delivery.feis not known here; 'fee' is"])
    file.write_text(FACTS + "[delivery]\nfee = 700\n", "utf-8")
    page.set_input_files("#shop-toml", str(file))
    newcomer.expect("#looked .note").to_have_text("It changes delivery, tax or deposit terms.")
    page.get_by_role("button", name="Try it in the simulator").press("Enter")
    newcomer.expect("#on-trial").to_contain_text("mine.toml")
    page.get_by_role("link", name="Talk to it").click()
    newcomer.expect("#trial").to_contain_text("You hear mine.toml, which is not live.")
    page.get_by_role("link", name="Shop file").click()
    page.get_by_role("button", name="Stop trying").click()
    newcomer.expect("#on-trial").to_be_hidden()
    page.set_input_files("#shop-toml", str(file))
    page.get_by_role("button", name="Make it live").click()
    newcomer.expect("#looked .state").to_have_text("Live")
    page.set_input_files("#shop-toml", str(file))
    newcomer.expect("#looked .note").to_have_text("It is what is live already.")


def test_a_feed_dropped_on_the_page_is_tried(newcomer: Merchant) -> None:
    page = newcomer.open()
    dropped = page.evaluate_handle(
        """([feed, shop]) => {
          const held = new DataTransfer();
          held.items.add(new File([feed], "goods.tsv"));
          held.items.add(new File([shop], "shop.toml"));
          return held;
        }""",
        [feed().decode(), FACTS],
    )
    page.dispatch_event("#feed", "drop", {"dataTransfer": dropped})
    newcomer.expect("#trial .state").to_have_text("Trial run")
    newcomer.expect("#versions .none").to_be_visible()


def test_a_broken_feed_is_told_and_nothing_changes(newcomer: Merchant, tmp_path: Path) -> None:
    goods, facts = files(tmp_path, rows=BROKEN)
    page = newcomer.open()
    page.set_input_files("#shop-file", facts)
    page.set_input_files("#feed-file", goods)
    newcomer.expect("#trial .big").to_contain_text("0 of 1 rows would be for sale")
    sync_api.expect(page.get_by_role("button", name="Make it live")).to_have_count(0)
    (tmp_path / "goods.tsv").write_bytes(b"\x89PNG" + bytes(300))
    page.set_input_files("#feed-file", goods)
    newcomer.expect("#trial .big").to_contain_text("0 of 0 rows")
    newcomer.expect("#shop").to_have_text("No shop yet")


def test_half_a_feed_waits_for_a_tick_and_a_version_can_be_gone_back_to(
    newcomer: Merchant, tmp_path: Path
) -> None:
    goods, facts = files(tmp_path, rows=DULL)
    page = newcomer.open()
    page.set_input_files("#shop-file", facts)
    page.set_input_files("#feed-file", goods)
    page.get_by_role("button", name="Make it live").click()
    newcomer.expect("#versions .live").to_have_count(1)
    files(tmp_path, rows="".join(DULL.splitlines(keepends=True)[:2]))
    page.set_input_files("#feed-file", goods)
    newcomer.expect("#trial .tick").to_contain_text("3 products that are live are not in it")
    page.get_by_role("button", name="Make it live").click()
    newcomer.expect("#problem").to_contain_text("Confirm first")
    page.get_by_label("They are really gone").check()
    page.get_by_role("button", name="Make it live").click()
    newcomer.expect("#versions li").to_have_count(2)
    newcomer.expect("#count").to_have_text("2")
    page.get_by_role("button", name="Make live again").click()
    page.get_by_role("button", name="Leave it").click()
    newcomer.expect("#count").to_have_text("2")
    page.get_by_role("button", name="Make live again").click()
    page.get_by_role("button", name="Make it live", exact=True).last.click()
    newcomer.expect("#count").to_have_text("5")
    newcomer.expect("#versions li").to_have_count(2)


def test_a_file_that_is_too_large_is_told_before_it_is_sent(merchant: Merchant, tmp_path: Path) -> None:
    page = merchant.open("#/feeds")
    page.evaluate("document.body.dataset.most = 100")
    page.set_input_files("#feed-file", files(tmp_path)[0])
    merchant.expect("#problem").to_contain_text("pack it with gzip or zip")


@pytest.mark.parametrize(
    ("locale", "words", "answer", "direction"),
    [
        ("en-US", "the cheapest oat milk", "I have Brindle oat milk one quart", "ltr"),
        ("de-DE", "Hafermilch", "Ich habe 5 Sorten", "ltr"),
        ("ar-SA", "حليب الشوفان", "وجدت", "rtl"),
    ],
)
def test_the_catalogue_is_searched_as_a_shopper_would(
    merchant: Merchant, locale: str, words: str, answer: str, direction: str
) -> None:
    page = merchant.open()
    page.select_option("#locale", locale)
    page.fill("#words", words)
    page.keyboard.press("Enter")
    merchant.expect("#answer blockquote").to_contain_text(answer)
    merchant.expect("#answer blockquote bdi").to_have_attribute("dir", direction)
    merchant.expect("#goods ol li").not_to_have_count(0)
    page.locator("#goods summary").first.click()
    merchant.expect("#goods .why ul >> nth=0").to_contain_text("name")
    page.get_by_role("button", name="Hear it: the answer").click()
    said, language = page.evaluate("window.heard[0]")
    assert language == locale
    assert said == page.locator("#answer blockquote bdi").inner_text()


def test_a_product_is_heard_in_every_language_by_keyboard_alone(merchant: Merchant) -> None:
    page = merchant.open()
    page.locator("#words").focus()
    page.keyboard.type("oat milk")
    page.keyboard.press("Enter")
    merchant.expect("#answer blockquote").to_contain_text("oat milk")
    page.locator("#goods ol a").first.focus()
    page.keyboard.press("Enter")
    merchant.expect("#product").to_be_focused()
    merchant.expect("#product h3").to_have_text("Brindle oat milk, half gallon")
    merchant.expect("#product .fine").to_contain_text("Nothing to mend")
    merchant.expect("#product .glass .apl").to_have_count(1)
    page.get_by_role("button", name="Arabic").focus()
    page.keyboard.press("Space")
    merchant.expect("#product .moments bdi >> nth=0").to_have_attribute("dir", "rtl")
    merchant.expect("#product .glass .apl").to_have_attribute("dir", "rtl")
    hear = page.get_by_role("button", name="Hear it: In a list")
    hear.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("window.heard.at(-1)[1]") == "ar-SA"
    sync_api.expect(hear).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Enter")
    sync_api.expect(hear).to_have_attribute("aria-pressed", "false")
    page.get_by_role("link", name="Close").focus()
    page.keyboard.press("Enter")
    merchant.expect("#product").to_be_hidden()
    merchant.expect("#goods ol a >> nth=0").to_be_focused()


def test_the_address_brings_one_back_to_what_was_seen(merchant: Merchant) -> None:
    page = merchant.open("#/products?page=3")
    merchant.expect("#goods ol").to_have_attribute("start", "101")
    page.get_by_role("link", name="Next").click()
    merchant.expect("#goods ol").to_have_attribute("start", "151")
    page.go_back()
    merchant.expect("#goods ol").to_have_attribute("start", "101")
    page.reload()
    merchant.expect("#goods .pager").to_contain_text("Page 3 of 7")


def test_where_nothing_is_to_be_mended_the_voice_check_says_so_and_no_more(merchant: Merchant) -> None:
    merchant.open().get_by_role("link", name="Voice check").click()
    merchant.expect("#check .picture").to_have_text("Every product can be said as it is")


def test_the_voice_check_tells_what_to_mend_by_product(newcomer: Merchant, tmp_path: Path) -> None:
    goods, facts = files(tmp_path, rows=DULL)
    page = newcomer.open()
    page.set_input_files("#shop-file", facts)
    page.set_input_files("#feed-file", goods)
    page.get_by_role("button", name="Make it live").click()
    newcomer.expect("#trial .state").to_have_text("Live")
    page.get_by_role("link", name="Voice check").click()
    newcomer.expect("#check .picture").to_contain_text("can be said as they are")
    page.get_by_role("link", name="The name is in capitals").click()
    newcomer.expect("#check .findings li a").to_have_count(1)
    newcomer.expect("#check .findings").to_contain_text("ACME TOASTER DELUXE")
    newcomer.expect("#check .mending").to_contain_text("Write the title as in a sentence")
    page.locator("#check .findings a").first.click()
    newcomer.expect("#product .mend").to_contain_text("The name is in capitals")
    page.get_by_role("button", name="Hear it: Acme Toaster Deluxe").click()
    assert page.evaluate("window.heard[0]") == ["Acme Toaster Deluxe", "en"]


def test_names_are_text_and_never_markup(newcomer: Merchant, tmp_path: Path) -> None:
    rows = DULL.replace("Acme bread board", "<img src=x onerror=alert(1)> &amp; board")
    goods, facts = files(tmp_path, rows=rows)
    page = newcomer.open()
    page.set_input_files("#shop-file", facts)
    page.set_input_files("#feed-file", goods)
    page.get_by_role("button", name="Make it live").click()
    newcomer.expect("#trial .state").to_have_text("Live")
    page.goto(f"{newcomer.address}/merchant#/products?words=<img src=x>&sku=a5")
    newcomer.expect("#product .moments").to_be_visible()
    assert page.locator("main img").count() == 0


def test_a_server_that_is_gone_is_told(merchant: Merchant) -> None:
    page = merchant.open()
    page.route("**/merchant/search**", lambda route: route.abort())
    page.fill("#words", "milk")
    page.keyboard.press("Enter")
    merchant.expect("#problem").to_contain_text("Is “sayso serve” still running?")
    merchant.expect("#words").to_have_value("milk")
    page.unroute("**/merchant/search**")
    page.locator("#find").click()
    merchant.expect("#answer blockquote").to_contain_text("milk")
    merchant.expect("#problem").to_be_hidden()
    # The browser tells of the request that failed.
    assert [one for one in merchant.troubles if "Failed to load" not in one] == []
    merchant.troubles.clear()


@pytest.mark.parametrize(
    "where",
    ["", "#/products?words=oat+milk", "#/products?sku=milk-whole-pennymeadow-qt", "#/check", "#/feeds"],
)
def test_it_fits_a_phone(chromium: Any, shop: str, where: str) -> None:
    phone = Merchant(chromium, shop, viewport={"width": 360, "height": 740})
    page = phone.open(where)
    page.locator("main > :visible").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert phone.troubles == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "where",
    [
        "#/products?words=oat+milk&sku=milk-oat-brindle-half-gal",
        "#/products?page=2&locale=ar-SA",
        "#/check",
        "#/feeds",
        "#/shopfile",
    ],
)
def test_axe_finds_nothing_serious(chromium: Any, shop: str, tmp_path: Path, where: str, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python"
    )
    at = Merchant(chromium, shop, color_scheme=scheme, bypass_csp=True)
    page = at.open(where)
    if where == "#/shopfile":
        (tmp_path / "shop.toml").write_text(FAULTY, "utf-8")
        page.set_input_files("#shop-toml", str(tmp_path / "shop.toml"))
    page.locator(".faults, .goods li, .picture, .lines li").first.wait_for()
    found = axe.Axe().run(page).response["violations"]
    serious = [finding for finding in found if finding["impact"] in ("serious", "critical")]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in serious] == []
    page.close()
