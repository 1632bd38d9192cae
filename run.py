#!/usr/bin/env python3
"""The one list of commands. Standard library only; everything it needs it sets up itself.

    python3 run.py demo [--once] [--fresh]    a whole clinic on this machine; --once plays one visit and ends
    python3 run.py test [-k WORDS]            everything that must pass (Vitest, then pytest)
    python3 run.py check                      types, lint, contract, and the ids that no test shows
    python3 run.py dev                        the demo, reloading on change
    python3 run.py openapi                    write backend/openapi.json and the client types made from it
    python3 run.py bench [NAME]               measure
    python3 run.py prove [NAME]               the tests marked prove(NAME), at full size
    python3 run.py setup                      only the set-up

Set-up is a row of steps, each skipped while the hash of its inputs is unchanged:

1. `.venv`            a virtual environment of the Python that runs this file
2. Python packages    from requirements.lock, every one by hash
3. Otonai itself      editable, without looking for further packages
4. Node               the system's when new enough, else a locked wheel inside `.venv`
5. npm packages       from pwa/package-lock.json
6. the PWA            built into pwa/dist
7. OpenID provider    for tests only, from tests/openid/package-lock.json

Everything a run leaves behind lies in `.venv/`, `.otonai/`, `pwa/dist/`, and the two `node_modules/`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
PWA = ROOT / "pwa"
RUNTIME = ROOT / ".otonai"
#: Processes that test side by side; a file's tests stay together, because they share a server or a browser.
WORKERS = max(1, min(4, os.cpu_count() or 1))
IN_CI = os.environ.get("CI", "").lower() in ("true", "1")


class Failed(Exception):
    """The command cannot go on; the text says why and what to do."""


def say(text: str) -> None:
    """One line to the person at the terminal, in order with the output of the programs called."""
    print(text, flush=True)


def call(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> int:
    """Run a program in sight of the person and give its exit code."""
    words = [str(part) for part in command]
    return subprocess.run(words, cwd=cwd, env={**tools(), **(env or {})}, check=False).returncode


def must(*command: str | Path, cwd: Path = ROOT, quiet: bool = False) -> None:
    """Run a program that has to succeed; what a quiet one said is shown when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=tools(),
        check=False,
        text=True,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
    )
    if done.returncode != 0:
        tail = "\n".join((done.stdout or "").splitlines()[-30:])
        raise Failed(f"{tail}\n`{' '.join(map(str, command))}` ended with {done.returncode}")


def tools() -> dict[str, str]:
    """The environment of every program: the virtual environment's scripts (and Node, if it lives there) first."""
    return {**os.environ, "PATH": f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}", "PYTHONUTF8": "1"}


