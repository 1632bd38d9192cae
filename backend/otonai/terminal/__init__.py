"""The eligibility terminal's messages: bytes <-> domain values, pure.

No clock, no database, no files: whoever calls brings bytes and a file name and keeps what comes back. The
official element names live only here; everywhere else the glossary's identifiers are used.

    names.py      the grammar of file names            encoding.py   bytes <-> text
    envelope.py   text -> bounded, refused or cut XML  archive.py    the one message inside a ZIP
    codes.py      code tables with Japanese labels     elements.py   the element names we understand
    request.py    what we ask, as finished bytes       result.py     `read()`: every answer as a named outcome
    eligibility.py, medical.py   the bodies of the two great families

Sources: oqs-interface 2-10, 12, 13, 16; medical-info 2.
"""
