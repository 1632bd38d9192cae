/** Taking back the last act on a row of the list (S-123): values, insurance and link together. */
import { office } from "../../api/client";
import { changes } from "./lights";
import { failure, replaceRow } from "./list-state";
import { ask } from "./session";

export async function undoAct(consentedId: string): Promise<boolean> {
  const answer = await ask(
    office.POST("/api/consented-patients/{consented_id}/undo", {
      params: { path: { consented_id: consentedId } },
      body: {},
    }),
  );
  failure.value = answer.ok ? null : answer.error;
  if (answer.ok) replaceRow(answer.value);
  changes.value += 1;
  return answer.ok;
}
