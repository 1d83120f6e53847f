"""The documentation as a site: python -m tests.docs.site builds it into build/site.

The builder lives in an environment of its own, and reads a copy of `docs/` to which files of the repository's
root are added as pages; so it needs no plug-in of ours, and another builder can take its place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.programs import installed
from tests.talk import ROOT

DOCS, BUILD = ROOT / "docs", ROOT / "build"
BUILDER = "mkdocs-material>=9.7,<10"
# The root's files that are pages, or lead to one.
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
_IN = re.compile(r"\]\(docs/(?P<page>[\w./-]+\.md)")


def stage(folder: Path) -> None:
    """Put every page of the site into `folder`, with links as they lead there."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DOCS, folder, ignore=shutil.ignore_patterns("*.schema.json"))
    for name, page in PAGES.items():
        if not (folder / page).exists():
            text = (ROOT / name).read_text("utf-8")
            (folder / page).write_text(_IN.sub(r"](\g<page>", text), "utf-8")
    for path in folder.rglob("*.md"):
        up = "../" * (len(path.relative_to(folder).parts) - 1)
        text = path.read_text("utf-8")
        for name, page in PAGES.items():
            text = re.sub(rf"\]\((?:\.\./)+{re.escape(name)}", f"]({up}{page}", text)
        path.write_text(text, "utf-8")


def build(site: Path) -> str:
    """Build the site into `site`; what the builder says of it. Raises CalledProcessError where a link, an
    anchor or the order of pages is wrong, and NotReady where there is no builder."""
    mkdocs = installed("mkdocs", BUILDER)
    stage(BUILD / "docs")
    done = subprocess.run(
        [mkdocs, "build", "--strict", "--quiet", "--site-dir", str(site)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, "mkdocs build", done.stdout)
    return done.stdout


if __name__ == "__main__":
    try:
        build(BUILD / "site")
    except subprocess.CalledProcessError as error:
        raise SystemExit(error.output) from None
    print(f"{BUILD / 'site' / 'index.html'}")
