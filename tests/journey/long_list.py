"""A clinic whose list of consented people is as long as one wishes, served as the product serves it.

Rows are made by the flow from the terminal's own answers; every tenth person needs somebody's decision.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from werkzeug.serving import make_server

from otonai.app import create_app
from otonai.config import Profile, Settings
from otonai.domain.consent import ConsentKind
from otonai.domain.patient import LedgerPatient
from tests import people
from tests.api.server import Server
from tests.databases import CONSENT_HOST, KEY, known_clinics
from tests.flow import answers
from tests.flow.story import Story
from tests.journey.conftest import ROOT
from tests.people import SETTLED, late_elderly, record_of
from tests.staffing import SEALING_KEY

SYLLABLES = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
#: So many people in one answer of the terminal.
AT_ONCE = 1_000


@dataclass(frozen=True)
class LongList:
    """Where it is and who may read it."""

    address: str
    cookie: tuple[str, str]
    story: Story


@contextmanager
def long_list(engine: Engine, length: int) -> Iterator[LongList]:
    """Runs for the `with` block, on a free port of loopback."""
    story = Story(engine, known_clinics(engine).minamo)
    story.now = datetime.now(UTC) - timedelta(hours=1)
    for start in range(0, length, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, length))
        consents = answers.agreed(ConsentKind.DRUG, at=story.now)
        # Some have a chart that says something else; the others are new here, as after moving from another program.
        for number in numbers:
            if number % 50 == 0:
                story.chart(replace(person(number), address="見本市旧町一丁目", reference_number=None))
        told = [person(number) for number in numbers]
        story.fetch_list(*(record_of(each, consents=consents, coverage=each.coverages[0]) for each in told))
        story.wait(seconds=60)
    app = create_app(
        Settings(
            database_url="sqlite:///unused", base_url="http://localhost", live_url="http://localhost:8001",
            profile=Profile.DEMO, database_key=KEY, ticket_secret=bytes(range(32)), sealing_keys=(SEALING_KEY,),
            pwa_folder=ROOT / "pwa" / "dist", consent_hosts=frozenset({CONSENT_HOST}),
        )
    )  # fmt: skip
    app.extensions["otonai"].engine = engine
    cookie = Server(app, engine).hire(people.OFFICE).client.get_cookie("otonai_session")
    assert cookie is not None
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield LongList(f"http://localhost:{server.server_port}", (cookie.key, cookie.value), story)
    finally:
        server.shutdown()


def person(number: int) -> LedgerPatient:
    """The n-th of them; nobody has another one's name, birth date and card together."""
    assert SETTLED.birth_date is not None
    kana = "".join(SYLLABLES[(number // step) % len(SYLLABLES)] for step in (1, len(SYLLABLES), 7, 11))
    return replace(
        SETTLED, name=f"計測　{number}番", name_kana=f"ケイソク　{kana}", chart_number=f"{number:06d}",
        reference_number=f"{number:06d}", birth_date=SETTLED.birth_date - timedelta(days=number % 9_000),
        coverages=(late_elderly(f"{number:08d}"),),
    )  # fmt: skip
