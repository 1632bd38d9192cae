"""The operator's commands. Settings come from `OTONAI_*`; options of a command set the same for its own run.

Personal data never appears on these outputs; secrets are read from files or the environment, never from arguments.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, select

from .config import OddSetting, Settings, read_settings
from .database import bring_up_to_date, prepare_database
from .domain.errors import OtonaiError
from .event_log import log_to_stderr
from .ledger_cli import compare_file, match_file
from .masters_cli import masters_commands
from .serve import ROLES, Addresses, Supervisor
from .staff_cli import staff_commands
from .store.audit import Anchor, anchor_of, first_bad_event
from .store.session import open_engine, reading, writing
from .store.tables import Clinic
from .terminal_cli import terminal_commands

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
database = typer.Typer(no_args_is_help=True, help="The database's schema.")
admin = typer.Typer(no_args_is_help=True, help="Clinics of this installation.")
audit = typer.Typer(no_args_is_help=True, help="The audit trail.")
app.add_typer(database, name="db")
app.add_typer(admin, name="admin")
app.add_typer(audit, name="audit")
app.add_typer(terminal_commands, name="terminal")
app.command("match")(match_file)
app.command("compare")(compare_file)
app.add_typer(masters_commands, name="masters")
app.add_typer(staff_commands, name="staff")

Data = Annotated[Path | None, typer.Option(help="Folder of the embedded database.")]
KeyFile = Annotated[Path | None, typer.Option(help="The database's key, outside the data folder; made at first start.")]
DatabaseUrl = Annotated[str | None, typer.Option(help="PostgreSQL instead of the embedded database.")]
Profile = Annotated[str | None, typer.Option(help="demo or production.")]
BaseUrl = Annotated[str | None, typer.Option(help="The address people use.")]
ConsentHost = Annotated[list[str] | None, typer.Option(help="A host whose consent page may be shown; repeatable.")]


@app.command()
def serve(
    only: Annotated[str | None, typer.Option(help="One role: web, live or worker.")] = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    live_port: int = 8001,
    data: Data = None,
    key_file: KeyFile = None,
    database_url: DatabaseUrl = None,
    profile: Profile = None,
    base_url: BaseUrl = None,
    live_url: Annotated[str | None, typer.Option(help="The live channel's address as browsers see it.")] = None,
    pwa: Annotated[Path | None, typer.Option(help="Folder of the built PWA.")] = None,
    consent_host: ConsentHost = None,
    threads: Annotated[int | None, typer.Option(help="Requests that are worked on at once (8).")] = None,
    certificate: Annotated[Path | None, typer.Option(help="TLS certificate.")] = None,
    certificate_key: Annotated[Path | None, typer.Option(help="TLS key.")] = None,
) -> None:
    """Run the server: migrate, then supervise web, live and worker until asked to end."""
    scheme = "https" if certificate else "http"
    shown = "localhost" if host == "127.0.0.1" else host
    chosen = {
        "OTONAI_PROFILE": profile,
        "OTONAI_BASE_URL": base_url or os.environ.get("OTONAI_BASE_URL") or f"{scheme}://{shown}:{port}",
        "OTONAI_LIVE_URL": live_url or os.environ.get("OTONAI_LIVE_URL") or f"{scheme}://{shown}:{live_port}",
        "OTONAI_PWA_FOLDER": str(pwa.resolve()) if pwa else None,
        "OTONAI_CONSENT_HOSTS": ",".join(consent_host) if consent_host else None,
        "OTONAI_THREADS": str(threads) if threads is not None else None,
    }
    settings = _settings(data, key_file, database_url, chosen)
    if only is not None and only not in ROLES:
        raise typer.BadParameter(f"one of {', '.join(ROLES)}", param_hint="--only")
    prepare_database(settings)
    at = Addresses(
        host, port, live_port, str(certificate) if certificate else None,
        str(certificate_key) if certificate_key else None,
    )  # fmt: skip
    supervisor = Supervisor(
        (only,) if only else ROLES, at, tell=lambda: typer.echo(f"otonai ready {settings.base_url}")
    )
    raise typer.Exit(supervisor.run())


@app.command()
def work() -> None:
    """The worker's loop alone."""
    from . import worker  # noqa: PLC0415 -- as above: the supervisor needs nothing of the flow

    worker.run(_engine(_settings(None, None, None, {})))


