"""Change events of `res` and `face`, turned into wake-ups.

Duty: tell the loop quickly that something appeared. Non-duty: being complete. Events of network shares get lost
(section 2.10 rule 4), so the loop looks by itself every `rescan_seconds`; this only makes it faster.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import watchfiles

from otonai_bridge.wakeups import Wake

Identity = tuple[int, int]
_AGAIN_SECONDS = 60.0  # after a failure; meanwhile rescans do the work
_STEP_MS = 20  # how long a burst of events is gathered; the first one wakes the loop


class Watcher:
    def __init__(self, post: Callable[[Wake], None], say: Callable[..., None]) -> None:
        self._post = post
        self._say = say
        self._watched: dict[Path, Identity] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._failed_at = float("-inf")

    def follow(self, folders: Mapping[Path, Identity]) -> None:
        """Watch exactly these folders; a folder that was exchanged (share remounted) is watched anew."""
        alive = self._thread is not None and self._thread.is_alive()
        resting = time.monotonic() < self._failed_at + _AGAIN_SECONDS
        if dict(folders) == self._watched and (alive or resting or not folders):
            return
        self.stop()
        self._watched = dict(folders)
        if folders:
            self._stop = threading.Event()
            arguments = (tuple(folders), self._stop)
            self._thread = threading.Thread(target=self._run, args=arguments, name="watch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=2)
            self._thread = None

    def _run(self, folders: tuple[Path, ...], stop: threading.Event) -> None:
        try:
            for changes in watchfiles.watch(
                *folders,
                watch_filter=None,
                debounce=2 * _STEP_MS,
                step=_STEP_MS,
                stop_event=stop,
                recursive=False,
                ignore_permission_denied=True,
                raise_interrupt=False,
            ):
                if any(change is not watchfiles.Change.deleted for change, _ in changes):
                    self._post(Wake.FOLDERS)
        except (OSError, RuntimeError) as error:
            # The folder went away or the system has no more watches: rescans carry on alone.
            self._failed_at = time.monotonic()
            self._say("watch_lost", reason=type(error).__name__)
