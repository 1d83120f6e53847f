"""Conversations as files: heard again, and made of what devices heard."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

import click
from rich.console import Console
from rich.text import Text

from skill.cli.common import errors, main, open_app, table, tells_what_is_wrong
from skill.cli.stages import Stages
from skill.devtools import recording_form
from skill.devtools.matchers import matcher_of
from skill.devtools.recording_form import read_recording, recording_text
from skill.devtools.recording_import import recordings
from skill.devtools.replay import Difference, accepted, differences, play
from skill.devtools.sample_shop import sample_name
from skill.errors import BadInput
from skill.speech.locale import locales


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came of a recording: `error` where it could not be played."""

    file: Path
    differences: Sequence[Difference] = ()
    broken: Sequence[tuple[int, str]] = ()
    says: Sequence[str] = ()
    error: str = ""

    @property
    def same(self) -> bool:
        return not (self.differences or self.broken or self.error)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--accept", is_flag=True, help="Write what is heard now into the files.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file.")
@tells_what_is_wrong
def replay(files: tuple[Path, ...], accept: bool, as_json: bool) -> None:
    """Hear recordings again, each in a store that is thrown away, and show what is heard otherwise.

    FILES are recordings, or folders of them. The exit code is 1 where something is heard otherwise, or breaks
    a rule of a good answer; 2 where a file cannot be played."""
    found = list(dict.fromkeys(file for named in files for file in _files(named)))
    if not found:
        raise BadInput(f"{files[0]}: holds no recording")
    console = Console(highlight=False, soft_wrap=True)
    worst, same = 0, 0
    with TemporaryDirectory(prefix="sayso-replay-") as folder:
        stages = Stages(Path(folder), own=open_app)
        for file in found:
            heard = _heard(file, stages, accept=accept)
            same += heard.same
            accepted_all = accept and not heard.broken and not heard.error
            worst = max(worst, 2 if heard.error else 0 if heard.same or accepted_all else 1)
            if as_json:
                click.echo(json.dumps(_as_json(heard, accept=accept), ensure_ascii=False))
            else:
                _show(console, heard, accept=accept)
    if not as_json:
        console.print(f"{same} of {len(found)} are heard as they were recorded.")
    sys.exit(worst)


def _files(named: Path) -> list[Path]:
    """A recording, or those of a folder; worlds are none."""
    if not named.is_dir():
        return [named]
    return sorted(file for file in named.rglob("*.json") if "worlds" not in file.relative_to(named).parts)


def _heard(file: Path, stages: Stages, *, accept: bool) -> Heard:
    try:
        recording, raw = read_recording(file)
        if recording.locale not in locales():
            raise BadInput(f"is in {recording.locale}, which the shop does not speak: {', '.join(locales())}")
        played = play(recording, at=stages.stage(recording, file=file), matcher=matcher_of(recording.locale))
    except BadInput as error:
        told = str(error)
        return Heard(file=file, error=told if told.startswith(str(file)) else f"{file}: {told}")
    found = differences(recording, played)
    if accept and found:
        file.write_text(recording_text(accepted(raw, played)), "utf-8")
    says = [_did(turn) for turn in raw["turns"]]
    return Heard(file=file, differences=found, broken=played.broken, says=says)


def _did(turn: dict[str, Any]) -> str:
    """What the shopper did in a turn, in one line."""
    if "say" in turn:
        return f"“{turn['say']}”"
    if "touch" in turn:
        return f"touched {' '.join(map(str, turn['touch'][1:]))}"
    return f"meant {turn['meant']['intent']}" if "meant" in turn else "said nothing"


def _as_json(heard: Heard, *, accept: bool) -> dict[str, Any]:
    return {
        "file": str(heard.file),
        "same": heard.same,
        "accepted": accept and bool(heard.differences),
        "differences": [asdict(one) for one in heard.differences],
        "broken": [{"turn": turn, "rule": rule} for turn, rule in heard.broken],
        **({"error": heard.error} if heard.error else {}),
    }


def _show(console: Console, heard: Heard, *, accept: bool) -> None:
    if heard.error:
        console.print(Text.assemble(("cannot be played  ", "bold red"), heard.error))
    if heard.same or heard.error:
        return
    written = ("  (written anew)", "dim") if accept and heard.differences else ("", "")
    console.print(Text.assemble((str(heard.file), "bold"), written))
    places = {one.turn for one in heard.differences} | {turn for turn, _ in heard.broken}
    for place in sorted(places, key=lambda place: (place is None, place)):
        title = "at the end" if place is None else f"turn {place}  {heard.says[place - 1]}"
        console.print(Text.assemble("  ", (title, "cyan")))
        for one in heard.differences:
            if one.turn == place:
                _print(console, one)
        for turn, rule in heard.broken:
            if turn == place:
                console.print(Text.assemble("    ", ("!  ", "bold red"), rule))


def _print(console: Console, one: Difference) -> None:
    """Two lines: as it was, and as it is, with what differs marked."""
    name = {"hears": "", "ends": "the session ends: "}.get(one.what, f"{one.what}: ")
    was, now = (_words(value) for value in (one.recorded, one.now))
    before, after = Text("    -  " + name, "red"), Text("    +  " + name, "green")
    for how, from_, to, start, end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        same = how == "equal"
        before.append("".join(was[from_:to]), "red" if same else "bold red reverse")
        after.append("".join(now[start:end]), "green" if same else "bold green reverse")
    if one.recorded is not None:
        console.print(before)
    console.print(after)


def _words(value: Any) -> list[str]:
    """Words with the blanks between them."""
    if value is None:
        return []
    return re.split(r"(\s+)", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


@main.group()
def record() -> None:
    """Conversations as files: their schema, and those of devices."""


@record.command("import")
@click.argument("log", type=click.File(encoding="utf-8", errors="replace"))
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--shop", default="", help="The shop that was talked to, where the log does not tell.")
@tells_what_is_wrong
def record_import(log: IO[str], out: Path, shop: str) -> None:
    """Make recordings of what a device heard, one a session, in the folder OUT.

    LOG is what SAYSO_RECORD wrote, or JSON of the developer console: requests with their responses, as its
    simulator and device log show them ("-" reads standard input). Ids, tokens, names and addresses of the log
    stay behind; what was said is kept, so read it before you share it."""
    sample = sample_name()
    made, rows = recordings(log.read(), sample=sample, shop=shop)
    if rows:
        told = table("line", "what is wrong")
        for row in rows:
            told.add_row(str(row.line), row.what)
        errors.print(told)
    if not made:
        raise BadInput("the log holds no turn that a recording could be made of")
    out.mkdir(parents=True, exist_ok=True)
    for one in made:
        file = _free(out, f"{one['locale']}-{str(one.get('now', 'undated'))[:10]}")
        file.write_text(recording_text(one), "utf-8")
        click.echo(f"{file}  {len(one['turns'])} turns")


def _free(folder: Path, name: str) -> Path:
    """A file of that name that is not there yet."""
    files = (folder / f"{name}-{place}.json" for place in count(1))
    return next(file for file in files if not file.exists())


@record.command("schema")
def record_schema() -> None:
    """Print the JSON Schema of a recording."""
    click.echo(json.dumps(recording_form.schema(), indent=2))