@app.command()
def openapi() -> None:
    """Print the API's contract; `backend/openapi.json` is this output."""
    typer.echo(openapi_text(), nl=False)


def openapi_text() -> str:
    """The OpenAPI document, the same bytes each time."""
    from .app import create_app  # noqa: PLC0415 -- the web's imports cost seconds that no other command should pay

    settings = Settings(
        database_url="sqlite:///unused",
        base_url="https://otonai.example.jp",
        live_url="https://otonai.example.jp",
        database_key=bytes(32),
        ticket_secret=bytes(32),
        sealing_keys=(bytes(32),),
    )
    # Describing the API opens no connection; the engine is only named.
    document = create_app(settings).test_client().get("/api/openapi.json").get_json()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@database.command("migrate")
def migrate_database(data: Data = None, key_file: KeyFile = None, database_url: DatabaseUrl = None) -> None:
    """Bring the schema to the newest version. Safe to repeat."""
    bring_up_to_date(_settings(data, key_file, database_url, _operator_defaults()))
    typer.echo("schema is current")


@admin.command("open-clinic")
def open_clinic(
    code: Annotated[str, typer.Option(help="Short code, such as minamo.")],
    name: Annotated[str, typer.Option()],
    institution_code: Annotated[str, typer.Option(help="医療機関コード, ten digits.")],
    admin_login: Annotated[str, typer.Option(help="Login name of the first administrator.")],
    admin_name: Annotated[str, typer.Option()],
    consent_url: Annotated[str | None, typer.Option(help="The clinic's own page of マイナ在宅受付Web.")] = None,
    carry_medical: Annotated[bool, typer.Option(help="Medical information may be carried on tablets.")] = False,
    data: Data = None,
    key_file: KeyFile = None,
    database_url: DatabaseUrl = None,
    profile: Profile = None,
    consent_host: ConsentHost = None,
) -> None:
    """Open a clinic with its first administrator; the password comes from OTONAI_ADMIN_PASSWORD or a prompt."""
    from .flow.open_clinic import NewClinic  # noqa: PLC0415 -- see openapi_text
    from .flow.open_clinic import open_clinic as open_new_clinic  # noqa: PLC0415

    chosen = _operator_defaults() | {"OTONAI_PROFILE": profile}
    chosen["OTONAI_CONSENT_HOSTS"] = ",".join(consent_host) if consent_host else None
    settings = _settings(data, key_file, database_url, chosen)
    password = os.environ.get("OTONAI_ADMIN_PASSWORD") or typer.prompt(
        "Password", hide_input=True, confirmation_prompt=True
    )
    prepare_database(settings)
    engine = _engine(settings)
    told = NewClinic(
        code, name, institution_code, consent_url, carry_medical, admin_name, admin_login,
        terminal_restarts=not settings.practice,
    )  # fmt: skip
    with writing(engine) as session:
        clinic = open_new_clinic(session, told, password, settings.consent_hosts, datetime.now(UTC))
    typer.echo(f"clinic {clinic.id}")


