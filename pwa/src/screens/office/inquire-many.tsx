/** 一括照会: today's visits, booked ones, or everybody left this month, in one file by number (S-153, S-160). */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { japanDay, parseDate, shortTime } from "../../domain/dates";
import { shortEra } from "../../domain/office-dates";
import { iword, ti } from "../../text/inquiry";
import { to } from "../../text/office";
import { Button, Note, Segments } from "../../ui/parts";
import { DateField } from "./date-field";
import { changes } from "./lights";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Wishes = Schemas["WishesOut"];
type Whom = Schemas["BulkIn"]["whom"];

const WHOM: readonly Whom[] = ["today", "booked", "month"];
const DAY_MS = 86_400_000;

export function InquireMany() {
  const [whom, setWhom] = useState<Whom>("today");
  const [first, setFirst] = useState(() => shortEra(japanDay(new Date(Date.now() + DAY_MS))));
  const [last, setLast] = useState(() => shortEra(japanDay(new Date(Date.now() + 7 * DAY_MS))));
  const [taken, setTaken] = useState<Wishes | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [unread, setUnread] = useState(false);
  const send = async (when: "tonight" | "now") => {
    const days = { first: parseDate(first), last: parseDate(last) };
    const wrong = whom === "booked" && !(days.first && days.last);
    setUnread(wrong);
    if (wrong) return;
    const body = whom === "booked" ? { whom, when, ...days } : { whom, when };
    const answer = await ask(office.POST("/api/inquiries/bulk", { body }));
    setFailure(answer.ok ? null : answer.error);
    setTaken(answer.ok ? answer.value : null);
    changes.value += 1;
  };
  return (
    <section class="card panel">
      <h2 class="large">{ti("many.title")}</h2>
      <p>{ti("many.text")}</p>
      <Segments
        label={ti("many.whom")}
        value={whom}
        onChange={(value) => {
          setWhom(value);
          setTaken(null);
        }}
        options={WHOM.map((value) => ({ value, text: ti(`many.${value}`) }))}
      />
      {whom === "booked" && (
        <div class="days">
          <DateField label={ti("many.first")} typed={first} onTyped={setFirst} echo />
          <DateField label={ti("many.last")} typed={last} onTyped={setLast} echo />
        </div>
      )}
      {unread && <Note kind="need">{to("period.wrong")}</Note>}
      <Trouble failure={failure} />
      {taken && <Taken wishes={taken} />}
      <div class="acts">
        <span class="sub grow">{ti("many.nowHint")}</span>
        <Button onClick={() => send("now")}>{ti("many.now")}</Button>
        <Button kind="primary" size="main" onClick={() => send("tonight")}>
          {ti("many.tonight")}
        </Button>
      </div>
    </section>
  );
}

function Taken({ wishes }: { wishes: Wishes }) {
  const why = new Map<string, number>();
  for (const one of wishes.items) if (one.word !== "yes") why.set(one.word, (why.get(one.word) ?? 0) + 1);
  const left = wishes.items.length - wishes.wanted;
  const time = shortTime(new Date(wishes.send_at), new Date());
  return (
    <Note kind="info" alert title={ti("many.taken", { count: wishes.wanted })}>
      {wishes.wanted > 0 && (
        <p>
          {ti("many.takenAt", { time })} <a href="/office/month">{ti("nav.month")}</a>
        </p>
      )}
      {left > 0 && (
        <>
          <p>{ti("many.leftOut", { count: left })}</p>
          <ul class="missing">
            {[...why].map(([word, count]) => (
              <li key={word}>{ti("many.leftOutLine", { why: iword("why", word), count })}</li>
            ))}
          </ul>
        </>
      )}
    </Note>
  );
}
