"""Letters by Amazon SES, which signs them (DKIM) for whoever owns the sender's domain."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, ReadTimeoutError

from skill.aws import client
from skill.merchants.letters import NotSent

SECONDS = 10
# Errors that the same letter to the same recipient meets every time.
_FINAL = frozenset({"BadRequestException", "InvalidParameterValue"})


class Ses:
    """SES of a region. `endpoint`: another address that speaks its API (tests). SES gives each letter a
    Message-ID of its own; ours stays in X-Event-ID."""

    def __init__(self, region: str, *, endpoint: str | None = None) -> None:
        self._client: Any = client(
            "sesv2",
            region=region,
            endpoint=endpoint,
            config=Config(connect_timeout=3, read_timeout=SECONDS, retries={"max_attempts": 0}),
        )

    def send(self, message: EmailMessage, *, sender: str, to: str) -> None:
        """Hand the letter over. Raises NotSent, final when SES will never take it; whether its recipient is
        there, SES finds out later."""
        try:
            self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [to]},
                Content={"Raw": {"Data": message.as_bytes()}},
            )
        except ClientError as error:
            # What it says besides names the address.
            code = str(error.response.get("Error", {}).get("Code", ""))
            raise NotSent(f"SES refused it: {code or 'no reason given'}", final=code in _FINAL) from None
        except BotoCoreError as error:
            maybe = isinstance(error, ReadTimeoutError | ConnectionClosedError)
            raise NotSent(f"SES did not take it: {type(error).__name__}", rest=True, maybe=maybe) from None
