"""How long to leave something alone after trouble."""

from __future__ import annotations

from collections.abc import Callable

LONGEST_SECONDS = 30.0  # everything is tried again within a minute, also after a reboot of the terminal (F60)
LONGEST_POLL_SECONDS = 60.0  # whatever the server asks for, it is asked at least once a minute


def backoff(attempt: int, first: float, chance: float) -> float:
    """Seconds before attempt `attempt` + 1; doubles from `first`, spread by `chance` in [0, 1) to avoid crowds."""
    return float(min(LONGEST_SECONDS, first * 2 ** min(attempt - 1, 16)) * (0.8 + 0.2 * chance))


def poll_pause(asked_for: float, chance: float) -> float:
    """Seconds until jobs are asked for again while no event stream is open: what the server asked for and up to a
    fifth more, so that the bridges of many clinics do not come at the same moment after an outage."""
    return float(min(LONGEST_POLL_SECONDS, asked_for * (1 + 0.2 * chance)))


class Patience:
    """Back-off per key; success forgets it. Ticks are seconds of the monotonic clock."""

    def __init__(self, chance: Callable[[], float], first: float = 0.3) -> None:
        self._chance = chance
        self._first = first
        self._attempts: dict[str, int] = {}
        self.not_before: dict[str, float] = {}

    def failed(self, key: str, tick: float, at_least: float = 0.0) -> int:
        """Remember a failure; returns which one in a row it was."""
        attempt = self._attempts.get(key, 0) + 1
        self._attempts[key] = attempt
        self.not_before[key] = tick + max(at_least, backoff(attempt, self._first, self._chance()))
        return attempt

    def poll_pause(self, asked_for: float) -> float:
        return poll_pause(asked_for, self._chance())

    def worked(self, key: str) -> int:
        """Forget the key; returns how often it had failed."""
        self.not_before.pop(key, None)
        return self._attempts.pop(key, 0)

    def waits(self, key: str, tick: float) -> bool:
        return self.not_before.get(key, 0.0) > tick
