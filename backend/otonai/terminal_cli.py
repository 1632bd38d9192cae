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

from .domain.consent import Consent, ConsentFlag, ConsentKind
from .domain.dates import JST
from .domain.visit import VisitType
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


@terminal_commands.command("medical")
def show_medical(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE…", help="Answers YZK… and TKK…, and the eligibility answers with the consents."),
    ],
    at: Annotated[str, typer.Option(metavar="TIME", help="The moment of reading, ISO 8601; Japan's time if no zone.")],
    subject: Annotated[
        str,
        typer.Option(
            metavar="ID",
            help="The linked person: 照会番号, card as insurer/symbol/number/branch, the file identifier of the "
            "eligibility answer, or カナ:YYYY-MM-DD.",
        ),
    ],
    consent: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND[=UNTIL]",
            help="A consent known from elsewhere: drug, checkup, diagnosis or operation, with the time it ends.",
        ),
    ] = None,
    care: Annotated[
        VisitType | None, typer.Option(help="Kind of care; by default that of the eligibility answer.")
    ] = None,
) -> None:
    """Print what a reader may see of drug and checkup answers: one JSON object per file.

    Consents and deadlines decide as they do on the screens: without an eligibility answer (or --consent) that opens
    a kind, it is listed under "closed" with its reason and nothing of it is printed. The subject block of each file
    must agree with the person in kana and birth date. Exit 0 if every file could be read, else 1.

    Example: the consent of 5 November, read in the afternoon of the same day:

      otonai terminal medical OQSmuhvq02res_202611050501.xml YZKsiquc01res_0001.xml --at 2026-11-05T15:00:00+09:00
      --subject 1234567890

      {"file": "YZKsiquc01res_0001.xml", "outcome": "shown", "subject": {"name": …, "birth_date": "1953-04-12", …},
      "drugs": [{"source": "receipt", "dispensed_on": "2026-09-12", "drug_name": …, "superseded": false, …}],
      "checkups": [], "closed": [], "medication": {"lines": [{"taking": "reaches_data_end", …}], "pairs": [], …}, …}

    The same with the file alone: --subject "シケン ハナコ:1953-04-12" --consent drug=2026-11-06T14:00:00+09:00
    """
    from . import medical_report as medical  # noqa: PLC0415 -- `read` stays quick without it

    instant, granted = _instant(at, "--at"), [_granted(each) for each in consent or ()]
    contents = [(file, _content(file)) for file in files]
    found = [(file, read(content, Path(file).name) if content is not None else None) for file, content in contents]
    person = medical.find_person(
        [each for _, each in found if each is not None], medical.SubjectId(subject.strip()), granted, care
    )
    everything_read = True
    for file, told in found:
        shown = os.fsencode(file).decode("utf-8", "replace")
        line = medical.unreadable(shown) if told is None else medical.medical_report(shown, told, person, instant)
        everything_read = everything_read and line["outcome"] not in ("incomplete", "quarantined")
        sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
    raise typer.Exit(0 if everything_read else 1)


def _instant(text: str, option: str) -> datetime:
    try:
        told = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{option}: write a time such as 2026-11-05T15:00:00+09:00") from error
    return told if told.tzinfo is not None else told.replace(tzinfo=JST)


def _granted(text: str) -> Consent:
    """`drug` or `drug=2026-11-06T14:00:00+09:00` as a consent that was given."""
    word, _, until = text.partition("=")
    try:
        kind = ConsentKind(word.strip())
    except ValueError as error:
        raise typer.BadParameter("--consent: drug, checkup, diagnosis or operation") from error
    return Consent(kind, ConsentFlag.GIVEN, available_until=_instant(until, "--consent") if until else None)


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
