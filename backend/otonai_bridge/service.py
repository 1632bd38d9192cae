"""What has to be done so that this computer runs the bridge by itself: steps as plain values. Pure (ADR 010).

Linux: a systemd unit of the system or of one user. Windows: a service of the service control manager, made by
`sc.exe`, whose program is this package itself (`windows_service`).
Non-duty: doing the steps (`service_steps`), checking settings. Uninstalling leaves settings, journal and pairing.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NAME, WINDOWS_NAME = "otonai-bridge", "OtonaiBridge"
DESCRIPTION = "Otonai bridge between the eligibility terminal's folders and the server"
UNIT = f"{NAME}.service"
SYSTEM_STATE = f"/var/lib/{NAME}"  # what StateDirectory= makes and protects
NOT_RESTARTED = "2 3 4 6"


class Starter(StrEnum):
    """Who starts the bridge."""

    SYSTEMD = "systemd"
    SYSTEMD_USER = "systemd_user"
    WINDOWS = "windows"


@dataclass(frozen=True)
class Installation:
    """What is to be installed. Paths as text of the computer they are for."""

    starter: Starter
    program: tuple[str, ...]  # how the bridge's command is called
    config: str
    state: str
    folders: tuple[str, ...]  # of the terminal: what the bridge may write besides its state
    account: str = NAME  # system unit: whose account
    home: str = ""  # user unit: whose home


@dataclass(frozen=True)
class WriteFile:
    path: str
    text: str


@dataclass(frozen=True)
class RemoveFile:
    path: str


@dataclass(frozen=True)
class Call:
    """A program and its arguments. `otherwise` is said when it fails; an optional call may fail."""

    words: tuple[str, ...]
    otherwise: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Tell:
    """A sentence for the person who installs."""

    text: str


Step = WriteFile | RemoveFile | Call | Tell


def install(wanted: Installation) -> tuple[Step, ...]:
    match wanted.starter:
        case Starter.SYSTEMD:
            account = Call(
                ("getent", "passwd", wanted.account),
                f"There is no account {wanted.account}. Make it with: useradd --system --home-dir {SYSTEM_STATE} "
                f"--shell /usr/sbin/nologin {wanted.account}",
            )
            return (account, *_systemd(wanted, "/etc/systemd/system"))
        case Starter.SYSTEMD_USER:
            lasting = Call(
                ("loginctl", "enable-linger"),
                "The bridge will stop when you sign out: lingering is off.",
                optional=True,
            )
            return (*_systemd(wanted, _user_units(wanted)), lasting)
        case Starter.WINDOWS:
            return _windows(wanted)


def uninstall(wanted: Installation) -> tuple[Step, ...]:
    kept = Tell(f"Settings, journal and pairing are kept in {wanted.state}.")
    match wanted.starter:
        case Starter.WINDOWS:
            stop = Call(("sc.exe", "stop", WINDOWS_NAME), optional=True)
            return (stop, Call(("sc.exe", "delete", WINDOWS_NAME), "The service is not there, or you are not an "
                                                                   "administrator."), kept)  # fmt: skip
        case Starter.SYSTEMD:
            folder = "/etc/systemd/system"
        case Starter.SYSTEMD_USER:
            folder = _user_units(wanted)
    words = _systemctl(wanted.starter)
    return (
        Call((*words, "disable", "--now", UNIT), optional=True),
        RemoveFile(f"{folder}/{UNIT}"),
        Call((*words, "daemon-reload")),
        kept,
    )


def status(wanted: Installation) -> tuple[Step, ...]:
    match wanted.starter:
        case Starter.WINDOWS:
            return (Call(("sc.exe", "queryex", WINDOWS_NAME), "The service is not installed."),)
        case Starter.SYSTEMD | Starter.SYSTEMD_USER:
            words = (*_systemctl(wanted.starter), "--no-pager", "--lines=5", "status", UNIT)
    return (Call(words, "The service is not running."),)


# --- systemd ----------------------------------------------------------------------------------------------------


def _user_units(wanted: Installation) -> str:
    return f"{wanted.home}/.config/systemd/user"


def _systemctl(starter: Starter) -> tuple[str, ...]:
    return ("systemctl", "--user") if starter is Starter.SYSTEMD_USER else ("systemctl",)


def _systemd(wanted: Installation, folder: str) -> tuple[Step, ...]:
    words = _systemctl(wanted.starter)
    return (
        WriteFile(f"{folder}/{UNIT}", unit_text(wanted)),
        Call((*words, "daemon-reload")),
        Call((*words, "enable", "--now", UNIT), "See: journalctl -u otonai-bridge"),
    )


def unit_text(wanted: Installation) -> str:
    """The unit file. That of the system is shut in as far as systemd can; a user's own systemd cannot do as much."""
    system = wanted.starter is Starter.SYSTEMD
    command = " ".join(_quoted(word) for word in (*wanted.program, "run", "--config", wanted.config))
    lines = [
        f"# systemd unit of the bridge, as `{NAME} service install` writes it.",
        "[Unit]",
        f"Description={DESCRIPTION}",
        "Wants=network-online.target",
        "After=network-online.target remote-fs.target",
        "",
        "[Service]",
        "Type=exec",
        *([f"User={wanted.account}", f"Group={wanted.account}"] if system else []),
        f"ExecStart={command}",
        "Restart=always",
        "RestartSec=5",
        "# 2 settings refused, 3 stopped by the office, 4 not paired, 6 journal unusable: a person has to act.",
        f"RestartPreventExitStatus={NOT_RESTARTED}",
        "KillSignal=SIGTERM",
        "TimeoutStopSec=20",
        "UMask=0007",
        "MemoryMax=128M",
        "NoNewPrivileges=yes",
        *(_shut_in(wanted) if system else []),
        "",
        "[Install]",
        f"WantedBy={'multi-user' if system else 'default'}.target",
    ]
    return "\n".join(lines) + "\n"


