"""WebKitGTK beside Chromium: the engine family of the iPad, driven by its own WebDriver on a screen that nobody sees.

What runs here is not an iPad: no touch, no home screen, no suspend. It shows that pages, crypto and storage work in
another engine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

SCREEN = "1280x1280x24"


@contextmanager
def webkit_browser(folder: Path) -> Iterator[webdriver.WebKitGTK]:
    """A running browser with a profile below `folder`; ended with its screen."""
    with _screen(folder) as display:
        driver, mini = os.environ["OTONAI_WEBKIT"].split(os.pathsep)
        surroundings = {
            **os.environ,
            "DISPLAY": display,
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
            # Its sandbox needs user namespaces, which containers of test machines lack; only our own pages are opened.
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
            "LANG": "C.UTF-8",
        }
        options = Options()
        options.binary_location = mini
        options.add_argument("--automation")
        browser = webdriver.WebKitGTK(options=options, service=Service(driver, env=surroundings))
        browser.set_page_load_timeout(30)
        try:
            yield browser
        finally:
            browser.quit()


@contextmanager
def _screen(folder: Path) -> Iterator[str]:
    """An X server without a screen, on a display number of its own choice."""
    server = shutil.which("Xvfb")
    assert server, "Xvfb is missing; `run.py test` installs it beside WebKitGTK"
    told = folder / "display"
    with told.open("wb") as out:
        process = subprocess.Popen(
            [server, "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"],
            stdout=out,
            stderr=subprocess.DEVNULL,
        )
    try:
        deadline = time.monotonic() + 10
        while not (number := told.read_text().strip()):
            assert time.monotonic() < deadline, "Xvfb did not start"
            time.sleep(0.05)
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(10)
