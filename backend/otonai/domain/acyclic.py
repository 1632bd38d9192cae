"""Work that makes many small values and no cycles, done without looking for cycles meanwhile.

Python looks for cycles each time some hundred new values are alive, and looks at all old ones again and again: half
of the time of a history of thousands of rows. Counting references frees such values by itself.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

_Asked = ParamSpec("_Asked")
_Given = TypeVar("_Given")


def acyclic(work: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """Runs `work` with the search for cycles put off until it ends, however it ends. For bounded work only.

    The search belongs to the whole process: what another thread does meanwhile is searched afterwards.
    """

    @wraps(work)
    def without_search(*args: _Asked.args, **kwargs: _Asked.kwargs) -> _Given:
        if not gc.isenabled():  # somebody around or beside us has put it off and will put it back
            return work(*args, **kwargs)
        gc.disable()
        try:
            return work(*args, **kwargs)
        finally:
            gc.enable()

    return without_search
