"""The merchant's questions before something is recommended, and how an answer to one is heard.

Nothing is kept but the open question: which guide it is of, and what was answered so far, one sign for each
question that was asked: the option's number, `SKIPPED`, or the shopper's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from skill.catalogue.analyser import askable, digits, fold, tokens
from skill.catalogue.language import language_of
from skill.catalogue.results import Nothing
from skill.catalogue.words import load
from skill.commerce.product import Product
from skill.commerce.recommend import Guide, Option, Preference
from skill.dialogue import reference
from skill.dialogue.conversation import BETWEEN, Question
from skill.dialogue.reply import Join, Message, Reply, say
from skill.dialogue.turn import Slot, Turn
from skill.shop import Shop

RECOMMEND, PREFERENCE = "Recommend", "preference"
SKIPPED, ENOUGH = "-", "enough"
# Stands before the number of an option, so that it is no SKU.
_MARK = "option "
_SPOKEN = 2
# What says that an option does not matter, and what may hold the words of one.
_SKIPS = frozenset({"No", "NeverMind", "KeepIt", "MoreResults"})
_WORDED = frozenset({"NameProduct", "SayNumber", "FindProduct", "AddToCart", "RefineSearch", RECOMMEND})
_SLOTS = ("product", "query", "trait", "quantity", "price", "least")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How far a guide's questions have come: `words` are what was asked for, `given` the answers so far."""

    guide: Guide
    words: str
    given: tuple[str, ...] = ()

    @property
    def next(self) -> Preference | None:
        """The question to ask now; None when all are asked."""
        return self.guide.questions[len(self.given)] if len(self.given) < len(self.guide.questions) else None

    def answered(self, answer: str) -> Asked:
        return replace(self, given=(*self.given, answer))

    @property
    def options(self) -> tuple[Option, ...]:
        """The options chosen, in order."""
        pairs = zip(self.guide.questions, self.given, strict=False)
        return tuple(q.options[int(one)] for q, one in pairs if one.isdigit() and int(one) < len(q.options))

    @property
    def own_words(self) -> tuple[str, ...]:
        """Answers in words of the shopper's own."""
        return tuple(one for one in self.given if one != SKIPPED and not one.isdigit())


def under_way(question: Question | None, shop: Shop) -> Asked | None:
    """What the open question is part of; None when it is another's, or the merchant took the guide away."""
    if question is None or question.awaiting != PREFERENCE:
        return None
    guide = shop.facts.recommend.named(str(question.frozen.get("guide", "")))
    if guide is None:
        return None
    given = str(question.frozen.get("given", ""))
    answers = tuple(given.split(BETWEEN)) if given else ()
    return Asked(guide=guide, words=str(question.frozen.get("words", "")), given=answers)


def ask(asked: Asked, shop: Shop, *, lead: tuple[Message, ...] = ()) -> Reply:
    """The next question with the first two of its options. There must be one."""
    question = asked.next
    assert question is not None
    spoken = tuple(option.name(shop.locale) for option in question.options[:_SPOKEN])
    text = question.text(shop.locale)
    return Reply(
        say=lead,
        prompt=say("recommend.question", question=text, options=Join(spoken, "or")),
        reprompt=say("recommend.question_again", question=text, options=Join(spoken, "or")),
        ask=Question(
            intent=RECOMMEND,
            awaiting=PREFERENCE,
            options=tuple(f"{_MARK}{at}" for at in range(len(question.options))),
            frozen={"guide": asked.guide.id, "words": asked.words, "given": BETWEEN.join(asked.given)},
        ),
    )


def guide_called(text: str, shop: Shop) -> Guide | None:
    """The guide of what these words call something, whatever products are called; of several the one that
    takes most of them."""
    language = shop.locale[:2]
    said = set(tokens(text, language=language))
    # "With" is written onto its word: "بهدية".
    for letter in language_of(language).attached:
        bare = (word.removeprefix(letter) for word in text.split() if word.startswith(letter))
        said.update(token for word in bare for token in tokens(word, language=language))
    found: list[tuple[int, Guide]] = []
    for guide in shop.facts.recommend.guides:
        for way in guide.called.get(shop.locale) or guide.called.get(language) or ():
            held = set(tokens(way, language=language))
            if held and held <= said:
                found.append((len(held), guide))
    return max(found, key=lambda one: one[0])[1] if found else None


