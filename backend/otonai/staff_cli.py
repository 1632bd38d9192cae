"""`otonai staff …`: what the operator does for people who cannot help each other, as when a clinic's only administrator
is locked out. Every act is an event of that clinic's audit trail; no password is ever asked, told or set here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .domain.errors import NotFound

if TYPE_CHECKING:
    from sqlmodel import Session

    from .store.tables import Staff

staff_commands = typer.Typer(no_args_is_help=True, help="People who cannot get in.")

LoginName = Annotated[str, typer.Argument(help="The person's log-in name.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the embedded database.")]
KeyFile = Annotated[Path | None, typer.Option(help="The database's key, outside the data folder.")]
DatabaseUrl = Annotated[str | None, typer.Option(help="PostgreSQL instead of the embedded database.")]


class LostThing(StrEnum):
    """What the person cannot show any more."""

    PASSWORD = "password"  # noqa: S105 -- a word, no secret
    SECOND_FACTOR = "second-factor"


@staff_commands.command("sign-up-code")
def sign_up_code(
    login_name: LoginName,
    lost: Annotated[
        LostThing, typer.Option(help="password: the app is still asked. second-factor: both begin anew.")
    ] = LostThing.PASSWORD,
    data: Data = None,
    key_file: KeyFile = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Print a code by which this person begins anew. Make sure first who is asking: the code is as good as they are.

    What they had is void at once and every session of theirs ends. Hand the code over in person or by telephone to a
    number that was known before; it works once, for 72 hours.
    """
    from . import cli  # noqa: PLC0415 -- it imports this file
    from .flow.handed_codes import grouped  # noqa: PLC0415 -- the flow's imports cost seconds
    from .flow.staff import Lost, help_back_in  # noqa: PLC0415
    from .store.audit import Actor  # noqa: PLC0415
    from .store.session import writing  # noqa: PLC0415

    engine = cli._engine(cli._settings(data, key_file, database_url, cli._operator_defaults()))
    what = Lost.PASSWORD if lost is LostThing.PASSWORD else Lost.SECOND_FACTOR
    with writing(engine) as session:
        made = help_back_in(session, _person(session, login_name), what, Actor("host_operator"), datetime.now(UTC))
    typer.echo(f"code {grouped(made.code)}")
    typer.echo(
        f"good until {made.expires_at.isoformat(timespec='minutes')}, at the address of the office: /office/join"
    )


@staff_commands.command("let-try-again")
def let_try_again(
    login_name: LoginName, data: Data = None, key_file: KeyFile = None, database_url: DatabaseUrl = None
) -> None:
    """Lift the lock that five wrong tries brought."""
    from . import cli  # noqa: PLC0415 -- as above
    from .flow import staff  # noqa: PLC0415
    from .store.audit import Actor  # noqa: PLC0415
    from .store.session import writing  # noqa: PLC0415

    engine = cli._engine(cli._settings(data, key_file, database_url, cli._operator_defaults()))
    with writing(engine) as session:
        staff.let_try_again(session, _person(session, login_name), Actor("host_operator"), datetime.now(UTC))
    typer.echo("tries are counted anew")


@staff_commands.command("seal-anew")
def seal_anew(data: Data = None, key_file: KeyFile = None, database_url: DatabaseUrl = None) -> None:
    """Seal seeds of authenticator apps and secrets of clinics' providers by the newest sealing key.

    Older keys can be thrown away afterwards.
    """
    from sqlmodel import select  # noqa: PLC0415 -- as above

    from . import cli  # noqa: PLC0415
    from .flow import own_provider, second_factor  # noqa: PLC0415
    from .flow.sealing import Sealing  # noqa: PLC0415
    from .store.session import reading, writing  # noqa: PLC0415
    from .store.tables import Clinic  # noqa: PLC0415

    settings = cli._settings(data, key_file, database_url, cli._operator_defaults())
    engine, sealing = cli._engine(settings), Sealing(settings.sealing_keys)
    with reading(engine) as session:
        clinics = session.exec(select(Clinic.id)).all()
    count = 0
    for clinic_id in clinics:
        with writing(engine, clinic_id) as session:
            count += second_factor.seal_anew(session, clinic_id, sealing)
            count += own_provider.seal_provider_anew(session, clinic_id, sealing)
    typer.echo(f"sealed anew: {count}")


def _person(session: Session, login_name: str) -> Staff:
    """Whoever has this log-in name, whichever clinic they work at. Raises NotFound."""
    from sqlmodel import select  # noqa: PLC0415 -- as above

    from .flow.staff import person  # noqa: PLC0415
    from .store.session import enter_by  # noqa: PLC0415
    from .store.tables import Staff  # noqa: PLC0415
    from .store.walls import WayIn  # noqa: PLC0415

    clinic_id = enter_by(session, WayIn.LOGIN_NAME, login_name)
    if clinic_id is None:
        raise NotFound("nobody has this log-in name")
    found = session.exec(select(Staff.id).where(Staff.login_name == login_name)).one()
    return person(session, clinic_id, found)
