"""A shop file becomes the shop's facts, or a message that names place and remedy."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from skill.commerce.contact import Coordinates
from skill.commerce.coupon import Coupon
from skill.commerce.hours import Hours
from skill.commerce.merchant import Branch, Claims, Facts, Faq, Linking, Mailing, Privacy
from skill.commerce.payment import Cards
from skill.commerce.totals import Terms
from skill.commerce.window import WEEKDAYS, Span
from skill.errors import BadInput
from skill.merchants.delivery_file import parse_span
from skill.merchants.shop_file import read_shop
from skill.storage.shop_items import dump_facts, load_facts

SAMPLE = Path(__file__).parents[2] / "skill" / "devtools" / "sample" / "shop.toml"
FULL = """
name = "Corner Store"
currency = "EUR"
locale = "en-GB"
timezone = "Europe/Dublin"
tax_inclusive = true
tax = {default = 2300, Food = 0}
delivery = {fee = 499, free_from = 3500, minimum_order = 1000, days = 1}
hours = {mon = "08:00-20:00", sat = "09:30 - 18:00", sun = "closed"}
[[faq]]
id = "returns"
questions = ["can i return it"]
answer = "Yes."
[[faq]]
id = "age"
questions = ["do you sell wine"]
answer = {en = "No.", de = "Nein."}
"""


def written(folder: Path, text: str) -> Path:
    """A shop file; in dollars where the text does not say."""
    path = folder / "shop.toml"
    path.write_text(text if "currency" in text else f'currency = "USD"\n{text}', "utf-8")
    return path


def test_a_currency_is_never_guessed(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text('name = "Kiosk"', "utf-8")
    with pytest.raises(BadInput, match="currency: is missing; write it"):
        read_shop(path)


def test_a_full_file_becomes_the_shops_facts(tmp_path: Path) -> None:
    assert read_shop(written(tmp_path, FULL)) == Facts(
        name="Corner Store",
        catalogue="",
        locale="en-GB",
        timezone="Europe/Dublin",
        terms=Terms(
            currency="EUR",
            tax_inclusive=True,
            tax_rates={"default": 2300, "Food": 0},
            delivery_fee=499,
            free_delivery_from=3500,
            minimum_order=1000,
        ),
        hours=Hours({"mon": (time(8), time(20)), "sat": (time(9, 30), time(18))}),
        faqs=(
            Faq("returns", ("can i return it",), {"en": "Yes."}),
            Faq("age", ("do you sell wine",), {"en": "No.", "de": "Nein."}),
        ),
        delivery_days=1,
    )


def test_coupons_and_stores_become_the_shops_own(tmp_path: Path) -> None:
    text = """
