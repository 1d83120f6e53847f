"""What is a shopper's own here: what they had remembered, their lists, what they were greeted with and
asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from skill.commerce.afterwards import Asked
from skill.commerce.greeting import Greeting
from skill.commerce.lists import OwnList
from skill.commerce.memory import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """`greeted`: what the shop was opened with last; `known`: what they told to be remembered; `lists` by
    name; `asked`: orders whose rating was asked for; `rewarded`: what a code was given for, once each
    ("rating" and the request, "orders"); `answered`: the id of a case the shop answered, which nobody told
    them yet; `offers`: they want to hear of what is cheaper. `friend`: their own code for friends (empty:
    never asked for), `friends`: how many ordered with it, of whom they were `thanked` for so many;
    `came_by`: the code they came by."""

    greeted: Greeting = field(default_factory=Greeting)
    known: tuple[Known, ...] = ()
    lists: tuple[OwnList, ...] = ()
    asked: tuple[Asked, ...] = ()
    rewarded: tuple[str, ...] = ()
    answered: str = ""
    offers: bool = True
    friend: str = ""
    friends: int = 0
    thanked: int = 0
    came_by: str = ""

    def named(self, name: str) -> OwnList | None:
        """The list of this name."""
        return next((own for own in self.lists if own.name == name), None)