def said_before(asked: Asked, shop: Shop) -> Asked:
    """With the next questions answered whose options were named along with what was asked for ("a vegan
    chocolate"): nobody is asked what was said."""
    while (question := asked.next) and (known := _option_in(asked.words, question, shop, whole=False)):
        asked = asked.answered(known)
    return asked


def spoken_options(question: Question | None, shop: Shop) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The answers to the open question: each one's id, and the ways to say it, its name first."""
    asked = under_way(question, shop)
    open_ = asked.next if asked else None
    return tuple(
        (f"{_MARK}{at}", (option.name(shop.locale), *_heard(option, shop.locale)))
        for at, option in enumerate(open_.options if open_ else ())
    )


def chosen(option: str) -> str:
    """The answer that an option offered by number stands for."""
    return option.removeprefix(_MARK)


def heard_as(turn: Turn, question: Question, shop: Shop) -> Slot | None:
    """The answer in this turn: the number of an option, `SKIPPED` or `ENOUGH` as its id, or other words that
    something of the kind goes by. None when the turn says something else."""
    asked = under_way(question, shop)
    open_ = asked.next if asked else None
    if asked is None or open_ is None:
        return None
    if turn.intent in _SKIPS:
        return Slot(ids=(SKIPPED,))
    slots = [turn.slots[name] for name in _SLOTS if name in turn.slots]
    # Touched, or known by the names that went along with the question.
    if named := next((id for slot in slots for id in slot.ids if id in question.options), None):
        return Slot(ids=(chosen(named),))
    said = " ".join(slot.text or str(slot.number or "") for slot in slots).strip()
    if turn.intent == RECOMMEND and not said:
        # "You choose": no more questions.
        return Slot(ids=(ENOUGH,))
    if turn.intent not in _WORDED or not said:
        return None
    if known := _option_in(said, open_, shop):
        return Slot(said, ids=(known,))
    if turn.intent != "NameProduct":
        return None
    words = reference.query(said, shop).text
    result = shop.catalogue.find(reference.query(f"{words} {asked.words}", shop)) if words else None
    whole = result is not None and not isinstance(result, Nothing) and result.whole
    return Slot(words) if whole and not words.isdigit() else None


def _option_in(said: str, question: Preference, shop: Shop, *, whole: bool = True) -> str | None:
    """The number of the one option whose name, or another way of saying it, these words are nearest to: that
    they share most words with, and of those alike, the one with fewer left unsaid. `whole`: the words are the
    answer and nothing else; otherwise they must hold all of an option's."""
    language = shop.locale[:2]
    stop = load(language).stop
    asked = set(tokens(digits(fold(said), language=language), language=language, stop=stop))
    found: list[tuple[int, int, int]] = []
    for at, option in enumerate(question.options):
        for way in (option.name(shop.locale), *_heard(option, shop.locale)):
            held = set(tokens(digits(fold(way), language=language), language=language, stop=stop))
            common = len(held & asked)
            if common and (whole or held <= asked):
                found.append((-common, len(held) - common, at))
    found.sort()
    if not found or (len(found) > 1 and found[0][:2] == found[1][:2] and found[0][2] != found[1][2]):
        return None
    return str(found[0][2])


def _heard(option: Option, locale: str) -> Sequence[str]:
    return option.heard.get(locale) or option.heard.get(locale[:2]) or ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a product says of itself: search tokens by language, read once for all options."""

    product: Product
    held: tuple[tuple[str, frozenset[str]], ...]

    @classmethod
    def of(cls, product: Product, shop: Shop) -> Told:
        # The feed's language, which its text is in, and the shopper's.
        languages = dict.fromkeys((shop.facts.locale[:2], shop.locale[:2]))
        return cls(product, tuple((language, _text(product, language)) for language in languages))

    def fits(self, option: Option, shop: Shop) -> bool:
        """Whether the product is as an option says."""
        price = self.product.price_at(shop.now).minor
        within = (option.low or 0) <= price and (option.high is None or price <= option.high)
        if not within or not set(option.diet) <= set(self.product.diet):
            return False
        return not option.words or any(map(self.holds, option.words))

    def holds(self, words: str) -> bool:
        """Whether it says all of these words, in one of the languages."""
        for language, held in self.held:
            wanted = set(tokens(words, language=language))
            if wanted and wanted <= held:
                return True
        return False


def _text(product: Product, language: str) -> frozenset[str]:
    about = (
        *(product.title, product.name(language), product.description),
        *(product.colour, product.size, *product.kind(language), *product.diet),
    )
    return frozenset(askable(" ".join(about), language=language))
