import { describe, expect, test } from "vitest";
import { failed, ok } from "../result";
import { Records } from "../store/records";
import { type PullPorts, pull } from "./pull";

const pack = (day: string, cursor: string) => ({
  cursor,
  day,
  server_time: "",
  not_after: "2026-07-15T15:00:00Z",
  carry_medical: false,
  link: null,
  visits: [],
  patients: [],
});
const changes = (cursor: string, more: boolean) => ({ cursor, more, visits: [], patients: [], forget: [] });

function ports(today: () => string): { ports: PullPorts; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    ports: {
      today,
      pack: async () => {
        asked.push("pack");
        return ok(pack(today(), "c0"));
      },
      changes: async (cursor) => {
        asked.push(cursor);
        return ok(cursor === "c0" ? changes("c1", true) : changes("c2", false));
      },
    },
  };
}

describe("pulling", () => {
  test("takes the day once, then only changes, until there are no more", async () => {
    const records = new Records();
    const { ports: out, asked } = ports(() => "2026-07-14");
    await pull(records, out);
    await pull(records, out);
    await pull(records, out);
    expect(asked).toEqual(["pack", "c0", "c1", "c2"]);
  });

  test("takes a new day when the date has changed", async () => {
    const records = new Records();
    let today = "2026-07-14";
    const { ports: out, asked } = ports(() => today);
    await pull(records, out);
    today = "2026-07-15";
    await pull(records, out);
    expect(asked).toEqual(["pack", "pack"]);
    expect(records.day.value?.day).toBe("2026-07-15");
  });

  test("keeps what it holds when nothing answers", async () => {
    const records = new Records();
    const { ports: out } = ports(() => "2026-07-14");
    await pull(records, out);
    const silent = { ...out, changes: async () => failed({ kind: "offline" as const }) };
    expect(await pull(records, silent)).toBe("offline");
    expect(records.day.value?.day).toBe("2026-07-14");
  });
});
