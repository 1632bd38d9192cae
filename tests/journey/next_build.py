"""The build after this one, made of it: every script has another name, and the page says which build it is of.

What a deployment does to an open page is in it: not one script of the old build is there any more. Saves a second run
of the bundler.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

TEXT = {".js", ".html", ".css", ".webmanifest"}


def put_next_build(app: Path) -> None:
    """The served folder holds the next build from now on; the worker's own file changes last, as in a real swap."""
    for squeezed in [*app.rglob("*.br"), *app.rglob("*.gz")]:
        squeezed.unlink()
    renamed = {file.name: f"{file.stem}.next.js" for file in (app / "assets").glob("*.js")}
    names = re.compile("|".join(re.escape(name) for name in sorted(renamed, key=len, reverse=True)))
    worker = app / "worker.js"
    for file in sorted(app.rglob("*"), key=lambda each: each == worker):
        if file.suffix not in TEXT:
            continue
        text = names.sub(lambda found: renamed[found[0]], file.read_text(encoding="utf-8"))
        if file.name == "index.html":
            text = text.replace("<html ", '<html data-build="next" ')
        if file == worker:
            page = hashlib.md5((app / "index.html").read_bytes(), usedforsecurity=False).hexdigest()
            text, found = re.subn(
                r'"revision":"\w+","url":"index.html"', f'"revision":"{page}","url":"index.html"', text
            )
            assert found == 1
        file.with_name(renamed.get(file.name, file.name)).write_text(text, encoding="utf-8")
        if file.name in renamed:
            file.unlink()
