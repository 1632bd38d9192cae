"""The eligibility terminal's messages: bytes <-> domain values, pure.

No clock, no database, no files: whoever calls brings bytes and a file name and keeps what comes back. The
official element names live only here; everywhere else the glossary's identifiers are used.

    names.py      the grammar of file names            encoding.py   bytes <-> text
    envelope.py   text -> bounded, refused or cut XML  archive.py    the one message inside a ZIP
    codes.py      code tables with Japanese labels     elements.py   the element names we understand
    result.py     `read()`: every file as a named outcome            provenance.py where a fact came from
    eligibility.py, certificates.py, medical.py, question.py         the bodies, answers and requests
    report.py     what `otonai terminal read` prints
    request.py, bulk_request.py, unpublished_request.py, layout.py   what we ask, as finished bytes

Sources: oqs-interface 2-10, 12, 13, 16; medical-info 2.
"""
