"""Questions to the shop that its merchant has answered: returns, delivery, payment and the like."""

from __future__ import annotations

from skill.catalogue.analyser import tokens
from skill.catalogue.words import load
from skill.commerce.merchant import Faq
from skill.dialogue.conversation import Question
from skill.dialogue.intent import Heard, Intent
from skill.dialogue.reply import Reply, say
from skill.shop import Shop

# An answer must share this many percent of the words asked with one of its questions.
_FLOOR = 50


def handle(heard: Heard, shop: Shop) -> Reply:
    if heard.confirmed is False:
        return Reply(say=(say("common.okay"),))
    asked = heard.text("topic", "query")
    answer = answer_to(asked, shop) if asked else None
    if answer is None:
        return Reply(
            say=(say("ask_shop.unknown"),),
            prompt=say("ask_shop.person"),
            ask=Question(intent="TalkToPerson", awaiting="confirmed"),
        )
    return Reply(say=(say("ask_shop.answer", text=answer),))


def answer_to(asked: str, shop: Shop) -> str | None:
    """The merchant's answer whose questions share most words with `asked`."""
    language = shop.locale[:2]
    stop = load(language).stop | {"i", "is", "are", "do", "you", "what", "how", "can", "whats", "it", "does"}
    words = set(tokens(asked, language=language, stop=stop))
    if not words:
        return None

    def fit(faq: Faq) -> int:
        shares = []
        for question in faq.questions:
            have = set(tokens(question, language=language, stop=stop))
            shares.append(100 * len(words & have) // len(words) * 10 - len(have - words))
        return max(shares, default=0)

    ranked = sorted(((fit(faq), faq) for faq in shop.facts.faqs), key=lambda pair: -pair[0])
    if not ranked or ranked[0][0] < _FLOOR * 10 - 5:
        return None
    return ranked[0][1].answer(shop.locale)


INTENT = Intent(name="AskShop", handle=handle, slots={"topic": "topic", "query": "query"}, aside=True)
