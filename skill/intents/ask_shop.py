"""Questions to the shop that its merchant has answered: returns, delivery, payment and the like. Of an answer
two sentences are said, and the rest is sent to whoever wants it."""

from __future__ import annotations

from skill.catalogue.analyser import fold, tokens
from skill.catalogue.faq import FLOOR, Answerable, asked_for
from skill.commerce.merchant import Faq
from skill.dialogue import reference
from skill.dialogue.brief import opening
from skill.dialogue.conversation import Question
from skill.dialogue.copies import sent
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Card, Reply, say
from skill.operations.tally import counted, unanswered
from skill.shop import Shop

NAME = "AskShop"
# How much of what was said the answer must tell of, where it may as well be no question to the shop.
WHOLE = 0.85
# Slots whose very sentence tells the topic: "do you deliver to {place}".
_ABOUT = {"place": "delivery_area", "paid": "payment", "returned": "returns"}
_SENTENCES = 2


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.question and (id := heard.question.frozen.get("faq")):
        return _rest(str(id), heard, shop)
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    asked = heard.text("topic", "query")
    answer = answer_to(asked, shop) if asked else None
    for slot, topic in _ABOUT.items():
        if said := heard.text(slot):
            answer = on_topic(topic, shop) or answer_to(said, shop)
    if answer is None and (meant := heard.id("topic")):
        answer = on_topic(meant, shop)
    if answer is None:
        return unknown(asked or heard.text(*_ABOUT))
    return answered(answer, shop)


def unknown(words: str) -> Reply:
    """What is not known is said so, and a person is offered; what was asked is for the merchant to answer."""
    unanswered(words)
    return Reply(
        say=(say("ask_shop.unknown"),),
        prompt=say("ask_shop.person"),
        ask=Question(intent="TalkToPerson", awaiting="confirmed"),
    )


def answered(faq: Faq, shop: Shop) -> Reply:
    """The merchant's answer, and where it is long whether the rest shall be sent."""
    counted("answers")
    said, more = opening(faq.answer(shop.locale) or "", sentences=_SENTENCES)
    if not more:
        return Reply(say=(say("ask_shop.answer", text=said),))
    return Reply(
        say=(say("ask_shop.answer", text=said),),
        prompt=say("ask_shop.send_rest"),
        ask=Question(intent=NAME, awaiting="confirmed", frozen={"faq": faq.id}),
    )


def answer_to(asked: str, shop: Shop, *, floor: float = FLOOR) -> Faq | None:
    """The answer that a question asks for by the meaning of its words; None where none is sure to. `floor`:
    how much of what was asked it must tell of, 0 to 1."""
    spoken = {faq.id: faq for faq in reversed(shop.facts.faqs) if faq.answer(shop.locale)}
    answers = [Answerable(id, faq.questions, faq.answer(shop.locale) or "") for id, faq in spoken.items()]
    found = asked_for(asked, answers, language=shop.locale[:2], floor=floor)
    return spoken[found.id] if found and found.sure else None


def answer_to_search(asked: str, shop: Shop) -> Faq | None:
    """The merchant's answer to a question that is itself a search for these words: "do you sell beer"."""
    wanted = fold(asked)
    for faq in shop.facts.faqs:
        if faq.answer(shop.locale) and any(
            fold(reference.query(question, shop).text) == wanted for question in faq.questions
        ):
            return faq
    return None


def _rest(id: str, heard: Heard, shop: Shop) -> Reply:
    """The whole answer, in writing."""
    faq = next((faq for faq in shop.facts.faqs if faq.id == id), None)
    text = faq.answer(shop.locale) if faq else None
    if not heard.confirmed or text is None:
        return Reply(say=(say("common.okay"),))
    title = say("ask_shop.card_title", shop=shop.facts.called(shop.locale))
    card = Card("simple", title, (say("ask_shop.answer", text=text),))
    return sent(shop, about=id, card=card, carded=say("ask_shop.sent"))


def on_topic(topic: str, shop: Shop) -> Faq | None:
    """The answer whose id names the topic, as "payment_methods" does "payment"."""
    named = frozenset(tokens(topic.replace("_", " "), language="en"))
    for faq in shop.facts.faqs:
        words = faq.id.replace("_", " ").replace("-", " ")
        if faq.answer(shop.locale) and named <= frozenset(tokens(words, language="en")):
            return faq
    return None


INTENT = Intent(
    name=NAME,
    handle=handle,
    slots={"topic": "topic", "query": "query", **dict.fromkeys(_ABOUT, "query")},
    aside=True,
)
