/**
 * つながらないときの手引き: what is seen on reader, terminal or link, and one step after the other.
 *
 * Found by code or by words; each step is ticked off or answered with なおった. Text only, so it works without the terminal.
 */
import { useState } from "preact/hooks";
import { findTroubles } from "../../domain/trouble-search";
import { to } from "../../text/office";
import {
  CONTACTS,
  type Contact,
  HAVE_READY,
  MAKERS,
  type Maker,
  RESTART_ORDER,
  START_ORDER,
  STOP_ORDER,
  TROUBLES,
  type Trouble,
} from "../../text/troubles";
import { Button, Field, Input, Note, Segments, State } from "../../ui/parts";
import "./troubleshooter.css";

const SHOWN_AT_FIRST = 6;

export function Troubleshooter() {
  const [typed, setTyped] = useState("");
  const [maker, setMaker] = useState<Maker | null>(null);
  const [open, setOpen] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  const found = findTroubles(typed, TROUBLES);
  const shown = typed || all ? found : found.slice(0, SHOWN_AT_FIRST);
  return (
    <section class="troubles" aria-labelledby="troubles-title">
      <h2 id="troubles-title" class="head">
        {to("troubles.title")}
      </h2>
      <div class="troubles-ask">
        <Field label={to("troubles.search")} hint={to("troubles.searchHint")}>
          <Input value={typed} onText={setTyped} type="search" autocomplete="off" />
        </Field>
        <div class="field">
          <span>{to("troubles.maker")}</span>
          <Segments
            label={to("troubles.maker")}
            value={maker}
            options={MAKERS.map((m) => ({ value: m.id, text: m.name }))}
            onChange={(chosen) => setMaker(chosen === maker ? null : chosen)}
          />
        </div>
      </div>
      {found.length === 0 && (
        <Note kind="quiet" title={to("troubles.nothing")}>
          {to("troubles.nothingText")}
        </Note>
      )}
      <ul class="troubles-list">
        {shown.map((trouble) => (
          <li key={trouble.id} class="card">
            <button
              type="button"
              class="trouble-title"
              aria-expanded={open === trouble.id}
              onClick={() => setOpen(open === trouble.id ? null : trouble.id)}
            >
              {trouble.title}
            </button>
            {open === trouble.id && <Steps trouble={trouble} maker={maker} onDone={() => setOpen(null)} />}
          </li>
        ))}
      </ul>
      {!typed && !all && (
        <Button kind="text" onClick={() => setAll(true)}>
          {to("troubles.more", { count: found.length - SHOWN_AT_FIRST })}
        </Button>
      )}
      <Note kind="quiet" title={to("troubles.orders")}>
        <p>{START_ORDER}</p>
        <p>{STOP_ORDER}</p>
        <p>{RESTART_ORDER}</p>
      </Note>
    </section>
  );
}

function Steps({ trouble, maker, onDone }: { trouble: Trouble; maker: Maker | null; onDone: () => void }) {
  const [at, setAt] = useState(0);
  const own = maker ? trouble.ways?.[maker] : undefined;
  const over = at >= trouble.steps.length;
  return (
    <div class="trouble-steps">
      <p>{trouble.cause}</p>
      {own && <Note kind="info">{own}</Note>}
      <ol>
        {trouble.steps.map((step, i) => (
          <li key={step} aria-current={i === at ? "step" : undefined}>
            <State kind={i < at ? "done" : i === at ? "now" : "to-do"}>
              {to("troubles.step", { number: i + 1 })}
            </State>
            <span>{step}</span>
          </li>
        ))}
      </ol>
      {over && <Calls trouble={trouble} maker={maker} />}
      <div class="acts">
        {!over && <Button onClick={() => setAt(at + 1)}>{to("troubles.notYet")}</Button>}
        <Button kind="primary" onClick={onDone}>
          {to("troubles.mended")}
        </Button>
      </div>
    </div>
  );
}

function Calls({ trouble, maker }: { trouble: Trouble; maker: Maker | null }) {
  const contacts = callsFor(trouble, maker);
  return (
    <Note kind="need" title={to(contacts.length > 0 ? "troubles.call" : "troubles.callDealer")}>
      {contacts.map((contact) => (
        <p key={contact.id}>
          {contact.name} <a href={`tel:${contact.phone}`}>{contact.phone}</a> {contact.hours}
        </p>
      ))}
      <p>{to("troubles.ready", { things: HAVE_READY.join("、") })}</p>
    </Note>
  );
}

/** The maker's own window when it is known, every maker's when not; the portal where the page is official. */
function callsFor(trouble: Trouble, maker: Maker | null): Contact[] {
  if (trouble.call === "portal") return CONTACTS.filter((contact) => contact.id === "portal");
  if (trouble.call !== "maker") return [];
  return CONTACTS.filter((contact) => contact.makers && (!maker || contact.makers.includes(maker)));
}
