"""What a recording may say: a conversation as it went, to be heard again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from skill.devtools.described import Quantity, ScenarioShopper
from skill.errors import BadInput
from skill.merchants.problems import first_problem
from skill.merchants.shop_file import Minor

# Who talks in a recording that names nobody.
SHOPPER = "amzn1.ask.account.TEST"
# What a shopper can do in a turn, by the name of its entry.
DONE = ("say", "touch", "meant", "silence")
_MAX_BYTES = 2_000_000
Text = Annotated[str, Field(max_length=4_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MeantSlot(_Strict):
    """A slot as Alexa filled it: the words, and the ids they resolved to, best first."""

    text: Text = ""
    ids: Annotated[list[str], Field(max_length=50)] = []


class Meant(_Strict):
    """What Alexa understood, where no words are known, or others than the words would have been. A slot is
    its words, or words and ids."""

    intent: Annotated[str, Field(min_length=1, max_length=200)]
    slots: dict[str, Text | MeantSlot] = {}


class RecordedTurn(_Strict):
    """One turn. What the shopper did: `say` words, `touch` these arguments of what was drawn ("yes" and "no"
    without the mark of their question, which is another each time), say nothing (`silence`: first the
    reprompt is heard, then the session ends), or `meant`, which decides where words stand beside it.
    `person`: the voice that was recognised. Before it: `new_session`, the shopper hung up and came back;
    `ahead`, seconds that the clock jumped; `screen`, the shopper went on at a device with one, or without.
    `twice`: the request came twice; `lost`: its answer never arrived. Then what came of it: `intent`,
    what was heard without markup, and whether the session ended (null and absent: not recorded yet)."""

    say: Text | None = None
    touch: Annotated[list[str | int | float | bool | None], Field(max_length=20)] | None = None
    meant: Meant | None = None
    silence: Literal[True] | None = None
    person: Annotated[str, Field(min_length=1)] | None = None
    new_session: bool = False
    ahead: Annotated[int, Field(ge=-(10**9), le=10**9)] = 0
    screen: bool | None = None
    twice: bool = False
    lost: bool = False
    intent: str | None = None
    hears: str | None = None
    ends: bool = False

    @model_validator(mode="after")
    def _one_thing(self) -> RecordedTurn:
        done = {name for name in DONE if getattr(self, name) is not None}
        if len(done) != 1 and done != {"say", "meant"}:
            raise ValueError("a turn has one of say, touch, meant and silence; or say beside meant")
        return self


class RecordedContact(_Strict):
    """What is known of who the shopper is, and where orders are brought."""

    name: Text = ""
    email: Text = ""
    lines: Annotated[list[Text], Field(max_length=10)] = []
    city: Text = ""
    region: Text = ""
    code: Text = ""
    country: Text = ""


class RecordedShopper(ScenarioShopper):
    """What was kept about the shopper before the first turn, as scenario files have it, but for the user; and
    what came to be known of them since."""

    user: Annotated[str, Field(min_length=1)] = SHOPPER
    contact: RecordedContact | None = None


class EndedOrder(_Strict):
    """An order as it was kept at the end; amounts in minor units, `lines` pieces by SKU."""

    number: str
    status: str
    total: Minor
    paid: int | None = None
    lines: dict[str, Quantity]
    coupon: str | None = None
    pickup: str | None = None


class End(_Strict):
    """What was kept about the shopper after the last turn: pieces by SKU, orders newest first, and how many
    requests for a person."""

    cart: dict[str, int]
    orders: list[EndedOrder]
    requests: Annotated[int, Field(ge=0)]


class Recording(_Strict):
    """A conversation of one shopper in one language. `wants`: what it is about, in a few words. `shop`: the
    name of the shop that was talked to, where it is not the sample shop; `world`: the file of a described
    one, beside the recording, in "worlds" there or in "worlds" a folder up. `now`: the shop's clock at the
    first turn, where it stands still. `linked`: whether a shopper of whom nothing is known counts as linked.
    `screen`: on a device that draws. `letters`: the shop writes e-mail, where it says from whom. `user` and
    `person` are stand-ins for ids of Alexa's."""

    wants: Annotated[str, Field(min_length=1, max_length=500)]
    locale: Annotated[str, Field(pattern=r"^[a-z]{2}-[A-Z]{2}$")]
    shop: Annotated[str, Field(min_length=1)] | None = None
    world: Annotated[str, Field(pattern=r"^[\w-][\w.-]*\.json$")] | None = None
    now: AwareDatetime | None = None
    linked: bool = True
    screen: bool = False
    letters: bool = False
    user: Annotated[str, Field(min_length=1)] = SHOPPER
    shopper: RecordedShopper | None = None
    turns: Annotated[list[RecordedTurn], Field(min_length=1, max_length=1_000)]
    at_the_end: End | None = None

    @model_validator(mode="after")
    def _one_shop(self) -> Recording:
        if self.shop and self.world:
            raise ValueError("shop and world are two shops; name one")
        return self


def read_recording(path: Path) -> tuple[Recording, dict[str, Any]]:
    """A recording, and the JSON it was read from. Raises BadInput naming file, place and remedy."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BadInput(f"{path}: is larger than {_MAX_BYTES} bytes, which no conversation is")
        raw = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}: is not JSON: {error}") from error
    return recording(raw, called=str(path)), raw


def recording(raw: Any, *, called: str) -> Recording:
    """JSON as a recording. Raises BadInput naming the place in what is `called` so."""
    try:
        return Recording.model_validate(raw)
    except ValidationError as error:
        raise BadInput(f"{called}: {first_problem(error)}") from error


def recording_text(raw: dict[str, Any]) -> str:
    """A recording as it is kept in a file."""
    return json.dumps(raw, indent=1, ensure_ascii=False) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of a recording."""
    return Recording.model_json_schema()
