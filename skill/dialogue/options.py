"""Hearing product options: "a large latte with oat milk and two extra shots" is one thing, not three.

What the words that name no option name decides: only where that is a product with just those options are they
options; "oat milk" by itself is a carton of it. After an "and" an option belongs to the product before it
once something was said to go "with" it, or where it is nothing the shop sells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skill.catalogue.analyser import unfolded
from skill.catalogue.results import Found, Several
from skill.catalogue.words import load
from skill.commerce.options import Group, Picks, groups_of
from skill.commerce.product import Product
from skill.commerce.quantity import Amount
from skill.dialogue import reference
from skill.dialogue.breath import sold, wishes
from skill.dialogue.marking import Heard, Mark, heard, phrasing_of
from skill.shop import Shop


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product with options, as it was asked for: `result` one or several that have all of them."""

    result: Found | Several
    marks: tuple[Mark, ...]
    amount: Amount | None
    words: str
    plain: bool = False


def picked(picks: Picks, marks: Sequence[Mark], groups: Sequence[Group]) -> dict[str, tuple[str, ...]]:
    """The options with those that were said: of a kind of which there is one, in its place; of others
    besides. Those not wanted are out, which a group that is there with nothing in it tells."""
    after = dict(picks)
    for mark in marks:
        way = mark.of(groups)
        if way is None:
            continue
        group, id = way
        have = tuple(one for one in after.get(group.id, ()) if one != id)
        if mark.count == 0:
            after[group.id] = have if id else ()
            continue
        option = group.option(id)
        more = after.get(group.id, ()).count(id) if mark.added and option and option.most > 1 else 0
        chosen = (id,) * (mark.count + more)
        after[group.id] = (*have, *chosen) if group.most > 1 else chosen
    return after


def meant(text: str, shop: Shop) -> Wanted | None:
    """The product with options that `text` is; None when it is anything else."""
    if not shop.facts.options:
        return None
    found = heard(text, shop)
    return _meant(found, 0, len(found.words), shop, said=text)


def only_options(text: str, groups: Sequence[Group], shop: Shop) -> tuple[Mark, ...]:
    """The options of these groups that `text` names, when it names nothing else."""
    found = heard(text, shop)
    marks = tuple(mark for mark in found.marks if mark.of(groups))
    left = _rest(found.words, 0, len(found.words), marks, shop)
    return marks if marks and len(marks) == len(found.marks) and not left else ()


def parted(text: str, shop: Shop) -> tuple[str, ...]:
    """The wishes in `text`, options with what they are of; nothing when no product with options is among
    them."""
    found = heard(text, shop) if shop.facts.options else None
    if not found or not found.marks:
        return ()
    cuts: list[tuple[bool, int, int]] = []
    current: Wanted | None = None
    went_with = False
    for start, end in _stretches(found, shop):
        said = " ".join(found.words[start:end])
        marks = found.within(start, end)
        bare = marks and not _rest(found.words, start, end, marks, shop)
        if bare and current and _takes(current, marks, shop) and (went_with or not sold(said, shop)):
            _, first, _ = cuts[-1]
            cuts[-1] = (True, first, end)
            continue
        current = _meant(found, start, end, shop, said=said, unmarked=True)
        went_with = current is not None and _went_with(found, start, end, marks, shop)
        cuts.append((current is not None, start, end))
    if not any(ours for ours, _, _ in cuts):
        return ()
    return tuple(_texts(cuts, found, text, shop))


def _texts(cuts: Sequence[tuple[bool, int, int]], found: Heard, text: str, shop: Shop) -> Iterator[str]:
    waiting: list[str] = []
    joint = f" {load(shop.locale[:2]).and_[0]} "
    for ours, start, end in (*cuts, (True, 0, 0)):
        said = unfolded(" ".join(found.words[start:end]), text)
        if not ours:
            waiting.append(said)
            continue
        if waiting:
            yield from wishes(joint.join(waiting), shop)
            waiting = []
        if end:
            yield said


