"""What both kinds of acting share: the outside world, the journal, and one way to speak about trouble."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from otonai_bridge import naming
from otonai_bridge.folders import FolderProblem, Folders, problem_of
from otonai_bridge.journal import Journal
from otonai_bridge.patience import Patience
from otonai_bridge.server import Server


@dataclass
class Tools:
    """`now` is the server's time, `tick` the monotonic clock in seconds, `reach` passes a kill point."""

    folders: Folders
    journal: Journal
    server: Server
    patience: Patience
    now: Callable[[], datetime]
    tick: Callable[[], float]
    new_id: Callable[[], str]
    say: Callable[..., None]
    reach: Callable[[str], None]
    problems: dict[str, FolderProblem] = field(default_factory=dict)  # folder → trouble, for the heartbeat
    jobs_waiting: bool = False  # what the latest receipt said

    def trouble(self, folder: str, key: str, error: OSError, name: str, *, writing: bool = False) -> None:
        """Name it, back off, and say it once per series. A single locked file is no trouble of its folder."""
        problem = problem_of(error, self.folders.paths[folder])
        attempt = self.patience.failed(key, self.tick())
        if problem is FolderProblem.VANISHED:
            return
        if writing and not (problem is FolderProblem.LOCKED and self.folders.can_write(folder)):
            self.problems[folder] = problem
        if attempt == 1:
            self.say("file_waits", folder=folder, file=naming.label(name), reason=problem.value)

    def well(self, folder: str, key: str) -> None:
        self.problems.pop(folder, None)
        self.patience.worked(key)
