"""A device that calls a served installation as devices do: enrolled by the office, each call signed with its key."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
from tests.device_keys import DeviceKey

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class ServedDevice:
    """A tablet or a bridge."""

    address: str
    kind: str
    key: DeviceKey = field(default_factory=DeviceKey)
    id: str = ""
    access_token: str = ""
    refresh_token: str = ""

    @classmethod
    def enrol(cls, address: str, admin: httpx.Client, kind: str, name: str) -> ServedDevice:
        """Taken in under this name."""
        device = cls(address, kind)
        form = {"client_id": f"otonai-{kind}", "device_name": name, "dpop_jkt": device.key.thumbprint}
        grant = httpx.post(f"{address}/api/oauth/device", data=form, timeout=10).json()
        body = {"name": name, "ownership": "clinic"}
        approved = admin.post(f"/api/devices/grants/{grant['user_code']}/approve", json=body)
        assert approved.status_code == 201, approved.text
        device.id = approved.json()["id"]
        device._take(device.tokens({"grant_type": DEVICE_CODE, "device_code": grant["device_code"]}))
        return device

    def ask(self, method: str, path: str) -> httpx.Response:
        """One call."""
        url = f"{self.address}{path}"
        proof = self.key.proof(method, url, token=self.access_token)
        headers = {"Authorization": f"DPoP {self.access_token}", "DPoP": proof}
        return httpx.request(method, url, headers=headers, timeout=10)

    def tokens(self, form: dict[str, str]) -> httpx.Response:
        """One call of the token route."""
        url = f"{self.address}/api/oauth/token"
        headers = {"DPoP": self.key.proof("POST", url)}
        return httpx.post(url, data={"client_id": f"otonai-{self.kind}"} | form, headers=headers, timeout=10)

    def refresh(self) -> None:
        """A new pair."""
        self._take(self.tokens({"grant_type": "refresh_token", "refresh_token": self.refresh_token}))

    def shown(self, live: dict[str, str]) -> dict[str, str]:
        """A ticket of the live channel with a new proof."""
        proof = self.key.proof("GET", live["url"], token=live["ticket"])
        return {"Authorization": f"DPoP {live['ticket']}", "DPoP": proof}

    def _take(self, answer: httpx.Response) -> None:
        assert answer.status_code == 200, answer.text
        self.access_token, self.refresh_token = answer.json()["access_token"], answer.json()["refresh_token"]
