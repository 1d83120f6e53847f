"""Why a request at the web endpoint is not answered."""

from __future__ import annotations

from collections.abc import Mapping

from skill.alexa.request import MalformedRequest

# Each reason, and what would not have been refused. Nothing here quotes a request.
REASONS: Mapping[str, str] = {
    "method": "requests are sent with POST",
    "content_type": "Content-Type must be application/json, in UTF-8",
    "content_encoding": "the body must not be compressed",
    "transfer": "Transfer-Encoding may be chunked alone, and without Content-Length",
    "body": "the body could not be read to its end",
    "body_size": "the body must not be larger than 262144 bytes",
    "utf8": "the body must be UTF-8",
    "header": "SignatureCertChainUrl and Signature-256 must be there, once each",
    "chain_url": "SignatureCertChainUrl must lie under https://s3.amazonaws.com/echo.api/",
    "chain_busy": "too many certificates are being fetched; try again in a moment",
    "chain_fetch": "the certificate could not be fetched",
    "chain": "the certificate is not one for echo-api.amazon.com that is trusted and in date",
    "signature": "Signature-256 must be that of the body",
    "depth": "the body must not be nested deeper than 64",
    "json": "the body must be one JSON object with a request of some type",
    "timestamp": "request.timestamp must be of this moment",
    "application": "the application id must be that of a skill served here",
    "replay": "this request was answered before",
}


class Refused(MalformedRequest):
    """The request is not to be answered; Amazon asks for HTTP 400. `reason`, a key of `REASONS`, is for logs
    and for the sender, and never quotes the request."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def sentence(self) -> str:
        """The reason, and what would not have been refused."""
        return f"{self.reason}: {REASONS[self.reason]}"
