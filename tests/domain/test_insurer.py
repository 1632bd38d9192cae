"""Whose word about an insurer stands: the center's, a file's, or a person's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from otonai.domain.errors import Invalid
from otonai.domain.insurer import InsurerFacts, InsurerOutcome, InsurerSource, KnownInsurer, judged
from otonai.domain.insurer_file import read_insurers
from otonai.domain.table_file import BadCell, Problem

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=30)
CHECK, FILE, PERSON = InsurerSource
NEW, CHANGED, SAME, KEPT = InsurerOutcome
UNION = InsurerFacts("見本広域連合", "03-0000-0000", "100-0000", "見本都見本区1-2-3")
NAMED = InsurerFacts("見本広域連合")


@pytest.mark.shows("S-080")
@pytest.mark.parametrize(
    ("known", "told", "source", "outcome", "after"),
    [
        # first words
        (None, NAMED, CHECK, NEW, NAMED),
        (None, UNION, FILE, NEW, UNION),
        (None, InsurerFacts(), CHECK, SAME, InsurerFacts()),
        (None, InsurerFacts("●本広域連合"), CHECK, SAME, InsurerFacts()),
        # the center names what we know: its address stays, and another width is no other name
        (KnownInsurer(UNION, FILE, EARLIER), NAMED, CHECK, SAME, UNION),
        (KnownInsurer(InsurerFacts("ミホン健保"), CHECK, EARLIER), InsurerFacts("ﾐﾎﾝ健保"), CHECK, SAME, None),
        (
            KnownInsurer(UNION, FILE, EARLIER), InsurerFacts("新見本広域連合"), CHECK, CHANGED,
            InsurerFacts("新見本広域連合", "03-0000-0000", "100-0000", "見本都見本区1-2-3"),
        ),
        (KnownInsurer(UNION, FILE, EARLIER), InsurerFacts("●本広域連合"), CHECK, SAME, UNION),
        # an answer given before the one that stands comes late
        (KnownInsurer(NAMED, CHECK, NOW + timedelta(days=1)), InsurerFacts("旧見本広域連合"), CHECK, KEPT, NAMED),
        (KnownInsurer(UNION, FILE, NOW + timedelta(days=1)), InsurerFacts("旧見本広域連合"), CHECK, KEPT, UNION),
        # a file fills in and says nothing with an empty cell
        (KnownInsurer(NAMED, CHECK, EARLIER), InsurerFacts(telephone="03-0000-0000"), FILE, CHANGED,
         InsurerFacts("見本広域連合", "03-0000-0000")),
        (KnownInsurer(UNION, FILE, EARLIER), NAMED, FILE, SAME, UNION),
        # a person's word stands against both, and is all of it
        (KnownInsurer(UNION, PERSON, EARLIER), InsurerFacts("新見本広域連合"), CHECK, KEPT, UNION),
        (KnownInsurer(UNION, PERSON, EARLIER), InsurerFacts(telephone="06-0000-0000"), FILE, KEPT, UNION),
        (KnownInsurer(UNION, FILE, EARLIER), NAMED, PERSON, CHANGED, NAMED),
        (KnownInsurer(UNION, PERSON, EARLIER), UNION, PERSON, SAME, UNION),
    ],
)  # fmt: skip
def test_whose_word_stands(
    known: KnownInsurer | None,
    told: InsurerFacts,
    source: InsurerSource,
    outcome: InsurerOutcome,
    after: InsurerFacts | None,
) -> None:
    found = judged(known, told, source, NOW)
    assert found == (outcome, after or (known.facts if known else told))


@pytest.mark.shows("S-080")
def test_a_table_of_insurers_is_read_and_its_bad_cells_are_named() -> None:
    read = read_insurers(
        "\ufeff住所,保険者名,保険者番号,備考\r\n"
        "見本都見本区1-2-3,見本広域連合,39139993,x\r\n"
        ",みほん市,139998\r\n"
        ",みほん市,00139998\r\n"
        ",,06139992\r\n"
        ",ちがう番号,39139994\r\n"
        ",短い番号,123\r\n"
        ",番号なし,\r\n"
        "123456789018,個人番号,06139992\r\n"
        "\r\n"
    )
    assert read.insurers == {
        "39139993": InsurerFacts("見本広域連合", address="見本都見本区1-2-3"),
        "139998": InsurerFacts("みほん市"),
    }
    assert read.bad == [
        BadCell(5, "保険者名", Problem.MISSING),
        BadCell(6, "保険者番号", Problem.CHECK_DIGIT),
        BadCell(7, "保険者番号", Problem.NO_NUMBER),
        BadCell(8, "保険者番号", Problem.MISSING),
        BadCell(9, "住所", Problem.MY_NUMBER),
    ]


@pytest.mark.parametrize("text", ["", "氏名,住所\n", "保険者番号\n39139993\n", '"保険者番号,保険者名\n'])
def test_a_file_that_is_no_table_of_insurers_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_insurers(text)
    assert refused.value.code == "insurer_file_unreadable"
