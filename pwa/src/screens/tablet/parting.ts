/** The end of this tablet: keys leave at once, the rest when the server holds what nobody had received. */
import { asProblem, type Failure, type Schemas } from "../../api/client";
import { failed, ok, type Result } from "../../result";
import { lasting } from "../../store/lasting";
import { sayFarewell } from "../../sync/last-words";
import { closeScreen } from "./closing";
import { forgetDrafts } from "./draft";
import { db, keyring, outbox, sealed } from "./held";
import { farewell, stage } from "./told";
import { signer } from "./wire";
import { forgetWitness } from "./witness";

export async function stop(): Promise<void> {
  if (stage.value === "stopped") return;
  closeScreen();
  stage.value = "stopped";
  await lasting(db, () => db.keep("stopped", true));
  await sayLastWords();
}

let parting: Promise<void> | null = null;

async function answerOf(call: Promise<Response>): Promise<Result<Schemas["LastWordsOut"], Failure>> {
  try {
    const answer = await call;
    const body: unknown = await answer.json();
    return answer.ok ? ok(body as Schemas["LastWordsOut"]) : failed(asProblem(body));
  } catch {
    return failed({ kind: "offline" });
  }
}

/** Sealed day and keys leave at once; the rest when the server holds what nobody had received. */
export function sayLastWords(): Promise<void> {
  parting ??= sayFarewell(db, outbox, {
    send: async (body) => {
      const [pair, key] = [await db.read("pair"), await db.read("device_key")];
      if (!pair || !key) return failed({ kind: "problem", status: 401, code: "token_invalid", title: "" });
      const call = new Request(`${location.origin}/api/devices/me/last-words`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      return answerOf(signer.call(key, call, pair.access_token));
    },
    dropKeys: async () => {
      forgetDrafts();
      sealed.forgetIndex();
      await keyring.wipe();
    },
    dropRest,
  })
    .then((said) => {
      farewell.value = said;
    })
    .finally(() => {
      parting = null;
    });
  return parting;
}

/** The browser is asked to forget by the server's answer, too; this is the second way. */
async function dropRest(): Promise<void> {
  await db.delete();
  forgetWitness();
  localStorage.clear();
  for (const name of await caches.keys()) await caches.delete(name);
  outbox.waiting.value = 0;
}
