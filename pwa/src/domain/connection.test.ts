import { expect, test } from "vitest";
import { troublesOf } from "./connection";

const fine = {
  bridge: "connected" as const,
  bridge_seen_at: "2026-11-23T05:00:00Z",
  folders: { req: "ok", res: "ok", face: "ok" },
  last_answer_at: null,
  quarantined_today: 0,
  unanswered_today: 0,
  waiting_jobs: 1,
  alarms: [],
};

test("when everything is connected there is nothing to do, also while an inquiry waits", () => {
  expect(troublesOf(true, fine)).toEqual([]);
});

test("the nearest cause is told alone: without the server or the bridge the rest is not known", () => {
  expect(troublesOf(false, { ...fine, bridge: "silent" })).toEqual([{ kind: "offline" }]);
  expect(troublesOf(true, { ...fine, bridge: "silent", folders: { req: "missing" } })).toEqual([
    { kind: "silent" },
  ]);
  expect(troublesOf(true, { ...fine, bridge: "never" })).toEqual([{ kind: "never" }]);
});

test("each folder is named with its own trouble, an unknown one as an error", () => {
  const found = troublesOf(true, {
    ...fine,
    folders: { req: "read_only", res: "missing", face: "melted" },
    unanswered_today: 2,
  });
  expect(found).toEqual([
    { kind: "folderReadOnly", folder: "req" },
    { kind: "folderMissing", folder: "res" },
    { kind: "folderError", folder: "face" },
    { kind: "unanswered", count: 2 },
  ]);
});
