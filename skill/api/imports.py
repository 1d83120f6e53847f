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
from skill.errors import BadInput
from skill.merchants.importing import MOST_FEED

_LISTED = 50


class ImportQuery(Strict):
    """`dialect` and character set (`encoding`) of the feed (left out: told by its content), and the
    `currency` of amounts that name none (left out: the shop's); `name`: what the report calls it; `partly`:
    products that are not in it stay; `dry_run`: nothing goes live; `yes`: even if a third of the products
    goes."""

    dialect: Annotated[str, StringConstraints(pattern="^[a-z0-9_-]{0,30}$")] = ""
    currency: Annotated[str, StringConstraints(pattern="^([A-Z]{3})?$")] = ""
    encoding: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_.:-]{0,40}$")] = ""
    name: Annotated[str, StringConstraints(max_length=200)] = ""
    partly: bool = False
    dry_run: bool = False
    yes: bool = False


class ImportReport(Protocol):
    """What came of one import."""

    @property
    def id(self) -> str: ...

    @property
    def refused(self) -> tuple[str, ...]:
        """Why nothing of it went live, row by row; empty when it did, or was but tried."""
        ...

    def as_json(self) -> dict[str, Any]:
        """What JSON can hold; the `id` is added to it."""
        ...

    def as_html(self) -> str: ...


class Imports(Protocol):
    """The imports of one shop."""

    def take(self, feed: Path, *, asked: ImportQuery) -> ImportReport:
        """Import a file, which is gone afterwards, as it was `asked` for. Raises BadInput when another import
        is in the way."""
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
            if not feed.stat().st_size:
                raise Refused("feed_rejected", what="The body is empty: send the file.")
            try:
                report = open_imports(call.app).take(feed, asked=call.query)
            except BadInput as busy:
                raise Refused("busy") from busy
        if report.refused:
            raise Refused("feed_rejected", rows=report.refused, what=report.refused[0])
        return Answer(200, _form(report))

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
            answers={200: ImportForm},
            problems=("no_shop", "busy", "feed_rejected"),
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
