"""Imports of whole feeds: one is sent as it is, and what came of it is kept to be read again.

What imports is behind `Imports`: `routes` takes what opens the imports of a shop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, StringConstraints

from skill.api.forms import Strict
from skill.api.problem import Refused
from skill.api.route import Answer, Call, Route
from skill.app import App
from skill.errors import BadInput, FeedRejected

MOST_FEED = 64 * 1024 * 1024
_LISTED = 50


class ImportQuery(Strict):
    """`dialect` and `currency` of the feed (left out: found in it, or refused); `dry_run`: nothing goes live;
    `yes`: go live although it looks like a mistake."""

    dialect: Annotated[str, StringConstraints(pattern="^[a-z0-9_-]{0,30}$")] = ""
    currency: Annotated[str, StringConstraints(pattern="^([A-Z]{3})?$")] = ""
    dry_run: bool = False
    yes: bool = False


class ImportReport(Protocol):
    """What came of one import."""

    @property
    def id(self) -> str: ...

    @property
    def finished(self) -> bool:
        """Whether it is over; if not, its report is still to come."""
        ...

    def as_json(self) -> dict[str, Any]:
        """What JSON can hold; the `id` is added to it."""
        ...

    def as_html(self) -> str: ...


class Imports(Protocol):
    """The imports of one shop."""

    def take(self, feed: Path, *, asked: ImportQuery, media_type: str) -> ImportReport:
        """Import a file, which is gone afterwards, as it was `asked` for. Raises FeedRejected when nothing is
        usable and BadInput when it cannot be read."""
        ...

    def recent(self, *, limit: int) -> Sequence[ImportReport]:
        """Newest first."""
        ...

    def get(self, id: str) -> ImportReport | None: ...


class ImportForm(BaseModel):
    """The report of an import; what else it tells depends on the feed."""

    model_config = ConfigDict(extra="allow")

    id: str


class ImportsForm(BaseModel):
    """The last imports, newest first."""

    imports: list[ImportForm]


def routes(open_imports: Callable[[App], Imports]) -> tuple[Route, ...]:
    """The routes of imports; `open_imports` gives those of a shop."""

    def take(call: Call) -> Answer:
        with TemporaryDirectory(prefix="sayso-feed-") as folder:
            feed = Path(folder) / "feed"
            with feed.open("wb") as file:
                copyfileobj(call.stream, file)
            try:
                report = open_imports(call.app).take(feed, asked=call.query, media_type=call.media_type)
            except FeedRejected as rejected:
                raise Refused("feed_rejected", rows=rejected.rows, what=rejected.rows[0]) from rejected
            except BadInput as unusable:
                raise Refused("feed_rejected", what=str(unusable)) from unusable
        return Answer(200 if report.finished else 202, _form(report))

    def recent(call: Call) -> Answer:
        reports = open_imports(call.app).recent(limit=_LISTED)
        return Answer(200, ImportsForm(imports=[_form(report) for report in reports]))

    def read(call: Call) -> Answer:
        report = open_imports(call.app).get(call.path["id"])
        if report is None:
            raise Refused("not_found", place="id", what=f"No import has the id {call.path['id']}.")
        return Answer(200, report.as_html() if call.html else _form(report))

    return (
        Route(
            method="POST",
            path="/imports",
            name="importFeed",
            summary="Import a product feed; the body is the file as it is, up to 64 MB",
            scope="write",
            handle=take,
            query=ImportQuery,
            raw=True,
            most=MOST_FEED,
            answers={200: ImportForm, 202: ImportForm},
            problems=("no_shop", "feed_rejected"),
        ),
        Route(
            method="GET",
            path="/imports",
            name="listImports",
            summary="The last imports, newest first",
            scope="read",
            handle=recent,
            answers={200: ImportsForm},
        ),
        Route(
            method="GET",
            path="/imports/{id}",
            name="getImport",
            summary="What came of an import, as JSON or, for Accept: text/html, as a page",
            scope="read",
            handle=read,
            html=True,
            answers={200: ImportForm},
            problems=("not_found",),
        ),
    )


def _form(report: ImportReport) -> ImportForm:
    return ImportForm.model_validate({**report.as_json(), "id": report.id})
