"""Starts bridges quickly for the kill harness: a process that has loaded the bridge once and forks it on request.

Reads one JSON object per line (`{"state", "root", "server", "kill_at"}`), answers with the pid of a real bridge
process and, when that has ended, with how it ended. The bridge in the fork is the shipped one; only its settling
time is shorter than the command line would allow.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from otonai_bridge.assemble import assembled
from otonai_bridge.config import Settings
from otonai_bridge.killpoints import KillPoints
from otonai_bridge.wakeups import Wake, Wakeups


def run(order: dict[str, str]) -> int:
    wakeups = Wakeups()
    signal.signal(signal.SIGTERM, lambda *_: wakeups.post(Wake.STOP))
    settings = Settings(
        server=order["server"],
        folders={name: Path(order["root"]) / name for name in ("req", "res", "face")},
        state=Path(order["state"]),
        rescan_seconds=0.1,
        settle_seconds=0.01,
    )
    with assembled(settings, wakeups, KillPoints(order["kill_at"]), say=lambda *_, **__: None) as loop:
        return int(loop.run())


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                code = run(json.loads(line))
            finally:
                os._exit(code)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
