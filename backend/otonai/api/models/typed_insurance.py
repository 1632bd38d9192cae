"""An insurance as somebody types it into a chart."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from .common import In, example_in, example_of
from .ledger import CoverageIn


class TypedInsuranceIn(In):
    """The insurance, on the version of the chart that was seen. With `begins` it is another one, else a correction."""

    model_config = example_in(base_version=3, begins=None, coverage=example_of(CoverageIn))
    base_version: int = Field(ge=1)
    begins: date | None = None
    coverage: CoverageIn