def _shut_in(wanted: Installation) -> list[str]:
    own = [] if wanted.state == SYSTEM_STATE else [wanted.state]
    places = " ".join(_quoted(place) for place in (*own, *wanted.folders))
    return [
        *(["StateDirectory=otonai-bridge", "StateDirectoryMode=0700"] if not own else []),
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "ProtectKernelTunables=yes",
        "ProtectKernelModules=yes",
        "ProtectControlGroups=yes",
        "RestrictSUIDSGID=yes",
        "RestrictRealtime=yes",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "LockPersonality=yes",
        "SystemCallArchitectures=native",
        "CapabilityBoundingSet=",
        "# The terminal's folders; the bridge writes nowhere else but its state folder.",
        f"ReadWritePaths={places}",
    ]


def _quoted(word: str) -> str:
    """As systemd reads it: `%` and `$` mean something there, spaces part words."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"' if any(character in plain for character in ' \t"\\') else plain


# --- Windows ----------------------------------------------------------------------------------------------------

#: By number, because a Japanese Windows may call them otherwise.
_SYSTEM, _ADMINISTRATORS, _LOCAL_SERVICE = "*S-1-5-18", "*S-1-5-32-544", "*S-1-5-19"


def _windows(wanted: Installation) -> tuple[Step, ...]:
    """`sc.exe` wants a blank after each `=`, so a name and its value are two words."""
    program = subprocess.list2cmdline([*wanted.program, "service", "host", "--config", wanted.config])
    everything = "(OI)(CI)F"
    steps: list[Step] = [
        Call(
            ("icacls.exe", wanted.state, "/inheritance:r", "/grant:r", f"{_SYSTEM}:{everything}",
             f"{_ADMINISTRATORS}:{everything}", f"{_LOCAL_SERVICE}:{everything}"),
            "Open the prompt with “Run as administrator”.",
        ),
        Call(
            ("sc.exe", "create", WINDOWS_NAME, "binPath=", program, "start=", "delayed-auto",
             "obj=", r"NT AUTHORITY\LocalService", "DisplayName=", "Otonai bridge"),
            "A service of this name is there already: otonai-bridge service uninstall",
        ),
        Call(("sc.exe", "description", WINDOWS_NAME, DESCRIPTION)),
        Call(("sc.exe", "failure", WINDOWS_NAME, "reset=", "86400",
              "actions=", "restart/5000/restart/60000/restart/60000")),
    ]  # fmt: skip
    if any(_is_share(folder) for folder in wanted.folders):
        steps.append(
            Tell(
                "The folders lie on another computer, which LocalService cannot reach. In services.msc open "
                "“Otonai bridge”, page “Log On”, enter the account that may change the share (Windows then gives it "
                f"the right to run as a service), give that account full access to {wanted.state}, and start it."
            )
        )
    else:
        steps.append(Call(("sc.exe", "start", WINDOWS_NAME), "See the log file that the settings name."))
    return tuple(steps)


def _is_share(folder: str) -> bool:
    return folder.replace("\\", "/").startswith("//")


def shown(steps: Sequence[Step]) -> str:
    """The steps for a person to read, and to do by hand if they like."""
    told: list[str] = []
    for number, step in enumerate(steps, start=1):
        match step:
            case WriteFile(path, text):
                told += [f"{number}. write {path}", *(f"     {line}" for line in text.splitlines())]
            case RemoveFile(path):
                told.append(f"{number}. remove {path}")
            case Call(words):
                told.append(f"{number}. run {subprocess.list2cmdline(words)}")
            case Tell(text):
                told.append(f"{number}. {text}")
    return "\n".join(told)
