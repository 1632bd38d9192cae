/** Being recognised by the clinic's own provider: linked by oneself, taken away by oneself. */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { eraDate, japanDay } from "../../domain/dates";
import { failed, ok } from "../../result";
import { tv } from "../../text/provider";
import { Icon } from "../../ui/icon";
import { Button, State } from "../../ui/parts";
import { leaveFor } from "./own-provider";
import { isUnproved, proving } from "./prove";
import { ask } from "./session";
import { Trouble } from "./trouble";

export function OwnProvider(props: { onDone: (words: string) => Promise<void> }) {
  const [mine, setMine] = useState<Schemas["ProviderLinkOut"] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const load = async () => {
    const answer = await ask(office.GET("/api/provider/link"));
    if (answer.ok) setMine(answer.value);
    else setFailure(answer.error);
  };
  useEffect(() => void load(), []);
  const told = (refused: Failure | null) => setFailure(refused && isUnproved(refused) ? null : refused);
  const link = async () => {
    const gone = await proving(async () => {
      const refused = await leaveFor(office.POST("/api/provider/link", { body: {} }));
      return refused ? failed(refused) : ok(null);
    });
    told(gone.ok ? null : gone.error);
  };
  const unlink = async () => {
    const answer = await proving(() => ask(office.DELETE("/api/provider/link")));
    told(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    await load();
    await props.onDone(tv("unlinkDone"));
  };
  if (!mine?.offered) return failure ? <Trouble failure={failure} onRetry={load} /> : null;
  return (
    <section class="card panel">
      <div class="panel-head">
        <Icon name="office" />
        <h2 class="grow">{tv("title")}</h2>
      </div>
      <p class="sub">{tv("text", { host: mine.host ?? "" })}</p>
      <Trouble failure={failure} />
      <dl class="rows">
        <div>
          <dt>{mine.host}</dt>
          <dd>
            {mine.linked_at ? (
              <>
                <State kind="done">{tv("linked")}</State>
                <small class="sub below">
                  {tv("linkedSince", { day: eraDate(japanDay(new Date(mine.linked_at))) })}
                </small>
              </>
            ) : (
              <State kind="none">{tv("unlinked")}</State>
            )}
          </dd>
          <dd class="acts">
            <Button busyLabel={tv("signIn.busy")} onClick={link}>
              {tv(mine.linked_at ? "linkAgain" : "link")}
            </Button>
            {mine.linked_at && <Button onClick={unlink}>{tv("unlink")}</Button>}
          </dd>
        </div>
      </dl>
    </section>
  );
}
