"""`otonai match FILE` and `otonai compare FILE`: ask the rules of the ledger by hand, one JSON object per line.

Needs neither database nor settings and writes nothing. Shows personal data, on the operator's own terminal and nowhere
else. A line that cannot be understood is answered in its place with `{"line": 3, "error": …, "detail": …}` and told on
standard error, without any value; the others are answered all the same, and the command ends with 1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from .ledger_lines import CompareLine, MatchLine, OddLine, answer_compare, answer_match, read_line

File = Annotated[str, typer.Argument(metavar="FILE.jsonl", help="One JSON object per line; - reads standard input.")]
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def match_file(
    file: File,
    details: Annotated[bool, typer.Option(help="Also every candidate, its score and all that was compared.")] = False,
) -> None:
    """Say which chart each result is.

    A line is {"ledger": [patient…], "result": record}; names as `otonai terminal read` prints them, patients also
    `id` and `coverages`, and they may lack anything. The answer is {"outcome", "patient", "reasons"}: outcome is
    linked, matched, proposed, ambiguous, conflicting (the patient is the contradicted chart) or new.
    """
    _answer_lines(file, "match", lambda text: answer_match(read_line(MatchLine, text), details=details))


def compare_file(
    file: File,
    details: Annotated[bool, typer.Option(help="Also the reason of each difference and the suggested act.")] = False,
) -> None:
    """Say what differs between a chart and a result.

    A line is {"patient", "result"}; the patient may be null (a new one), and "route" (card, number) and
    "limit_consent" (unknown, agreed, refused, certificate_shown) may say how the answer was asked for. The answer is
    {"differences": [{"field", "ours", "theirs", "kind", "default"}]}: kind is real, format, unsafe or same; default
    is what is selected before anybody decided: keep (ours stays) or take (theirs is taken over).
    """
    _answer_lines(file, "compare", lambda text: answer_compare(read_line(CompareLine, text), details=details))


def _answer_lines(file: str, command: str, answer: Callable[[bytes], dict[str, Any]]) -> None:
    with ExitStack() as opened:
        try:
            lines: BinaryIO = sys.stdin.buffer if file == "-" else opened.enter_context(Path(file).open("rb"))
        except (OSError, ValueError):
            typer.echo(f"otonai {command}: the file cannot be read", err=True)
            raise typer.Exit(1) from None
        all_understood = _answer_each(lines, command, answer)
    raise typer.Exit(0 if all_understood else 1)


def _answer_each(lines: BinaryIO, command: str, answer: Callable[[bytes], dict[str, Any]]) -> bool:
    all_understood = True
    for number, text in enumerate(lines, start=1):
        content = text.removeprefix(_BYTE_ORDER_MARK) if number == 1 else text
        if not content.strip():
            continue
        try:
            told = answer(content)
        except OddLine as error:
            all_understood = False
            told = {"line": number, "error": error.code, "detail": error.detail}
            typer.echo(f"otonai {command}: line {number}: {error.detail}", err=True)
        sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
    return all_understood
