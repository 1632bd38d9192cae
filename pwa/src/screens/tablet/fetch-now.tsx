/** いま取得する at the bedside: the bridge is sent for the result at once. When it comes, the screen changes by itself. */
import { useState } from "preact/hooks";
import { settle } from "../../api/client";
import type { Visit } from "../../domain/visit-view";
import { tv } from "../../text/bedside";
import { Button, Note } from "../../ui/parts";
import { client, exchangeNow, isOffline, records } from "./start";

type Said = { kind: "asked" } | { kind: "offline" } | { kind: "problem"; title: string; next: string };

export function FetchNow({ visit }: { visit: Visit }) {
  const [said, setSaid] = useState<Said | null>(null);
  if (visit.consent.state !== "waiting") return null;
  const unsent = records.isUnsent(visit.id);
  const fetch = async () => {
    if (unsent) await exchangeNow(); // What was told here has to arrive first, or there is nothing to fetch.
    const answer = await settle(client.POST("/api/home-visit/requests/fetch", { body: {} }));
    if (answer.ok) setSaid({ kind: "asked" });
    else if (answer.error.kind === "offline") setSaid({ kind: "offline" });
    else setSaid({ kind: "problem", title: answer.error.title, next: answer.error.next_step ?? "" });
  };
  return (
    <div class="fetch-now">
      <Button
        size="middle"
        icon="refresh"
        disabled={isOffline.value}
        busyLabel={tv("fetch.busy")}
        onClick={fetch}
      >
        {tv("fetch.act")}
      </Button>
      <p class="sub" role="status">
        {isOffline.value
          ? tv("fetch.offline")
          : said?.kind === "asked"
            ? tv("fetch.asked")
            : tv("fetch.hint")}
      </p>
      {said?.kind === "problem" && (
        <Note kind="need" title={said.title}>
          {said.next}
        </Note>
      )}
    </div>
  );
}
