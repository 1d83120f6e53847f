"""The `[mail]` of a shop file: whom letters to shoppers come from."""

from __future__ import annotations

from email.utils import formataddr, parseaddr
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from skill.commerce.contact import mailbox
from skill.commerce.merchant import Mailing


class MailEntry(BaseModel):
    """`from`: an e-mail address, alone or as in "Corner Store <orders@shop.example>"; `reply_to`: where
    answers go, left out where nobody reads them."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)

    sender: Annotated[str, Field(alias="from", max_length=500)]
    reply_to: Annotated[str, Field(max_length=254)] = ""

    @field_validator("sender")
    @classmethod
    def _sender(cls, value: str) -> str:
        # No line of a header is ever broken by what a merchant calls the shop.
        if not value.isprintable() or not mailbox(parseaddr(value)[1]):
            raise ValueError('is no e-mail address; write "Corner Store <orders@shop.example>"')
        return value

    @field_validator("reply_to")
    @classmethod
    def _reply_to(cls, value: str) -> str:
        if value and mailbox(value) != value:
            raise ValueError('is no e-mail address; write "help@shop.example"')
        return value

    @classmethod
    def of(cls, mailing: Mailing) -> MailEntry:
        """As it would be written."""
        return cls(sender=formataddr((mailing.name, mailing.sender)), reply_to=mailing.reply_to)

    def mailing(self) -> Mailing:
        name, address = parseaddr(self.sender)
        return Mailing(sender=mailbox(address), name=name, reply_to=self.reply_to)
