"""Letters to shoppers: what they say in each language, whom they reach, and what nobody can smuggle in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from skill.commerce.contact import Contact, mailbox
from skill.commerce.merchant import Mailing, Shopper
from skill.commerce.money import Money
from skill.commerce.order import Tracking, unattributed
from skill.commerce.payment import CARD, Movement, Payment
from skill.mail.smtp import Smtp
from skill.merchants.letters import LETTERS
from skill.merchants.telling import NotTold
from tests.mail.servers import served
from tests.merchants.letter_world import (
    ANN,
    CASE,
    EVENT,
    FACTS,
    NOW,
    ORDER,
    PAID,
    TRACKED,
    WINDOW,
    Book,
    Kept,
    channel,
    html_of,
    news,
    text_of,
    usd,
    written,
)
from tests.programs import free_port

RECEIPT = """Hello Ann Lee,

Thank you for your order at Corner Store. Its number is 31415.

2 × Oat Milk, 1 l ($3.99 each): $7.98
1 × Tom & <b>Jerry's</b> Honey: $6.50

Items: $14.48
Discount SAVE: -$1.50
Delivery: $4.99
Deposit: $0.50
Tax: $0.89
Total: $19.36

Payment:
Corner Store will send you a bill.

Delivered to:
Ann Lee
12 Main Street
Apt 3
97201 Portland OR
US

When:
by Monday, November 23

You can cancel until the shop starts to pack: tell Alexa: open Corner Store. And then: cancel my order.