# --- set-up ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step: `act` runs unless `stamp` holds the hash of `inputs` and `result` exists.

    The stamp lies with what it vouches for, so that deleting `.venv` or `node_modules` also forgets it.
    """

    label: str
    stamp: Path
    result: Path
    inputs: Callable[[], Iterable[Path | str]]
    act: Callable[[], None]

    def ensure(self) -> bool:
        """Carry the step out if needed; True when something was done."""
        digest = digest_of(self.inputs())
        if self.result.exists() and self.stamp.is_file() and self.stamp.read_text(encoding="ascii") == digest:
            return False
        started = time.monotonic()
        say(f"set-up: {self.label} …")
        self.act()
        if not self.result.exists():
            raise Failed(f"set-up: {self.label}: {self.result.relative_to(ROOT)} is missing afterwards")
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(digest, encoding="ascii")
        say(f"set-up: {self.label}, {time.monotonic() - started:.1f} s")
        return True


def digest_of(inputs: Iterable[Path | str]) -> str:
    """One hash over words and over the names and bytes of files."""
    total = hashlib.sha256()
    for item in inputs:
        content = item.read_bytes() if isinstance(item, Path) else b""
        name = item.relative_to(ROOT).as_posix() if isinstance(item, Path) else item
        total.update(f"{name}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


def set_up(*, pwa: bool = True, tests: bool = False) -> None:
    """Steps 1 to 6 of the module's docstring, and 7 where tests run; repeated, it only looks."""
    if sys.version_info < (3, 11):  # noqa: UP036 -- this file may be started by any Python
        raise Failed(f"Otonai needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    for step in python_steps():
        step.ensure()
    if pwa:
        for step in pwa_steps(find_npm()):
            step.ensure()
    if tests:
        provider_step(find_npm()).ensure()


def python_steps() -> list[Step]:
    """Steps 1 to 3."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    lock, project = ROOT / "requirements.lock", ROOT / "pyproject.toml"
    editable = ("--no-deps", "--no-build-isolation", "-e", ".")
    pip = (PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    return [
        Step("virtual environment", VENV / ".stamp-venv", PYTHON, lambda: [version], make_environment),
        Step("Python packages", VENV / ".stamp-packages", PYTHON, lambda: [lock], lambda: install(lock)),
        Step("Otonai", VENV / ".stamp-otonai", PYTHON, lambda: [project], lambda: must(*pip, *editable, quiet=True)),
    ]


def pwa_steps(npm: str) -> list[Step]:
    """Steps 5 and 6; step 4 found `npm`."""
    modules = PWA / "node_modules"
    locked = [PWA / "package.json", PWA / "package-lock.json"]
    ci = (npm, "ci", "--include=dev", "--no-audit", "--no-fund")
    build = (npm, "run", "build")
    index = PWA / "dist" / "index.html"
    return [
        Step("npm packages", modules / ".stamp", modules, lambda: locked, lambda: must(*ci, cwd=PWA, quiet=True)),
        Step("PWA", RUNTIME / "stamps" / "pwa", index, pwa_sources, lambda: must(*build, cwd=PWA, quiet=True)),
    ]


def provider_step(npm: str) -> Step:
    """Step 7."""
    folder = ROOT / "tests" / "openid"
    locked, modules = [folder / "package.json", folder / "package-lock.json"], folder / "node_modules"
    ci = (npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    return Step(
        "OpenID provider", modules / ".stamp", modules, lambda: locked, lambda: must(*ci, cwd=folder, quiet=True)
    )


def make_environment() -> None:
    """Create `.venv`, or rebuild it when it belongs to another Python."""
    try:
        __import__("ensurepip")
    except ImportError:
        raise Failed(
            "This Python cannot make virtual environments (ensurepip is missing).\n"
            "On Debian or Ubuntu: apt-get install python3-venv, then run the same command again."
        ) from None
    wanted = f"(python {sys.version_info[0]}.{sys.version_info[1]})"
    if not PYTHON.exists() or wanted not in output_of(PYTHON, "-m", "pip", "--version"):
        must(sys.executable, "-m", "venv", "--clear", VENV)


def output_of(*command: str | Path) -> str:
    """What a program says, or nothing if it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def install(lock: Path) -> None:
    """Install a lock file into `.venv`: by uv where an earlier set-up brought it, else by pip; hashes always."""
    what = ("--require-hashes", "-r", lock)
    uv = shutil.which("uv", path=str(SCRIPTS))
    if uv:
        must(uv, "pip", "install", "-q", "--python", PYTHON, *what, quiet=True)
    else:
        must(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *what, quiet=True)


def find_npm() -> str:
    """npm of a Node that the build tools accept; installs the locked wheel when the system has none."""
    for _ in range(2):
        npm, node = shutil.which("npm", path=tools()["PATH"]), shutil.which("node", path=tools()["PATH"])
        if npm and node and node_is_new_enough(node):
            return npm
        say("set-up: no suitable Node here, taking the wheel (about 200 MB) …")
        install(ROOT / "requirements-node.lock")
    raise Failed("Node could not be set up: install Node 22 (or 20.19 and newer) and run the same command again.")


def node_is_new_enough(node: str) -> bool:
    """Node >= 20.19 of line 20, or >= 22.12."""
    numbers = re.match(r"v(\d+)\.(\d+)", output_of(node, "--version"))
    if not numbers:
        return False
    version = (int(numbers[1]), int(numbers[2]))
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def pwa_sources() -> list[Path]:
    """Every file the PWA is built from."""
    built = {"node_modules", "dist", "dev-dist", "coverage"}
    found = []
    for folder, names, files in os.walk(PWA):
        names[:] = sorted(name for name in names if name not in built)
        found += [Path(folder) / name for name in sorted(files) if not name.endswith(".tsbuildinfo")]
    return found


def find_chromium() -> str | None:
    """An installed Chromium or Chrome, or the one named by OTONAI_CHROMIUM."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    named = os.environ.get("OTONAI_CHROMIUM")
    return named or next(filter(None, map(shutil.which, names)), str(mac) if mac.exists() else None)


def ensure_chromium() -> str | None:
    """Chromium for the browser tests, installed by apt where that is possible; None (and a loud word) else."""
    if not find_chromium():
        install_by_apt("Chromium", "chromium", "fonts-noto-cjk")
    if found := find_chromium():
        return found
    missing("Chromium", "Install chromium, or name one in OTONAI_CHROMIUM, and run the same command again.")
    return None


def find_webkit() -> str | None:
    """WebKitGTK's driver and browser, joined as OTONAI_WEBKIT wants them; a screen is needed, too."""
    if named := os.environ.get("OTONAI_WEBKIT"):
        return named
    driver = shutil.which("WebKitWebDriver")
    places = ("lib/*/webkit2gtk-4.*/MiniBrowser", "libexec/webkit2gtk-4.*/MiniBrowser")
    mini = next((str(path) for place in places for path in Path("/usr").glob(place)), None)
    return os.pathsep.join((driver, mini)) if driver and mini and shutil.which("Xvfb") else None


def ensure_webkit() -> str | None:
    """WebKitGTK, the iPad's engine family, in the same way."""
    if not find_webkit():
        install_by_apt("WebKitGTK", "webkit2gtk-driver", "xvfb")
    if found := find_webkit():
        return found
    missing("WebKitGTK", "Install webkit2gtk-driver and xvfb, and run the same command again.")
    return None


def install_by_apt(what: str, *packages: str) -> None:
    """Debian packages, where root rights are to be had without a question; silent where not."""
    apt = shutil.which("apt-get")
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    rights = [] if is_root else ["sudo", "-n"]
    if apt and (is_root or shutil.which("sudo")):
        say(f"set-up: {what} for the browser tests …")
        quick = {"DEBIAN_FRONTEND": "noninteractive"}
        if call(*rights, apt, "update", "-qq", env=quick) == 0:
            call(*rights, apt, "install", "-y", "-qq", "--no-install-recommends", *packages, env=quick)


def missing(what: str, remedy: str) -> None:
    """Say loudly that tests do not run; where they must run, end."""
    warning = f"{what} is missing and could not be installed: ITS BROWSER TESTS DO NOT RUN.\n{remedy}"
    if IN_CI:
        raise Failed(warning)
    say(f"\n{'!' * 100}\n{warning}\n{'!' * 100}\n")


# --- commands ----------------------------------------------------------------------------------------


def demo(options: argparse.Namespace) -> int:
    """A whole clinic on this machine, played by otonai_simulator/stage.py; `--once` plays one visit and ends."""
    set_up()
    once = ["--once"] if options.once else []
    fresh = ["--fresh"] if options.fresh else []
    port = ["--port", str(options.port)] if options.port else []
    return hand_over(PYTHON, "-m", "otonai_simulator.stage", ROOT, *once, *fresh, *port)


def dev(_: argparse.Namespace) -> int:
    """The demo, reloading on change: the server by watchfiles, the PWA by Vite."""
    set_up()
    return hand_over(PYTHON, "-m", "otonai_simulator.stage", ROOT, "--reload")


def hand_over(*command: str | Path) -> int:
    """Become the program, so that signals reach it; where a process cannot do that, call it."""
    if os.name != "nt":
        os.chdir(ROOT)
        os.execve(command[0], [str(part) for part in command], tools())  # noqa: S606 -- our own program
    return call(*command)


def test(options: argparse.Namespace) -> int:
    """Vitest, then pytest, whose closing line comes last; `-k` chooses among the Python tests only."""
    set_up(tests=True)
    browsers = {"browser": ("OTONAI_CHROMIUM", ensure_chromium()), "webkit": ("OTONAI_WEBKIT", ensure_webkit())}
    env = {name: found for name, found in browsers.values() if found}
    absent = " and ".join(f"not {mark}" for mark, (_, found) in browsers.items() if not found)
    vitest = 0 if options.k else call(find_npm(), "test", cwd=PWA)
    chosen = ["-k", options.k] if options.k else ["-n", str(WORKERS), "--dist", "loadfile"]
    pytest = call(PYTHON, "-m", "pytest", *chosen, *(["-m", absent] if absent else []), env=env)
    if vitest:
        print("Vitest failed; its report stands above pytest's.", file=sys.stderr)
    return vitest or pytest


def check(_: argparse.Namespace) -> int:
    """Everything that can be said without running the product. Goes on after a failure, to show them all."""
    set_up()
    gates: dict[str, Callable[[], int]] = {
        "ruff check": lambda: call("ruff", "check", "."),
        "ruff format": lambda: call("ruff", "format", "--check", "."),
        "mypy, strict": lambda: call(PYTHON, "-m", "mypy", "backend", "tests", "run.py"),
        "tsc and Biome": lambda: call(find_npm(), "run", "check", cwd=PWA),
        "openapi.json is current": lambda: write_openapi(compare=True),
        "ids that no test shows": lambda: call(PYTHON, "-m", "tests.guards.shown_ids"),
        "ASVS: every requirement answered, every named test there": lambda: call(PYTHON, "-m", "tests.guards.asvs"),
    }
    failed = []
    for name, gate in gates.items():
        say(f"\n== {name}")
        if gate() != 0:
            failed.append(name)
    say(f"\nfailed: {', '.join(failed)}" if failed else "\nall checks passed")
    return 1 if failed else 0


def openapi(_: argparse.Namespace) -> int:
    """Write the contract, then the types that the PWA makes from it."""
    set_up(pwa=False)
    return write_openapi(compare=False) or call(find_npm(), "run", "api", cwd=PWA)


def write_openapi(*, compare: bool) -> int:
    """Ask the server for its document; write it, or say whether the committed one is the same."""
    committed = ROOT / "backend" / "openapi.json"
    done = subprocess.run(
        [str(SCRIPTS / "otonai"), "openapi"], capture_output=True, text=True, env=tools(), cwd=ROOT, check=False
    )
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        return done.returncode
    if not compare:
        committed.write_text(done.stdout, encoding="utf-8")
        return 0
    if committed.exists() and committed.read_text(encoding="utf-8") == done.stdout:
        return 0
    say("backend/openapi.json is not what the server says: run `python3 run.py openapi` and commit it.")
    return 1


def bench(options: argparse.Namespace) -> int:
    """Measurements: the modules of tests/bench."""
    names = sorted(path.stem for path in (ROOT / "tests" / "bench").glob("*.py") if not path.stem.startswith("_"))
    chosen = chosen_among(names, options.name, "measurement")
    set_up()
    return max([call(PYTHON, "-m", f"tests.bench.{name}") for name in chosen], default=0)


def prove(options: argparse.Namespace) -> int:
    """Tests that have a full-size form, in that form: many kills, many examples, long runs."""
    marks = re.compile(r'mark\.prove\("([a-z_]+)"')
    names = sorted({name for path in (ROOT / "tests").rglob("*.py") for name in marks.findall(path.read_text("utf-8"))})
    chosen = chosen_among(names, options.name, "proof")
    set_up(tests=True)
    return max([call(PYTHON, "-m", "pytest", "--prove", name) for name in chosen], default=0)


def chosen_among(names: Sequence[str], wanted: str | None, kind: str) -> Sequence[str]:
    """All names, or the one asked for; anything else is refused with the list."""
    if wanted is None and names:
        return names
    if wanted in names:
        return [str(wanted)]
    raise Failed(f"There is no {kind} {wanted or 'yet'}. Known: {', '.join(names) or 'none'}.")


def setup(_: argparse.Namespace) -> int:
    """Only the set-up."""
    started = time.monotonic()
    set_up(tests=True)
    say(f"set up ({time.monotonic() - started:.1f} s)")
    return 0


def main() -> int:
    """Read the command line and run one command."""
    parser = argparse.ArgumentParser(prog="run.py", description="Set up, show, test and check Otonai.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    by_name = {act.__name__: act for act in (demo, test, check, dev, openapi, bench, prove, setup)}
    for name, act in by_name.items():
        one = commands.add_parser(name, help=(act.__doc__ or "").splitlines()[0])
        if name == "demo":
            one.add_argument("--once", action="store_true", help="play one visit and end")
            one.add_argument("--fresh", action="store_true", help="forget the last demo's data first")
            one.add_argument("--port", type=int, help="port of the server (default: as last time, or a free one)")
        elif name == "test":
            one.add_argument("-k", metavar="WORDS", help="choose Python tests by words in their names")
        elif name in ("bench", "prove"):
            one.add_argument("name", nargs="?", help="only this one")
    options = parser.parse_args()
    try:
        return by_name[options.command](options)
    except Failed as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("\nended")
        return 130


if __name__ == "__main__":
    sys.exit(main())
