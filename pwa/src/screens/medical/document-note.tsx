/** A PDF that came in place of data: opened as it is. Whom it is about only the reader can check. */
import { useState } from "preact/hooks";
import type { Failure, Schemas } from "../../api/client";
import { tm } from "../../text/medical";
import { Button, Note } from "../../ui/parts";

export type OpenDocument = () => Promise<
  { ok: true; value: Schemas["DocumentOut"] } | { ok: false; error: Failure }
>;

export function DocumentNote({ open }: { open: OpenDocument }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const show = async () => {
    const answer = await open();
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) openBytes(answer.value);
  };
  return (
    <div class="calm">
      <Note title={tm("document")}>{tm("document.check")}</Note>
      {failure && (
        <Note kind="bad">{failure.kind === "problem" ? failure.title : tm("document.offline")}</Note>
      )}
      <Button icon="document" onClick={show}>
        {tm("document.open")}
      </Button>
    </div>
  );
}

/** In the browser's own viewer; the copy in memory goes a minute later, when the viewer has it. */
function openBytes(told: Schemas["DocumentOut"]): void {
  const bytes = Uint8Array.from(atob(told.content), (character) => character.charCodeAt(0));
  const address = URL.createObjectURL(new Blob([bytes], { type: told.media_type }));
  window.open(address, "_blank", "noopener");
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
