"""What a browser tells about something that the content security policy stopped."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class PolicyViolation(BaseModel):
    """One thing that was stopped. Browsers send more fields; they are not read."""

    model_config = ConfigDict(extra="ignore")
    document_uri: str = Field(default="", alias="document-uri", max_length=4000)
    effective_directive: str = Field(default="", alias="effective-directive", max_length=200)
    violated_directive: str = Field(default="", alias="violated-directive", max_length=4000)
    blocked_uri: str = Field(default="", alias="blocked-uri", max_length=4000)


class PolicyReportIn(BaseModel):
    """The body of a report (CSP level 2, `report-uri`)."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "csp-report": {
                        "document-uri": "https://otonai.example.jp/office/list",
                        "effective-directive": "script-src-elem",
                        "violated-directive": "script-src-elem",
                        "blocked-uri": "inline",
                    }
                }
            ]
        },
    )
    csp_report: PolicyViolation = Field(alias="csp-report")
