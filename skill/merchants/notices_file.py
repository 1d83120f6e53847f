"""The `[notices]` of a shop file: what shoppers may be told outside of conversations, if they agree."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from skill.commerce.notices import Notifying, Quiet

Kind = Literal["order", "pickup", "cart", "stock", "price", "again"]
_SPAN = 'write "21:00-08:00", or "none" for no quiet hours'


class NoticesEntry(BaseModel):
    """At most `cap` notices a shopper in any seven days, across all kinds; none in the hours of `quiet`, by
    the shopper's clock where it is known; of these `kinds`: an order on its way ("order"), one to be
    collected ("pickup"), a cart they asked to be reminded of ("cart"), back in stock ("stock"), a price they
    wait for ("price"), what they buy regularly and runs out ("again"). For notifications of Alexa's besides
    letters: the skill's `client_id` in the developer console, the environment variable `secret_env` that
    holds its client secret, and `live` once the skill is published."""

    model_config = ConfigDict(extra="forbid")

    cap: Annotated[int, Field(ge=1, le=14, description="notices a shopper in any seven days")] = 3
    quiet: Annotated[str, Field(max_length=11, description="hours without notices")] = "21:00-08:00"
    kinds: Annotated[list[Kind], Field(min_length=1, description="what may be told")] = list(get_args(Kind))
    client_id: Annotated[str, Field(max_length=200, description="the skill's, at Amazon")] = ""
    secret_env: Annotated[
        str, Field(pattern="^([A-Z_][A-Z0-9_]*)?$", description="where its client secret is")
    ] = ""
    live: Annotated[bool, Field(description="whether the skill is published")] = False

    @field_validator("quiet")
    @classmethod
    def _span(cls, value: str) -> str:
        quiet(value)
        return value

    @model_validator(mode="after")
    def _with_secret(self) -> NoticesEntry:
        if self.client_id and not self.secret_env:
            raise ValueError(
                "client_id needs a secret: name the environment variable that holds it, as in "
                "secret_env = 'SAYSO_NOTICES'"
            )
        return self

    @classmethod
    def of(cls, terms: Notifying) -> NoticesEntry:
        """As it would be written."""
        return cls.model_construct(
            cap=terms.cap,
            quiet=_written(terms.quiet),
            kinds=list(terms.kinds),
            client_id=terms.client_id,
            secret_env=terms.secret_env,
            live=terms.live,
        )

    def notifying(self) -> Notifying:
        """The same as facts."""
        return Notifying(
            cap=self.cap,
            quiet=quiet(self.quiet),
            kinds=tuple(dict.fromkeys(self.kinds)),
            client_id=self.client_id,
            secret_env=self.secret_env,
            live=self.live,
        )


def quiet(text: str) -> Quiet:
    """Quiet hours as they are written: "21:00-08:00", past midnight too; "none". Raises ValueError."""
    if text == "none":
        return Quiet(time(0), time(0))
    try:
        starts, ends = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ValueError(f"{text!r} is no span of hours; {_SPAN}") from None
    if starts.tzinfo or ends.tzinfo or starts == ends:
        raise ValueError(f"{text!r} is no span of hours; {_SPAN}")
    return Quiet(starts, ends)


def _written(hours: Quiet) -> str:
    if hours.starts == hours.ends:
        return "none"
    return f"{hours.starts:%H:%M}-{hours.ends:%H:%M}"