Any questions? Just answer this e-mail.
"""
ORDERS = sorted(kind for kind in LETTERS if kind.startswith("order."))
every_locale = pytest.mark.parametrize("locale", ["en-US", "de-DE", "ar-SA"])


def test_a_receipt_tells_every_line_and_sum_and_how_it_comes() -> None:
    assert text_of(written(news("order.placed"))) == RECEIPT


def test_a_receipt_says_the_same_as_text_and_as_a_page() -> None:
    message = written(news("order.placed"))
    page = html.fromstring(html_of(message)).find(".//main")
    words = {word.strip(":()") for word in " ".join(page.itertext()).split()}
    assert [word for word in RECEIPT.split() if word.strip(":()") not in words] == []


@every_locale
@pytest.mark.parametrize("kind", ORDERS)
def test_every_letter_about_an_order_is_in_the_shoppers_language(kind: str, locale: str) -> None:
    order = replace(TRACKED, locale=locale, fulfilled={"milk": 1})
    message = written(news(kind, order))
    assert "31415" in message["Subject"]
    page = html.document_fromstring(html_of(message))
    assert page.attrib == {"lang": locale, "dir": "rtl" if locale == "ar-SA" else "ltr"}
    greeting = {"en-US": "Hello", "de-DE": "Hallo", "ar-SA": "مرحبًا"}[locale]
    assert text_of(message).startswith(f"{greeting} Ann Lee")
    assert "{" not in text_of(message)


def test_a_receipt_in_german_and_arabic_writes_money_and_days_as_they_do() -> None:
    german = text_of(written(news("order.placed", replace(ORDER, locale="de-DE"))))
    assert "Summe: 19,36\xa0$" in german
    assert "bis Montag, den 23. November" in german
    arabic = text_of(written(news("order.placed", replace(ORDER, locale="ar-SA"))))
    assert "متجر الزاوية" in arabic
    assert "الاثنين" in arabic
    assert "19.36" in arabic


def test_tax_within_the_prices_is_told_after_the_total() -> None:
    inside = replace(ORDER, totals=replace(ORDER.totals, total=usd(1847)))
    text = text_of(written(news("order.placed", inside)))
    assert "Total: $18.47\nIncluding tax: $0.89" in text


def test_what_is_rounded_to_whole_coins_is_told_before_the_total_it_makes() -> None:
    whole = replace(ORDER, totals=replace(ORDER.totals, total=usd(1935), rounding=usd(-1)))
    assert "Tax: $0.89\nRounding: -$0.01\nTotal: $19.35" in text_of(written(news("order.placed", whole)))
    inside = replace(ORDER, totals=replace(ORDER.totals, total=usd(1850), rounding=usd(3)))
    assert "Rounding: $0.03\nTotal: $18.50\nIncluding tax" in text_of(written(news("order.placed", inside)))


def test_currencies_of_other_exponents_are_written_in_full() -> None:
    for currency, said in (("JPY", "¥1,936"), ("KWD", "KWD\xa01.936")):
        totals = replace(ORDER.totals, **{n: Money(getattr(ORDER.totals, n).minor, currency) for n in _SUMS})
        order = replace(ORDER, lines=(), totals=totals)
        assert f"Total: {said}" in text_of(written(news("order.placed", order)))


_SUMS = ("lines", "delivery", "tax", "total", "discount", "deposit")


def test_what_is_paid_by_card_is_said_to_be_charged_only_once_it_is() -> None:
    paid = replace(PAID, movements=(Movement(key="order-1", minor=1936, state="done"),))
    assert "$19.36 was charged" in text_of(written(news("order.placed", replace(ORDER, payment=paid))))
    open_ = Payment(method=CARD, movements=(Movement(key="order-1", minor=1936),))
    assert "$19.36 will be charged" in text_of(written(news("order.placed", replace(ORDER, payment=open_))))


def test_a_cancelled_order_says_what_goes_back_to_the_card_and_nothing_of_a_card_elsewhere() -> None:
    paid = replace(ORDER, status="cancelled", payment=PAID)
    assert "The $16.36 you paid goes back to your card." in text_of(written(news("order.cancelled", paid)))
    billed = replace(ORDER, status="cancelled")
    assert "card" not in text_of(written(news("order.cancelled", billed)))


def test_a_refund_tells_what_came_back() -> None:
    back = Movement(key="order-1-2", minor=-400, state="done", reference="ch_1")
    part = replace(ORDER, payment=replace(PAID, movements=(*PAID.movements, back)))
    assert "get back $4.00" in text_of(written(news("order.refunded", part)))
    assert "get back $19.36" in text_of(written(news("order.refunded", replace(ORDER, status="refunded"))))


def test_a_window_is_told_where_the_shop_is() -> None:
    text = text_of(written(news("order.placed", replace(ORDER, window=WINDOW))))
    assert "When:\nMonday, November 23, between 5 PM and 7 PM" in text


def test_what_is_collected_tells_store_and_time_and_no_delivery() -> None:
    order = replace(ORDER, pickup="down", ready_at=NOW, status="ready_for_pickup", expected=None)
    for kind in ("order.placed", "order.ready_for_pickup"):
        text = text_of(written(news(kind, order)))
        assert "Pick-up:\nDowntown\n5 Pier Road\nfrom Saturday, November 21, 10 AM" in text
        assert "Deliver" not in text


def test_a_parcel_can_be_followed() -> None:
    message = written(news("order.shipped", TRACKED))
    assert "Follow your parcel:\nhttps://parcel.example/9?a=1&b=2" in text_of(message)
    [link] = html.fromstring(html_of(message)).iterlinks()
    assert link[2] == "https://parcel.example/9?a=1&b=2"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "//x.example",
        "https://[",
        "https://x.example/\na",
    ],
)
def test_only_an_address_of_the_web_becomes_a_link(url: str) -> None:
    message = written(news("order.shipped", replace(TRACKED, tracking=Tracking("C", "1", url))))
    assert "<a " not in html_of(message)
    assert "Parcel:\nC\n1" in text_of(message)


def test_a_part_tells_what_comes_and_what_is_still_to_come() -> None:
    text = text_of(written(news("order.partly_shipped", replace(TRACKED, fulfilled={"milk": 1}))))
    assert "On its way:\n1 × Oat Milk, 1 l\n" in text
    assert "Still to come:\n1 × Oat Milk, 1 l\n1 × Tom & <b>Jerry's</b> Honey\n" in text


def test_nobody_is_told_how_to_cancel_what_cannot_be_cancelled() -> None:
    assert "cancel" not in text_of(written(news("order.placed", replace(ORDER, status="shipped"))))


def test_headers_say_whom_it_is_from_and_which_event_it_tells() -> None:
    message = written(news("order.placed"))
    assert message["From"] == "Corner Store <orders@shop.example>"
    assert message["To"] == "Ann Lee <ann@home.example>"
    assert message["Reply-To"] == "help@shop.example"
    assert message["Date"] == "Sat, 21 Nov 2026 15:00:00 +0000"
    assert message["Message-ID"] == f"<{EVENT}@shop.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert written(news("order.placed"))["Message-ID"] == message["Message-ID"]


@given(st.text(), st.text(), st.text(max_size=40))
def test_no_name_breaks_a_header_or_the_page(name: str, shop: str, product: str) -> None:
    nasty = replace(
        ORDER,
        contact=replace(ANN, name=name + "\r\nBcc: eve@evil.example\n\n<script>"),
        lines=(replace(ORDER.lines[0], name=product + "\r\n<script>x</script>"),),
    )
    facts = replace(FACTS, name=shop + "\r\nX-Evil: 1", names={}, mail=Mailing(sender="orders@shop.example"))
    raw = written(news("order.placed", nasty, facts=facts)).as_bytes()
    message = message_from_bytes(raw, policy=default)
    assert {*message} == {
        *("From", "To", "Subject", "Date", "Message-ID", "X-Event-ID", "Auto-Submitted"),
        *("MIME-Version", "Content-Type"),
    }
    assert message["To"].addresses[0].addr_spec == "ann@home.example"
    assert len(message["To"].addresses) == 1
    assert "<script" not in html_of(message)


@pytest.mark.parametrize(
    "email", ["", "ann", "ann@", "ann@home.example\nBcc: eve@x.example", "a b@x.example", "ann@localhost"]
)
def test_what_is_no_address_is_not_written_to(email: str) -> None:
    assert not channel(Kept()).wants(news("order.placed", replace(ORDER, contact=replace(ANN, email=email))))


@given(st.emails())
def test_an_address_is_taken_whole_or_not_at_all(email: str) -> None:
    assert mailbox(email) in ("", email)


@given(st.text(alphabet=st.sampled_from("ab@.<>,;: \r\n\t\"'()-\x00ä"), max_size=30))
def test_no_address_holds_what_ends_one(text: str) -> None:
    assert not set(mailbox(text)) & set('<>,;: \r\n\t"()\x00ä')


def test_nobody_is_written_to_whose_shop_has_no_address_or_who_was_forgotten() -> None:
    mail = channel(Kept())
    assert not mail.wants(news("order.placed", facts=replace(FACTS, mail=None)))
    assert not mail.wants(news("order.placed", unattributed(ORDER)))
    assert not mail.wants(news("order.placed", replace(ORDER, contact=Contact(name="Ann"))))


@pytest.mark.parametrize("kind", ["order.accepted", "order.preparing", "order.changed", "order.pending", "x"])
def test_what_happens_in_between_is_not_written(kind: str) -> None:
    assert not channel(Kept()).wants(news(kind))


@every_locale
def test_a_case_is_answered_to_whoever_placed_the_order_it_is_about(locale: str) -> None:
    book = Book(orders={"31415": replace(ORDER, locale=locale)})
    message = written(news("case.opened", case=CASE), store=book)
    assert "K4M7" in message["Subject"]
    assert "K4M7" in text_of(message)
    assert f'lang="{locale}"' in html_of(message)


def test_a_case_about_no_order_reaches_whom_it_belongs_to_and_is_told_again_when_answered() -> None:
    case = replace(CASE, order="")
    book = Book(cases={"case-1": ("ann", case)}, shoppers={"ann": Shopper(contact=ANN)})
    mail = channel(Kept(), store=book)
    assert mail.wants(news("case.opened", case=case))
    assert not mail.wants(news("case.changed", case=case))
    answered = replace(case, status="answered", notes=((NOW, "A new box <is> on its way."),))
    message = written(news("case.changed", case=answered), store=book)
    assert "answered it.\n\nA new box <is> on its way." in text_of(message)
    assert "A new box &lt;is&gt; on its way." in html_of(message)
    assert not channel(Kept()).wants(news("case.opened", case=case))


def test_a_letter_arrives_once_the_server_is_back_and_takes_it() -> None:
    with served() as server:
        post = Smtp(host="127.0.0.1", port=free_port())
        with pytest.raises(NotTold, match="ConnectionRefused") as caught:
            channel(post).tell(news("order.placed"))
        assert not caught.value.final
        post = replace(post, port=server.port)
        server.to_recipient = "451 come back later"
        with pytest.raises(NotTold, match="refused \\(451\\)"):
            channel(post).tell(news("order.placed"))
        assert server.arrived == []
        server.to_recipient = "250 OK"
        channel(post).tell(news("order.placed"))
    [message] = server.arrived
    assert text_of(message).replace("\r\n", "\n") == RECEIPT
    assert server.envelopes == [("orders@shop.example", ["ann@home.example"])]


def test_a_recipient_refused_for_good_is_told_without_the_address() -> None:
    with served() as server:
        server.to_recipient = "550 ann@home.example is unknown"
        with pytest.raises(NotTold) as caught:
            channel(Smtp(host="127.0.0.1", port=server.port)).tell(news("order.placed"))
    assert caught.value.final
    assert str(caught.value) == "the recipient was refused (550)"


def test_a_late_letter_is_dated_when_it_is_sent() -> None:
    late = replace(channel(Kept()), clock=lambda: NOW + timedelta(days=1))
    assert isinstance(late.post, Kept)
    late.tell(news("order.placed"))
    assert late.post.sent[0][2]["Date"] == "Sun, 22 Nov 2026 15:00:00 +0000"
