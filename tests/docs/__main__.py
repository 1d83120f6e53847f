"""Write what is made of the code: python -m tests.docs. Look at the difference, then commit it."""

from __future__ import annotations

from tests.docs.reference import made

if __name__ == "__main__":
    for path, text in made().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        print(path)