def _stretches(found: Heard, shop: Shop) -> Iterator[tuple[int, int]]:
    """What stands between two joints; an "and" inside an option's name is none."""
    words = load(shop.locale[:2])
    inside = {at for mark in found.marks for at in range(mark.start + 1, mark.end)}
    first = {mark.start for mark in found.marks}
    start = 0
    for at, word in enumerate(found.words):
        if at in inside:
            continue
        if word in words.and_:
            if at > start:
                yield start, at
            start = at + 1
        elif at > start and at in first and word[:1] in words.joined:
            # An "and" written onto the option.
            yield start, at
            start = at
        elif at > start and word[:1] in words.joined and sold(word[1:], shop) and not sold(word, shop):
            yield start, at
            start = at
    if start < len(found.words):
        yield start, len(found.words)


def _meant(
    found: Heard, start: int, end: int, shop: Shop, *, said: str, unmarked: bool = False
) -> Wanted | None:
    marks = found.within(start, end)
    plain = _drop(found.words[start:end], phrasing_of(shop, "plain"))
    is_plain = len(plain) < end - start
    if not marks and not unmarked and not is_plain:
        return None
    left = _rest(found.words, start, end, marks, shop, keep=True)
    left = list(_drop(_drop(left, phrasing_of(shop, "plain")), phrasing_of(shop, "mine")))
    asked = reference.query(unfolded(" ".join(left), said), shop)
    if not asked.text or (marks and sold(said, shop)):
        return None
    result = shop.catalogue.find(asked)
    if not isinstance(result, Found | Several) or not result.whole:
        return None
    among = (result.product,) if isinstance(result, Found) else result.products[: result.close]
    fitting = tuple(product for product in among if _fits(marks, product, shop))
    if not fitting:
        return None
    one = Found(fitting[0]) if len(fitting) == 1 else Several(fitting, len(fitting))
    return Wanted(one, marks, asked.amount, asked.text, is_plain)


def _fits(marks: Sequence[Mark], product: Product, shop: Shop) -> bool:
    groups = groups_of(product, shop.facts.options)
    return bool(groups) and all(mark.of(groups) for mark in marks)


def _takes(wanted: Wanted, marks: Sequence[Mark], shop: Shop) -> bool:
    result = wanted.result
    products = (result.product,) if isinstance(result, Found) else result.products
    return any(_fits(marks, product, shop) for product in products)


def _went_with(found: Heard, start: int, end: int, marks: Sequence[Mark], shop: Shop) -> bool:
    """Whether an option was said to go with the product, in a word of its own or written onto the option."""
    said = found.words[start:end]
    glued = any(found.words[mark.start][:1] in phrasing_of(shop, "joined_with") for mark in marks)
    return glued or any(word in phrasing_of(shop, "with") for word in said)


def _rest(
    words: Sequence[str], start: int, end: int, marks: Sequence[Mark], shop: Shop, *, keep: bool = False
) -> list[str]:
    """The words that name no option; those that carry nothing are left out as well, unless they are to
    `keep`."""
    inside = {at for mark in marks for at in range(mark.start, mark.end)}
    left = [words[at] for at in range(start, end) if at not in inside]
    left = list(_drop(_drop(left, phrasing_of(shop, "with")), phrasing_of(shop, "without") if marks else ()))
    if keep:
        return left
    language = load(shop.locale[:2])
    idle = {*language.stop, *language.one, *language.and_, *phrasing_of(shop, "idle")}
    return [word for word in left if word not in idle]


def _drop(words: Sequence[str], phrases: Sequence[str]) -> Sequence[str]:
    """The words without these phrases."""
    kept: list[str] = []
    at = 0
    while at < len(words):
        ends = (at + len(p.split()) for p in phrases if list(words[at : at + len(p.split())]) == p.split())
        end = max(ends, default=at)
        if end == at:
            kept.append(words[at])
            end += 1
        at = end
    return kept
