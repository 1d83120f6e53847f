"""What a shopper had remembered, in what is found: only what fits their diet, nothing they are allergic to,
their size, what they do not like last. It settles nothing that words settle, and it is said when it changed
what is heard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from skill.catalogue.analyser import fold
from skill.catalogue.results import Found, Nothing, Result, Several, skus_of
from skill.catalogue.words import Query
from skill.commerce import memory
from skill.commerce.memory import Known
from skill.commerce.product import Product
from skill.dialogue.breath import holds
from skill.dialogue.reply import Join, Message, Term, say
from skill.shop import Shop

# Of what was found so many are looked at.
_LOOKED_AT = 30


@dataclass(frozen=True, slots=True)
class _Wants:
    """What is known of whoever speaks, by kind."""

    diets: tuple[str, ...]
    avoid: frozenset[str]
    sizes: frozenset[str]
    like: tuple[str, ...]
    dislike: tuple[str, ...]


def known(shop: Shop) -> tuple[Known, ...]:
    """What whoever speaks had remembered."""
    return memory.of(shop.about.personal.known, person=shop.speaker)


@dataclass(frozen=True, slots=True)
class Suited:
    """What was found, as this shopper wants it; what was `asked` for, their diet among its wishes where it
    counted, so that who goes on from there keeps to it; and what is to be `said` of that."""

    result: Result
    asked: Query
    said: tuple[Message, ...] = ()


def suited(result: Result, asked: Query, shop: Shop) -> Suited:
    """What was found for `asked`, as whoever speaks wants it."""
    if not known(shop) or isinstance(result, Nothing):
        return Suited(result, asked)
    wants = _wants(shop)
    result, said, counted = _for_diet(result, asked, wants, shop)
    if counted:
        asked = replace(asked, only=tuple(dict.fromkeys((*asked.only, *wants.diets))))
    if not isinstance(result, Several):
        return Suited(result, asked, said)
    tied = tuple(result.products[: min(result.close, _LOOKED_AT)])
    if sized := _in_size(tied, wants):
        size = next(iter(memory.values(known(shop), "size")), "")
        said = (*said, say("remember.in_size", size=size))
        one = len(sized) == 1
        return Suited(Found(sized[0]) if one else Several(sized, len(sized), result.whole), asked, said)
    return Suited(_in_order(result, tied, wants, shop), asked, said)


def find(asked: Query, shop: Shop) -> Suited:
    """What the query means in this shop, as this shopper wants it."""
    return suited(shop.catalogue.find(asked), asked, shop)


def preferred(products: Sequence[Product], shop: Shop) -> tuple[Product, ...]:
    """Of these products those that fit, what is liked in front, in their order; all of them where none
    fits."""
    return fitting(products, shop) or tuple(products)


def fitting(products: Iterable[Product], shop: Shop) -> tuple[Product, ...]:
    """Of these products those that fit, what is liked in front, in their order: what may be suggested to
    somebody who did not ask for it."""
    if not known(shop):
        return tuple(products)
    wants = _wants(shop)
    left = (p for p in products if _fits(p, wants) and not _any(wants.dislike, p, shop))
    return tuple(sorted(left, key=lambda p: not _any(wants.like, p, shop)))


def warning(product: Product, shop: Shop) -> tuple[Message, ...]:
    """What somebody who takes this product has to hear: it holds what they do not eat."""
    return _held((product,), _wants(shop)) if known(shop) else ()


def _held(products: Sequence[Product], wants: _Wants) -> tuple[Message, ...]:
    """What all of these products hold that whoever speaks does not eat."""
    held = set(wants.avoid).intersection(*(product.contains or () for product in products))
    if not held:
        return ()
    return (say("remember.contains", items=Join(tuple(Term("allergen", id) for id in sorted(held)))),)


def _wants(shop: Shop) -> _Wants:
    mine = known(shop)
    return _Wants(
        diets=memory.values(mine, "diet"),
        avoid=frozenset(memory.values(mine, "avoid")),
        sizes=frozenset(map(memory.size_of, memory.values(mine, "size"))),
        like=memory.values(mine, "like"),
        dislike=memory.values(mine, "dislike"),
    )


def _fits(product: Product, wants: _Wants) -> bool:
    """What says nothing of diets is no food, and no diet is against it."""
    fit = not product.diet or set(wants.diets) <= set(product.diet)
    return fit and wants.avoid.isdisjoint(product.contains or ())


def _for_diet(
    result: Found | Several, asked: Query, wants: _Wants, shop: Shop
) -> tuple[Found | Several, tuple[Message, ...], bool]:
    """What fits, what is to be said of it, and whether a diet made the difference."""
    if not (wants.diets or wants.avoid):
        return result, (), False
    tied = (result.product,) if isinstance(result, Found) else tuple(result.products[:_LOOKED_AT])
    fitting = tuple(product for product in tied if _fits(product, wants))
    if len(fitting) == len(tied):
        return result, (), False
    diet = Join(tuple(Term("trait", id) for id in wants.diets))
    if not fitting and wants.diets:
        # Perhaps further down: what fits need not be among the first.
        other = shop.catalogue.find(replace(asked, only=(*asked.only, *wants.diets)))
        if not isinstance(other, Nothing) and other.whole and result.whole:
            found = (other.product,) if isinstance(other, Found) else tuple(other.products[:_LOOKED_AT])
            fitting = tuple(product for product in found if _fits(product, wants))
    if not fitting:
        # Honestly: it is heard all the same, and what it is not.
        unfit = wants.diets and not any(set(wants.diets) <= set(product.diet) for product in tied)
        return result, ((say("remember.none_fits", diet=diet),) if unfit else _held(tied, wants)), False
    close = sum(sku in skus_of(fitting) for sku in _close(result)) or len(fitting)
    said = say("remember.only", diet=diet) if wants.diets else say("remember.only_without")
    if len(fitting) == 1:
        return Found(fitting[0], result.whole), (said,), bool(wants.diets)
    return Several(fitting, close, result.whole), (said,), bool(wants.diets)


def _close(result: Found | Several) -> tuple[str, ...]:
    if isinstance(result, Found):
        return (result.product.sku,)
    return skus_of(result.products[: result.close])


def _in_size(tied: Sequence[Product], wants: _Wants) -> tuple[Product, ...]:
    """Of variants of one product, those in this shopper's size; none where there is nothing to choose."""
    if not wants.sizes or len({product.group for product in tied}) != 1 or not tied[0].group:
        return ()
    sized = tuple(p for p in tied if memory.size_of(p.size) in wants.sizes)
    return sized if 0 < len(sized) < len(tied) else ()


def _in_order(result: Several, tied: Sequence[Product], wants: _Wants, shop: Shop) -> Found | Several:
    """What is liked first, what is not liked last and no longer tied."""
    if not (wants.like or wants.dislike):
        return result
    liked = [product for product in tied if _any(wants.like, product, shop)]
    unloved = [product for product in tied if _any(wants.dislike, product, shop) and product not in liked]
    others = [product for product in tied if product not in liked and product not in unloved]
    if not liked and not unloved:
        return result
    first = liked or others
    if not first:
        return result
    if len(first) == 1 and result.close > 1:
        alone = Found(first[0], result.whole, why="liked") if result.whole else None
        if alone and liked:
            return alone
    rest = (*((*others, *unloved) if liked else unloved), *result.products[len(tied) : _LOOKED_AT])
    return Several((*first, *rest), len(first), result.whole)


def _any(words: Sequence[str], product: Product, shop: Shop) -> bool:
    """Whether the product is of a brand, or is called, one of these."""
    return any(fold(word) == fold(product.brand) or holds(product, word, shop) for word in words)