@audit.command("verify")
def verify(
    anchors: Annotated[Path | None, typer.Option(help="What `audit anchor` once printed.")] = None,
    clinic: Annotated[UUID | None, typer.Option(help="One clinic alone.")] = None,
    data: Data = None,
    key_file: KeyFile = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Check every clinic's chain; names the first bad entry and exits 1 when there is one."""
    broken = False
    kept = _kept(anchors) if anchors else []
    engine = _engine(_settings(data, key_file, database_url, _operator_defaults()))
    for clinic_id in [clinic] if clinic else _clinics(engine):
        with reading(engine, clinic_id) as session:
            bad = first_bad_event(session, clinic_id, kept)
        broken = broken or bad is not None
        typer.echo(f"clinic {clinic_id} {'holds' if bad is None else f'first bad entry {bad}'}")
    raise typer.Exit(1 if broken else 0)


@audit.command("anchor")
def anchor(data: Data = None, key_file: KeyFile = None, database_url: DatabaseUrl = None) -> None:
    """Print where every clinic's trail stands; kept on another machine or on paper, it shows a later rewriting."""
    engine = _engine(_settings(data, key_file, database_url, _operator_defaults()))
    for clinic_id in _clinics(engine):
        with reading(engine, clinic_id) as session:
            newest = anchor_of(session, clinic_id)
        typer.echo(f"{newest.clinic_id} {newest.sequence} {newest.hash}")


def _clinics(engine: Engine) -> list[UUID]:
    with reading(engine) as session:
        return list(session.exec(select(Clinic.id).order_by(col(Clinic.id))).all())


def _kept(path: Path) -> list[Anchor]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        match line.split():
            case []:
                continue
            case [clinic_id, sequence, digest]:
                found.append(Anchor(UUID(clinic_id), int(sequence), digest))
            case _:
                raise typer.BadParameter("a line is no anchor", param_hint="--anchors")
    return found


def _operator_defaults() -> dict[str, str | None]:
    """Commands that serve nobody need no address of their own."""
    return {"OTONAI_BASE_URL": os.environ.get("OTONAI_BASE_URL") or "https://otonai.invalid"}


def _settings(
    data: Path | None, key_file: Path | None, database_url: str | None, chosen: dict[str, str | None]
) -> Settings:
    """Options over environment, keys made at first use; written back so that child processes see the same."""
    if database_url:
        chosen = chosen | {"OTONAI_DATABASE_URL": database_url}
    elif data is not None:
        chosen = chosen | {"OTONAI_DATABASE_URL": f"sqlite:///{data.resolve() / 'otonai.db'}"}
    if key_file is not None:
        address = chosen.get("OTONAI_DATABASE_URL") or os.environ.get("OTONAI_DATABASE_URL", "")
        if address.startswith("sqlite:///"):
            folder = Path(address.removeprefix("sqlite:///")).resolve().parent
            if key_file.resolve().is_relative_to(folder):
                raise OddSetting("--key-file: the key must lie outside the data folder, so that no copy carries both")
            if (folder / "otonai.db").exists() and not key_file.exists():
                raise OddSetting(f"--key-file: {key_file.name} is missing, and a new key opens no existing database")
        chosen = chosen | {
            "OTONAI_DATABASE_KEY_FILE": str(_secret_file(key_file)),
            "OTONAI_TICKET_SECRET_FILE": str(_secret_file(key_file.with_name("ticket.secret"))),
            "OTONAI_SEALING_KEYS_FILE": str(_secret_file(key_file.with_name("sealing.key"))),
        }
    os.environ.update({k: v for k, v in chosen.items() if v is not None})
    return read_settings()


def _secret_file(path: Path) -> Path:
    """32 random bytes in hexadecimal, readable by the owner only. Raises OddSetting for one that others may read."""
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise OddSetting(f"{path.name}: others may read this key; allow its owner alone (mode 600)") from None
    return path


def _engine(settings: Settings) -> Engine:
    return open_engine(settings.database_url, settings.database_key)


def main() -> None:
    """Entry point: our own refusals are one sentence, not a trace."""
    log_to_stderr()
    try:
        app()
    except OtonaiError as error:
        typer.echo(f"{error.code}: {error.detail}", err=True)
        sys.exit(2)
    except DatabaseError as error:
        # Its text would quote statements and their values.
        kind = type(error.orig or error).__name__
        typer.echo(f"database_unreadable: not reachable, or not opened by this key ({kind})", err=True)
        sys.exit(2)
