/** What the office sees of this tablet: what it holds unsent and packed, and how it keeps it. */
import { settle } from "../../api/client";
import { APP_VERSION } from "../../api/profile";
import { lasting } from "../../store/lasting";
import { clock, db, now, outbox } from "./held";
import { persisted, stage } from "./told";
import { client } from "./wire";

/** What the office sees of this tablet; also the signed question whether the server is there. */
export async function tellStatus(): Promise<void> {
  if (stage.value !== "ready") return;
  const kept = (await lasting(db, () => db.keys.toArray())).map((row) => row.kind);
  const told = await settle(
    client.POST("/api/devices/me/status", {
      body: {
        version: APP_VERSION,
        storage_persisted: persisted.value,
        key_mode: kept.includes("share") ? "passkey" : kept.includes("day") ? "strict" : "none",
        unsent: outbox.waiting.value,
        client_time: now().toISOString(),
        packed: (await lasting(db, () => db.read("packed"))) ?? null,
      },
    }),
  );
  if (told.ok) clock.heard(Date.parse(told.value.server_time));
}
