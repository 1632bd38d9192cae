import { describe, expect, test } from "vitest";
import { Schedule } from "./schedule";
import { badges, pingServer, Status } from "./status";

const at = new Date("2026-07-14T05:00:00Z");

describe("the badge", () => {
  test("believes an answer of the server and nothing else", async () => {
    const portal = async () =>
      new Response("<html>Wi-Fi</html>", { headers: { "content-type": "text/html" } });
    const ours = async () => Response.json({ server_time: "2026-07-14T05:00:00Z" });
    const dead = async () => Promise.reject(new TypeError("no network"));
    expect(await pingServer(portal as typeof fetch)).toBe(false);
    expect(await pingServer(dead as typeof fetch)).toBe(false);
    expect(await pingServer(ours as typeof fetch)).toBe(true);
  });

  test("changes word and time together", async () => {
    let answers = true;
    const status = new Status(
      async () => answers,
      () => at,
    );
    await status.check();
    expect([status.reach.value, status.heardAt.value]).toEqual(["online", at]);
    answers = false;
    await status.check();
    expect(status.reach.value).toBe("offline");
  });

  test("shows more than one thing, and never a zero", () => {
    const facts = { reach: "offline" as const, heardAt: at, syncedAt: null, waiting: 2, attention: 1 };
    expect(badges(facts).map((badge) => badge.kind)).toEqual(["attention", "waiting", "offline"]);
    expect(badges({ ...facts, reach: "online", waiting: 0, attention: 0 })).toEqual([{ kind: "online", at }]);
    expect(badges({ ...facts, reach: "unknown", waiting: 0, attention: 0 })).toEqual([]);
  });
});

test("rounds never overlap; a wish during a round starts exactly one more", async () => {
  let running = 0;
  let rounds = 0;
  const schedule = new Schedule(async () => {
    running += 1;
    expect(running).toBe(1);
    await new Promise((done) => setTimeout(done, 1));
    rounds += 1;
    running -= 1;
  });
  await Promise.all([schedule.soon(), schedule.soon(), schedule.soon()]);
  expect(rounds).toBe(2);
});