name = "Kiosk"
currency = "EUR"
locale = "de-DE"
timezone = "Europe/Berlin"
hours = {mon = "08:00-20:00"}
[[coupon]]
code = "SPAR10"
percent = 1000
minimum = 2000
starts = 2026-12-01
ends = 2026-12-24
name = "zehn Prozent Rabatt"
heard = ["spar zehn"]
public = true
[[coupon]]
code = "HALLO"
amount = 500
ends = 2026-12-24T18:00:00Z
first_order = true
once = false
heard = {en = ["hello"]}
[[store]]
id = "mitte"
name = "Filiale Mitte"
address = {de = "Torstraße 1", en = "1 Tor Street"}
ready_minutes = 30
hours = {sat = "10:00-14:00"}
[[store]]
id = "nord"
name = "Filiale Nord"
address = "Nordring 2"
"""
    facts = read_shop(written(tmp_path, text))
    # A day is the shop's own, from its first minute to its last.
    assert facts.coupons == (
        Coupon(
            code="SPAR10",
            percent=1000,
            minimum=2000,
            starts=datetime(2026, 11, 30, 23, tzinfo=UTC),
            ends=datetime(2026, 12, 24, 23, tzinfo=UTC),
            public=True,
            names={"de": "zehn Prozent Rabatt"},
            heard={"de": ("spar zehn",)},
        ),
        Coupon(
            code="HALLO",
            amount=500,
            ends=datetime(2026, 12, 24, 18, tzinfo=UTC),
            first=True,
            once=False,
            heard={"en": ("hello",)},
        ),
    )
    assert facts.stores == (
        Branch(
            id="mitte",
            names={"de": "Filiale Mitte"},
            addresses={"de": "Torstraße 1", "en": "1 Tor Street"},
            ready_minutes=30,
            hours=Hours({"sat": (time(10), time(14))}),
        ),
        Branch(id="nord", names={"de": "Filiale Nord"}, addresses={"de": "Nordring 2"}),
    )


def test_a_name_is_all_a_shop_must_state(tmp_path: Path) -> None:
    facts = read_shop(written(tmp_path, 'name = "Kiosk"'))
    assert facts == Facts(name="Kiosk", terms=Terms(currency="USD"), catalogue="")


def test_the_sample_shop_is_readable() -> None:
    facts = read_shop(SAMPLE)
    assert facts.name == "Saffron Wagon"
    assert len({faq.id for faq in facts.faqs}) == len(facts.faqs)


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("name =", "", "is not TOML"),
        ("", "name", "is missing; write it"),
        ('name = ""', "name", "at least 1 character"),
        ('name = "K"\nnmae = "K"', "nmae", "is not known here; 'name' is"),
        ('name = "K"\ncurrency = "dollars"', "currency", "[A-Z]{3}"),
        ('name = "K"\ncurrency = "ZZZ"', "currency", "is no ISO 4217 code, as in USD"),
        ('name = "K"\nlocale = "english"', "locale", "[a-z]{2}-[A-Z]{2}"),
        ('name = "K"\nlocale = "tlh-QO"', "locale", "[a-z]{2}-[A-Z]{2}"),
        ('name = "K"\nlocale = "xx-XX"', "locale", "is not spoken; there is en-US"),
        ('name = "K"\ntimezone = "EST5"', "timezone", "as in America/New_York"),
        ('name = "K"\n[tax]\nFood = 6.25', "tax.Food", "must be a whole number"),
        ('name = "K"\n[tax]\nFood = 20000', "tax.Food", "less than or equal to 10000"),
        ('name = "K"\n[delivery]\nfee = -1', "delivery.fee", "greater than or equal to 0"),
        ('name = "K"\n[delivery]\ndays = 61', "delivery.days", "less than or equal to 60"),
        ('name = "K"\n[delivery]\nfree = 1', "delivery.free", "is not known here"),
        ('name = "K"\n[hours]\nfunday = "closed"', "hours", "funday is none of mon"),
        ('name = "K"\n[hours]\nmon = "8 to 8"', "hours", 'write "08:00-20:00" or "closed"'),
        ('name = "K"\n[hours]\nmon = "20:00-08:00"', "hours", "closes before it opens"),
        ('name = "K"\n[[faq]]\nid = "a"\nquestions = []\nanswer = "b"', "faq.0.questions", "at least 1 item"),
        ('name = "K"\n[[faq]]\nid = "a"\nquestions = ["b"]', "faq.0.answer", "is missing; write it"),
        ('name = "K"\n[[coupon]]\ncode = "A"', "coupon.0", "give either percent or amount"),
        (
            'name = "K"\n[[coupon]]\ncode = "A"\npercent = 100\namount = 1',
            "coupon.0",
            "give either percent or amount",
        ),
        ('name = "K"\n[[coupon]]\ncode = "!"\namount = 1', "coupon.0.code", "pattern"),
        (
            'name = "K"\n[[coupon]]\ncode = "A"\namount = 1\n[[coupon]]\ncode = "a"\namount = 2',
            "coupon",
            "code 'a' stands twice",
        ),
        ('name = "K"\n[[store]]\nid = "a"\nname = "b"', "store.0.address", "is missing; write it"),
        (
            'name = "K"\n[[store]]\nid = "a"\nname = "b"\naddress = "c"\nhours = {x = "closed"}',
            "store.0.hours",
            "x is none of mon",
        ),
        ('name = "K"\n[[delivery.window]]\nbetween = "5 to 7"', "delivery.window.0.between", "is no span"),
        ('name = "K"\n[[delivery.window]]\nbetween = "closed"', "delivery.window.0.between", "is no window"),
        (
            'name = "K"\n[[delivery.window]]\nbetween = "17:00+01:00-19:00"',
            "delivery.window.0.between",
            "names a time zone",
        ),
        (
            'name = "K"\n[[delivery.window]]\nbetween = "17:00-19:00"\ndays = ["someday"]',
            "delivery.window.0.days",
            "someday is none of mon",
        ),
        ('name = "K"\n[deposit.category]\nDrinks = -1', "deposit.category.Drinks", "greater than or equal"),
        (
            'name = "K"\n[[store]]\nid = "a"\nname = "b"\naddress = "c"\nlatitude = 1.0',
            "store.0",
            "give both latitude and longitude",
        ),
        (
            'name = "K"\n[[store]]\nid = "a"\nname = "b"\naddress = "c"\npostcodes = ["*"]',
            "store.0.postcodes.0",
            "pattern",
        ),
        (
            'name = "K"' + '\n[[store]]\nid = "a"\nname = "b"\naddress = "c"' * 2,
            "store",
            "id 'a' stands twice",
        ),
    ],
)
def test_what_is_wrong_is_named_with_file_place_and_remedy(
    tmp_path: Path, text: str, place: str, remedy: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(BadInput) as raised:
        read_shop(path)
    message = str(raised.value)
    assert remedy in message
    if not place or "missing" in remedy:
        return
    where, _, what = message.removeprefix(str(path)).partition(": ")
    # The line says what the place is called, or opens the table it is in.
    line = path.read_text("utf-8").split("\n")[int(where[1:]) - 1]
    assert [part for part in place.split(".") if part in line]
    assert what.startswith(place)


def test_further_mistakes_are_counted(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\(and 2 more; "):
        read_shop(written(tmp_path, "currency = 1\ntimezone = 2"))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.toml: cannot be read"):
        read_shop(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=r"bytes\.toml: cannot be read"):
        read_shop(tmp_path / "bytes.toml")


@pytest.mark.parametrize(
    ("text", "span"),
    [("08:00-20:00", (time(8), time(20))), ("08:15 - 20:45", (time(8, 15), time(20, 45))), ("closed", None)],
)
def test_a_span_is_two_times_or_closed(text: str, span: tuple[time, time] | None) -> None:
    assert parse_span(text) == span


PAID = """
name = "Kiosk"
[payment]
"""


def test_cards_become_the_shops_own(tmp_path: Path) -> None:
    by_stripe = 'provider = "stripe"\nsecret_env = "SHOP_STRIPE"\nhold_minutes = 30\n'
    assert read_shop(written(tmp_path, PAID + by_stripe)).cards == Cards(
        provider="stripe", secret_env="SHOP_STRIPE", hold_minutes=30
    )
    tried = 'provider = "development"\ncard = "declined,approved"\n'
    assert read_shop(written(tmp_path, PAID + tried)).cards == Cards(
        provider="development", card="declined,approved"
    )
    assert read_shop(written(tmp_path, 'name = "Kiosk"\n')).cards is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('provider = "stripe"', "payment: stripe needs secret_env"),
        ('provider = "stripe"\nsecret_env = "sk_live_1"', "payment.secret_env"),
        ('provider = "stripe"\nsecret = "oops"', "payment.secret: is not known here"),
        ('provider = "paypal"', "payment.provider"),
        ('provider = "development"\ncard = "gold"', "payment.card: 'gold' is none of approved"),
        ('provider = "development"\nhold_minutes = 1', "payment.hold_minutes"),
    ],
)
def test_cards_that_cannot_be_charged_are_refused_with_the_remedy(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read_shop(written(tmp_path, PAID + text))
    assert told in str(refused.value)


def test_a_currency_that_stripe_rounds_is_not_charged_by_stripe(tmp_path: Path) -> None:
    dinars = PAID.replace("[payment]", 'currency = "KWD"\n[payment]\nprovider = "stripe"\nsecret_env = "S"')
    with pytest.raises(BadInput) as refused:
        read_shop(written(tmp_path, dinars))
    assert "stripe does not charge KWD to the unit" in str(refused.value)


LINKED = """
name = "Kiosk"
[linking]
issuer = "https://id.example/realms/shop"
audience = "voice"
"""


def test_linking_by_keys_or_by_asking_becomes_the_shops_own(tmp_path: Path) -> None:
    by_keys = 'jwks = "https://id.example/keys"\nalgorithms = ["ES256"]\nscope = "orders profile"\n'
    assert read_shop(written(tmp_path, LINKED + by_keys)).linking == Linking(
        issuer="https://id.example/realms/shop",
        audience="voice",
        jwks="https://id.example/keys",
        algorithms=("ES256",),
        scopes=("orders", "profile"),
    )
    by_asking = (
        'introspection = "http://127.0.0.1:9000/introspect"\nclient_id = "shop"\nsecret_env = "SHOP_SECRET"\n'
    )
    found = read_shop(written(tmp_path, LINKED + by_asking)).linking
    assert found is not None
    assert (found.introspection, found.client_id, found.secret_env, found.scopes) == (
        "http://127.0.0.1:9000/introspect",
        "shop",
        "SHOP_SECRET",
        (),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "linking: give either jwks or introspection"),
        ('jwks = "https://a.example"\nintrospection = "https://a.example"', "give either"),
        (
            'jwks = "http://id.example/keys"',
            "linking.jwks: 'http://id.example/keys' is not safe",
        ),
        ('jwks = "https://user:pass@id.example/keys"', "is not safe"),
        ('jwks = "https:///keys"', "is not safe"),
        ('jwks = "https://a.example"\nalgorithms = ["HS256"]', "linking.algorithms: 'HS256' does not count"),
        ('jwks = "https://a.example"\nalgorithms = ["none"]', "'none' does not count"),
        ('jwks = "https://a.example"\nalgorithms = []', "linking.algorithms: "),
        (
            'introspection = "https://a.example"\nclient_id = "shop"',
            "introspection needs client_id, and secret_env",
        ),
        (
            'introspection = "https://a.example"\nclient_id = "s"\nsecret_env = "not a name"',
            "linking.secret_env",
        ),
        ('jwks = "https://a.example"\nclient_secret = "oops"', "linking.client_secret: is not known here"),
    ],
)
def test_linking_that_cannot_be_trusted_is_refused_with_the_remedy(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(BadInput) as refused:
        read_shop(written(tmp_path, LINKED + text))
    assert told in str(refused.value)


def test_how_long_what_is_kept_is_the_merchants_to_say(tmp_path: Path) -> None:
    said = read_shop(written(tmp_path, 'name = "A"\ncurrency = "USD"\n[privacy]\ncarts_days = 30\n')).privacy
    assert said == Privacy(carts_days=30)
    assert read_shop(written(tmp_path, 'name = "A"\ncurrency = "USD"\n')).privacy == Privacy()


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("carts_days = 6", "privacy.carts_days"),
        ("orders_days = 0", "privacy.orders_days"),
        ("x = 1", "privacy.x"),
    ],
)
def test_what_is_kept_too_shortly_to_serve_anybody_is_refused(tmp_path: Path, line: str, place: str) -> None:
    with pytest.raises(BadInput, match=place):
        read_shop(written(tmp_path, f'name = "A"\ncurrency = "USD"\n[privacy]\n{line}\n'))


TILL = """
name = "Kiosk"
[deposit]
taxed = true
category = {Drinks = 25}
sku = {crate = 450}
[[delivery.window]]
between = "17:00-19:00"
days = ["tue", "mon"]
closes = 60
[[delivery.window]]
between = "08:00-10:00"
[[store]]
id = "mitte"
name = "Mitte"
address = "Tor 1"
latitude = 52.53
longitude = 13.4
postcodes = ["101", "10178"]
"""


def test_windows_deposits_and_where_a_store_is_become_the_shops_own(tmp_path: Path) -> None:
    facts = read_shop(written(tmp_path, TILL))
    assert facts.spans == (
        Span(days=("mon", "tue"), starts=time(17), ends=time(19), closes=60),
        Span(days=WEEKDAYS, starts=time(8), ends=time(10), closes=240),
    )
    assert (facts.terms.deposits, facts.terms.sku_deposits, facts.terms.deposit_taxed) == (
        {"Drinks": 25},
        {"crate": 450},
        True,
    )
    assert (facts.stores[0].place, facts.stores[0].postcodes) == (Coordinates(52.53, 13.4), ("101", "10178"))


@pytest.mark.parametrize(
    ("currency", "asked", "step"),
    [
        ("CHF", True, 5),
        ("CHF", False, 1),
        ("USD", True, 1),
        ("SEK", True, 100),
        ("DKK", True, 50),
        ("JPY", True, 1),
    ],
)
def test_totals_are_whole_coins_by_cldr_only_where_the_shop_asks_for_it(
    tmp_path: Path, currency: str, asked: bool, step: int
) -> None:
    text = f'name = "K"\ncurrency = "{currency}"\n[orders]\ncash_rounding = {str(asked).lower()}'
    assert read_shop(written(tmp_path, text)).terms.total_step == step


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("USD", 2), ("KWD", 3)])
def test_a_currency_brings_its_own_decimals(tmp_path: Path, currency: str, digits: int) -> None:
    text = f'name = "K"\ncurrency = "{currency}"'
    assert read_shop(written(tmp_path, text)).terms.minor_digits == digits


def test_letters_and_userinfo_are_told_by_the_file_and_kept(tmp_path: Path) -> None:
    facts = read_shop(
        written(
            tmp_path,
            'name = "Kiosk"\ncurrency = "USD"\n[mail]\nfrom = "Kiosk <orders@kiosk.example>"\n'
            'reply_to = "help@kiosk.example"\n'
            '[linking]\nissuer = "https://id.example"\naudience = "a"\njwks = "https://id.example/jwks"\n'
            'userinfo = "https://id.example/me"\nclaims = {customer = "stripe_id"}\n',
        )
    )
    assert facts.mail == Mailing(sender="orders@kiosk.example", name="Kiosk", reply_to="help@kiosk.example")
    assert facts.linking
    assert facts.linking.claims == Claims(customer="stripe_id")
    assert load_facts(dump_facts(facts)) == facts


@pytest.mark.parametrize("sender", ["kiosk", "Kiosk <a@b>", "a@b.example\\r\\nBcc: c@d.example"])
def test_a_sender_that_is_no_address_is_refused(tmp_path: Path, sender: str) -> None:
    with pytest.raises(BadInput, match="is no e-mail address"):
        read_shop(written(tmp_path, f'name = "Kiosk"\ncurrency = "USD"\n[mail]\nfrom = "{sender}"\n'))
