"""`otonai terminal …`: look at files of the terminal by hand, and read the archive again after an upgrade.

`read` needs neither database nor settings. It shows personal data, on the operator's own terminal and nowhere else;
`reread` shows ids and counts only.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from .terminal.envelope import MAX_BYTES
from .terminal.report import report, unreadable
from .terminal.result import read

terminal_commands = typer.Typer(no_args_is_help=True, help="Messages of the eligibility terminal.")


@terminal_commands.command("read")
def read_files(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Files as the terminal named them.")],
    unpublished: Annotated[
        bool, typer.Option(help="Also families whose layout is hardly public: OQSsionq01, OQSsihvd01.")
    ] = False,
) -> None:
    """Print one JSON object per file; exit 1 when one of them could not be read."""
    out = sys.stdout.buffer
    everything_read = True
    for file in files:
        line = _read_file(file, unpublished=unpublished)
        everything_read = everything_read and line["outcome"] == "read"
        out.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        out.flush()
    raise typer.Exit(0 if everything_read else 1)


@terminal_commands.command("reread")
def reread_archive(
    apply: Annotated[bool, typer.Option("--apply", help="Process again what only now can be read.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder of the embedded database.")] = None,
    key_file: Annotated[Path | None, typer.Option(help="The database's key, outside the data folder.")] = None,
    database_url: Annotated[str | None, typer.Option(help="PostgreSQL instead of the embedded database.")] = None,
) -> None:
    """Read every archived message again; one JSON object per clinic and family that says what reads differently."""
    from . import cli  # noqa: PLC0415 -- it imports this file; and `read` needs no database
    from .flow.reread import reread  # noqa: PLC0415

    engine = cli._engine(cli._settings(data, key_file, database_url, cli._operator_defaults()))
    for told in reread(engine, datetime.now(UTC), apply=apply):
        typer.echo(json.dumps(told.as_json(), ensure_ascii=False))


def _read_file(file: str, *, unpublished: bool) -> dict[str, Any]:
    shown = os.fsencode(file).decode("utf-8", "replace")
    content = _content(file)
    if content is None:
        return unreadable(shown)
    return report(shown, read(content, Path(file).name, unpublished=unpublished))


def _content(file: str) -> bytes | None:
    """The bytes, at most one more than a message may have; None for what is no ordinary file or cannot be opened."""
    try:
        if not stat.S_ISREG(os.stat(file).st_mode):  # a pipe or a device could keep us waiting for ever
            return None
        with open(file, "rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except (OSError, ValueError):  # ValueError: a name with NUL in it
        return None
