"""A tablet's day goes over bad lines: answers of `/api/sync` are compressed where the caller takes it (F27).

Only what a device is told for its proof, never what a cookie opens: beside words of a stranger's choice, the length of
a compressed answer would say what else is in it, and a stranger can make a browser send cookies, but no proof.
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

#: Shorter answers go in one packet anyhow, in bytes.
WORTH_IT = 1_400
#: Text of a day shrinks to a tenth; more effort gains little and costs the server time.
EFFORT = 4


def install(app: Flask) -> None:
    """From here on the application's answers to tablets are compressed."""

    @app.after_request
    def compressed(answer: Response) -> Response:
        if request.blueprint != "sync" or not answer.is_json or answer.is_streamed:
            return answer
        answer.vary.add("Accept-Encoding")
        content = answer.get_data()
        if len(content) < WORTH_IT or not request.accept_encodings["gzip"] or "Content-Encoding" in answer.headers:
            return answer
        answer.set_data(gzip.compress(content, EFFORT, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
        return answer
