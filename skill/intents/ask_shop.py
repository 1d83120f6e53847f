"""Questions to the shop that its merchant has answered: returns, delivery, payment and the like."""

from __future__ import annotations

from skill.catalogue.analyser import fold, tokens
from skill.catalogue.words import load
from skill.dialogue import reference
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop

# An answer must share this many percent of the words asked with one of its questions.
_FLOOR = 60
# Slots whose very sentence tells the topic: "do you deliver to {place}".
_ABOUT = {"place": "delivery_area", "paid": "payment", "returned": "returns"}


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    asked = heard.text("topic", "query")
    answer = answer_to(asked, shop) if asked else None
    for slot, topic in _ABOUT.items():
        if said := heard.text(slot):
            answer = _on(topic, shop) or answer_to(said, shop)
    if answer is None and (meant := heard.id("topic")):
        answer = _on(meant, shop)
    if answer is None:
        return Reply(
            say=(say("ask_shop.unknown"),),
            prompt=say("ask_shop.person"),
            ask=Question(intent="TalkToPerson", awaiting="confirmed"),
        )
    return Reply(say=(say("ask_shop.answer", text=answer),))


def answer_to(asked: str, shop: Shop, *, floor: int = _FLOOR) -> str | None:
    """The merchant's answer whose questions share most words with `asked`; of several that share as many,
    the one whose question says least besides. `floor`: percent of the words asked it must share."""
    words = _telling(asked, shop)
    if not words:
        return None
    best, answer = (floor - 1, 0), None
    for faq in shop.facts.faqs:
        for question in faq.questions:
            have = _telling(question, shop)
            fit = (100 * len(words & have) // len(words), -len(have - words))
            if fit > best:
                best, answer = fit, faq.answer(shop.locale)
    return answer


def answer_to_search(asked: str, shop: Shop) -> str | None:
    """The merchant's answer to a question that is itself a search for these words: "do you sell beer"."""
    wanted = fold(asked)
    for faq in shop.facts.faqs:
        if any(fold(reference.query(question, shop).text) == wanted for question in faq.questions):
            return faq.answer(shop.locale)
    return None


def _on(topic: str, shop: Shop) -> str | None:
    """The answer whose id names the topic, as "payment_methods" does "payment"."""
    named = frozenset(tokens(topic.replace("_", " "), language="en"))
    for faq in shop.facts.faqs:
        if named <= frozenset(tokens(faq.id.replace("_", " ").replace("-", " "), language="en")):
            return faq.answer(shop.locale)
    return None


def _telling(text: str, shop: Shop) -> frozenset[str]:
    """The words of a question that tell what it is about."""
    language = shop.locale[:2]
    words = load(language)
    return frozenset(tokens(text, language=language, stop=words.stop | words.asking))


INTENT = Intent(
    name="AskShop",
    handle=handle,
    slots={"topic": "topic", "query": "query", **dict.fromkeys(_ABOUT, "query")},
    aside=True,
)
