"""The terminal and the office's bridge as the server meets them: jobs taken over HTTP, answers brought over HTTP."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.api.server import Device, Server, Somebody, told
from tests.flow import answers
from werkzeug.test import TestResponse

from otonai.domain.eligibility import EligibilityRecord

FETCH = "/api/home-visit/requests/fetch"


class Terminal:
    """One office PC: its bridge, and answers with real bytes."""

    def __init__(self, server: Server, by: Somebody | None = None) -> None:
        self.bridge: Device = server.bridge(by)

    def jobs(self) -> list[dict[str, Any]]:
        """Files that wait to be written."""
        waiting: list[dict[str, Any]] = told(self.bridge.get("/api/bridge/jobs"))["jobs"]
        return waiting

    def send(self, file_name: str, content: bytes | None, *, kind: str = "answer", **more: Any) -> TestResponse:
        """One delivery; `more` is further meta."""
        meta = {"kind": kind, "file_name": file_name, "delivery_id": str(uuid4())} | more
        if content is not None:
            meta |= {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        form: dict[str, Any] = {"meta": json.dumps(meta)}
        if content is not None:
            form["file"] = (io.BytesIO(content), "file")
        return self.bridge.send("/api/bridge/files", form)

    def deliver(self, file_name: str, content: bytes | None, **more: Any) -> dict[str, Any]:
        """A delivery that is taken, and what is said about it."""
        receipt: dict[str, Any] = told(self.send(file_name, content, **more))
        return receipt

    def take(self) -> dict[str, Any]:
        """The only waiting job, written into the folder and confirmed."""
        (job,) = self.jobs()
        assert self.deliver(job["file_name"], None, kind="written", job_id=job["id"])["outcome"] == "accepted"
        return job

    def answer(self, job: dict[str, Any], content: bytes) -> dict[str, Any]:
        """The terminal's answer to one job."""
        return self.deliver(f"{job['expected_stem']}.xml", content)

    def accept(self) -> None:
        """情報申請 is received: a 受付番号."""
        self.answer(self.take(), answers.acceptance(uuid4().hex[:18], at=datetime.now(UTC)))

    def bring_list(self, office: Somebody, *people: EligibilityRecord) -> list[dict[str, Any]]:
        """The whole round by the office's button; returns the rows of the 同意済一覧."""
        told(office.post(FETCH), 202)
        self.accept()
        told(office.post(FETCH), 202)
        units = [answers.consented(each) for each in people]
        self.answer(self.take(), answers.consented_list(*units, at=datetime.now(UTC)))
        rows: list[dict[str, Any]] = told(office.get("/api/consented-patients?limit=500"))["items"]
        return rows
