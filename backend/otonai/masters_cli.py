"""`otonai masters …`: public reference data that the operator downloads and brings in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from .domain.drug_master_file import FEWEST_ROWS, Refused, read_master

masters_commands = typer.Typer(no_args_is_help=True, help="Masters of public codes.")

_WORDS = {
    "too_large": "larger than 64 MB",
    "bad_zip": "the ZIP cannot be opened",
    "not_cp932": "not in CP932, the encoding of the master",
    "not_drug_master": "not the 医薬品マスター: column 2 must say Y in every row",
    "too_few_rows": f"fewer than {FEWEST_ROWS:,} rows: a torn download, or another file (--small for a part of it)",
}


@masters_commands.command("import-drugs")
def import_drugs(
    file: Annotated[Path, typer.Argument(help="y.csv of the 医薬品マスター, or the ZIP that holds it.")],
    small: Annotated[bool, typer.Option("--small", help="Take a master of few rows, for training and tests.")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder of the embedded database.")] = None,
    key_file: Annotated[Path | None, typer.Option(help="The database's key, outside the data folder.")] = None,
    database_url: Annotated[str | None, typer.Option(help="PostgreSQL instead of the embedded database.")] = None,
) -> None:
    """Import the drug master, so that the same ingredient and class are known by code.

    Download the 医薬品マスター from 診療報酬情報提供サービス under its own terms; it is not part of Otonai and must not
    be passed on with it. The former master is replaced as a whole; nothing changes when the file is refused.
    """
    from . import cli  # noqa: PLC0415 -- it imports this file
    from .store.drug_master import exchange_master  # noqa: PLC0415
    from .store.session import writing  # noqa: PLC0415

    told = read_master(file.read_bytes(), fewest_rows=1 if small else FEWEST_ROWS)
    if isinstance(told, Refused):
        typer.echo(f"{told.reason.value}: {_WORDS[told.reason.value]} ({told.rows:,} rows seen)", err=True)
        raise typer.Exit(1)
    engine = cli._engine(cli._settings(data, key_file, database_url, cli._operator_defaults()))
    with writing(engine) as session:
        made = exchange_master(session, told, datetime.now(UTC))
        typer.echo(f"drug master {made.version}: {made.rows:,} drugs, {told.skipped} rows left out")
