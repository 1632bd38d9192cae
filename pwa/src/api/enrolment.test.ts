import { beforeAll, describe, expect, test, vi } from "vitest";
import { type DeviceKey, makeDeviceKey, thumbprint } from "../lock/device-key";
import { askForCode, type Grant, poll } from "./enrolment";

vi.hoisted(() => {
  globalThis.location = { origin: "https://otonai.example" } as Location;
});

const GRANT: Grant = {
  device_code: "secret",
  user_code: "BDFH-KMPR",
  verification_uri: "https://otonai.example/office/devices",
  verification_uri_complete: "https://otonai.example/office/devices?code=BDFH-KMPR",
  qr_svg: "<svg/>",
  expires_in: 600,
  interval: 2,
};
let key: DeviceKey;
beforeAll(async () => {
  key = await makeDeviceKey();
});

describe("enrolment", () => {
  test("names the key that the tablet will sign with, and nothing about whose it is", async () => {
    const sent: string[] = [];
    const fetcher = async (_address: unknown, init?: RequestInit) => {
      sent.push(...new URLSearchParams(String(init?.body)).toString().split("&"));
      return Response.json(GRANT);
    };
    expect(await askForCode("訪問1号", key, fetcher as typeof fetch)).toEqual(GRANT);
    expect(sent).toContain(`dpop_jkt=${await thumbprint(key)}`);
    expect(sent.map((pair) => pair.split("=")[0])).toEqual(["client_id", "device_name", "dpop_jkt"]);
  });

  test("shows nothing when nobody answers", async () => {
    const cut = () => Promise.reject(new TypeError("cut"));
    expect(await askForCode("訪問1号", key, cut as typeof fetch)).toBeNull();
    expect(await poll(GRANT, key, () => Promise.reject(new TypeError("cut")))).toEqual({ kind: "offline" });
  });

  test.each([
    [200, { access_token: "a", refresh_token: "r" }, "approved"],
    [400, { error: "authorization_pending" }, "pending"],
    [400, { error: "slow_down" }, "slower"],
    [400, { error: "expired_token" }, "ended"],
    [400, { error: "invalid_dpop_proof", error_description: "proof_of_other_key" }, "ended"],
    [400, { error: "invalid_dpop_proof", error_description: "proof_of_other_request" }, "other_address"],
    [502, {}, "offline"],
  ])("answer %i %o is told as %s", async (status, body, kind) => {
    const call = async (_key: DeviceKey, request: Request) => {
      expect(new URLSearchParams(await request.text()).get("device_code")).toBe("secret");
      return Response.json(body, { status });
    };
    expect((await poll(GRANT, key, call)).kind).toBe(kind);
  });
});
