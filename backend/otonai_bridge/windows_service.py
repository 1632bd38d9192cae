"""The bridge as the Windows service control manager sees it: starts, stops, and ends with a meaning.

Not run in the automatic tests, which have no Windows; everything that decides something is in `running` and
`service`. The ten steps in deploy/RUNBOOK.md check it by hand.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from otonai_bridge.config import ConfigRefused
from otonai_bridge.running import CODES, FINAL_CODES
from otonai_bridge.wakeups import Wake, Wakeups


def code_of(run: Callable[[], int], complain: Callable[[str], None]) -> int:
    """Run to the end; what ends a command with a sentence is put on record here instead."""
    try:
        return run()
    except tuple(CODES) as error:
        complain(str(error))
        return CODES[type(error)]


def is_final(code: int) -> bool:
    """Whether the service may count as stopped. Any other end must look like a crash, so that Windows restarts it."""
    return code in FINAL_CODES


if sys.platform == "win32":
    import servicemanager
    import win32service
    import win32serviceutil

    from otonai_bridge.service import WINDOWS_NAME

    def host(run: Callable[[Wakeups], int]) -> int:
        """Called by the service control manager; returns when the service has ended."""

        class BridgeService(win32serviceutil.ServiceFramework):
            _svc_name_ = WINDOWS_NAME
            _svc_display_name_ = "Otonai bridge"

            def __init__(self, arguments: list[str]) -> None:
                super().__init__(arguments)
                self._wakeups = Wakeups()

            def SvcStop(self) -> None:
                self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING, 20_000)  # milliseconds until worried
                self._wakeups.post(Wake.STOP)

            SvcShutdown = SvcStop

            def SvcDoRun(self) -> None:
                code = code_of(lambda: run(self._wakeups), servicemanager.LogErrorMsg)
                if not is_final(code):
                    os._exit(code)  # without a word: the manager takes that for a crash and starts us again

        servicemanager.Initialize()
        servicemanager.PrepareToHostSingle(BridgeService)
        servicemanager.StartServiceCtrlDispatcher()  # type: ignore[no-untyped-call]
        return 0

else:

    def host(_run: Callable[[Wakeups], int]) -> int:
        """Raises ConfigRefused: only Windows starts a service this way."""
        raise ConfigRefused("service host: Windows itself calls it; you want: otonai-bridge run")
