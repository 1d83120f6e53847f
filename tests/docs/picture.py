"""The picture of the architecture, drawn from the table by which imports are checked."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tests.test_architecture import ROWS

WIDTH, LEFT, TOP, ROW, BOX = 940, 180, 92, 40, 30
# What a row is for, by its first name.
ABOUT = {
    "skill.__main__": "python -m skill",
    "skill.cli": "commands",
    "skill.certify": "Amazon's checklist",
    "lambda": "doors",
    "skill.api": "merchant API, health",
    "skill.deployment": "all shops together",
    "skill.app": "wiring",
    "skill.catalogues": "opened once",
    "skill.devtools": "the workshop",
    "skill.alexa": "edges",
    "skill.aws": "who signs for AWS",
    "skill.notifications": "unasked",
    "skill.intents": "what it does",
    "skill.speech": "values to words",
    "skill.dialogue": "the conversation",
    "skill.shop": "the seams",
    "skill.counting": "and their parts",
    "skill.catalogue": "what is sold",
    "skill.commerce": "pure rules",
    "skill.operations": "what is measured",
    "skill.errors": "for all",
}
# What a spoken sentence passes through, and its answer comes back by; and what becomes of it there.
TURN = {
    "lambda": "",
    "skill.server": "request in, response out",
    "skill.alexa": "envelope to Turn",
    "skill.intents": "find, put in the cart, order: a Reply",
    "skill.speech": "Reply and locale to words",
    "skill.dialogue": "the open question, or a new wish",
}
_RULE = "A file uses what lies below it, never what lies beside or above"
_PATH = "what a turn passes through on its way, and back"
_STYLE = """
text{font:13px system-ui,sans-serif;fill:#24343a}
.row{fill:#f1f6f6}.box{fill:#fff;stroke:#b7c9c9}.turn{fill:#d6efec;stroke:#00796b}
.about{font-size:12px;fill:#5a6d72}.told{font-size:12px;fill:#00695c}.head{font-size:15px;font-weight:600}
.back{fill:#fff}
@media (prefers-color-scheme:dark){text{fill:#dfe9ea}.back{fill:#161d20}.row{fill:#1f2a2e}
.box{fill:#263338;stroke:#45585e}.turn{fill:#0f4a44;stroke:#4db6ac}.about{fill:#9fb2b6}.told{fill:#80cbc4}}
"""


def picture() -> str:
    """The picture as SVG, light or dark as the reader's screen is."""
    height = TOP + ROW * len(ROWS) + 16
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="'
            'The layers of Sayso, from the doors at the top to the pure rules at the bottom">',
            f"<style>{_STYLE}</style>",
            f'<rect class="back" width="{WIDTH}" height="{height}" rx="8"/>',
            f'<text class="head" x="20" y="32">{_RULE}</text>',
            '<rect class="box turn" x="20" y="48" width="22" height="16" rx="4"/>',
            f'<text class="about" x="50" y="61">{_PATH}</text>',
            *_rows(),
            "</svg>\n",
        )
    )


def _rows() -> Iterator[str]:
    for place, names in enumerate(ROWS):
        top = TOP + place * ROW
        yield f'<rect class="row" x="12" y="{top}" width="{WIDTH - 24}" height="{ROW - 4}" rx="6"/>'
        about = ABOUT.get(names[0], "")
        yield f'<text class="about" x="24" y="{top + 23}">{about}</text>'
        left = LEFT
        for name in names:
            text = name.removeprefix("skill.").strip("_")
            wide = 9 * len(text) + 22
            kind = "box turn" if name in TURN else "box"
            yield f'<rect class="{kind}" x="{left}" y="{top + 3}" width="{wide}" height="{BOX}" rx="6"/>'
            yield f'<text x="{left + wide / 2:g}" y="{top + 23}" text-anchor="middle">{escape(text)}</text>'
            left += wide + 8
        assert left <= WIDTH, f"{names} are too many for the picture"
        told = next((TURN[name] for name in names if TURN.get(name)), "")
        if told and left < WIDTH - 6 * len(told) - 30:
            yield f'<text class="told" x="{WIDTH - 26}" y="{top + 23}" text-anchor="end">{told}</text>'
