import { expect, test } from "vitest";
import { troublesOf } from "./connection";

const light = { state: "working" as const, last_at: null, queue: 0, latency_ms: null };
const fine = {
  lights: { bridge: light, terminal: light, reader: light },
  alarms: [] as string[],
  bridge: "connected" as const,
  bridge_seen_at: "2026-11-23T05:00:00Z",
  folders: { req: "ok", res: "ok", face: "ok" } as Record<string, string>,
  last_answer_at: null,
  quarantined_today: 0,
  unanswered_today: 0,
  waiting_jobs: 1,
};

test("when everything is connected there is nothing to do, also while an inquiry waits", () => {
  expect(troublesOf(true, fine)).toEqual([]);
});

test("without the server nothing else is known, so nothing else is told", () => {
  expect(troublesOf(false, { ...fine, alarms: ["bridge_silent"] })).toEqual([{ kind: "offline" }]);
});

test("each unusable folder is named with its own trouble, an unknown one as an error", () => {
  const folders = { req: "read_only", res: "missing", face: "melted" };
  expect(troublesOf(true, { ...fine, alarms: ["folder_unusable"], folders })).toEqual([
    { kind: "folderReadOnly", folder: "req" },
    { kind: "folderMissing", folder: "res" },
    { kind: "folderError", folder: "face" },
  ]);
});

test("one unanswered question is told with its number, but not beside the alarm that explains it", () => {
  expect(troublesOf(true, { ...fine, unanswered_today: 2 })).toEqual([{ kind: "unanswered", count: 2 }]);
  expect(troublesOf(true, { ...fine, unanswered_today: 9, alarms: ["terminal_silent"] })).toEqual([
    { kind: "terminal_silent" },
  ]);
});

test("an alarm of a newer server is shown by its code instead of being swallowed", () => {
  expect(troublesOf(true, { ...fine, alarms: ["moon_phase"] })).toEqual([
    { kind: "other", code: "moon_phase" },
  ]);
});
