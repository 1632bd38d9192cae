/**
 * つながらないときの手引き: what is seen on reader, terminal or link, and one step after the other.
 *
 * Found by code or by words; each step is ticked off or answered with なおった. Text only, so it works without the terminal.
 */
import { useState } from "preact/hooks";
import { findTroubles } from "../../domain/trouble-search";
import { language } from "../../text";
import { to } from "../../text/office";
import { tsu } from "../../text/support";
import { type Contact, guide, type Maker, type Trouble } from "../../text/troubles";
import { Button, Field, Input, Note, Segments, State } from "../../ui/parts";
import { OwnNumbers, type SupportCard } from "./support-card";
import "./troubleshooter.css";

const SHOWN_AT_FIRST = 6;

export function Troubleshooter(props: { card: SupportCard | null }) {
  const [typed, setTyped] = useState("");
  const [chosen, setMaker] = useState<Maker | null | undefined>(undefined);
  const maker = chosen === undefined ? (props.card?.reader_maker ?? null) : chosen;
  const [open, setOpen] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  const { troubles, makers, orders } = guide();
  const found = findTroubles(typed, troubles);
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
            options={makers.map((m) => ({ value: m.id, text: m.name }))}
            onChange={(pressed) => setMaker(pressed === maker ? null : pressed)}
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
            {open === trouble.id && (
              <Steps trouble={trouble} maker={maker} card={props.card} onDone={() => setOpen(null)} />
            )}
          </li>
        ))}
      </ul>
      {!typed && !all && (
        <Button kind="text" onClick={() => setAll(true)}>
          {to("troubles.more", { count: found.length - SHOWN_AT_FIRST })}
        </Button>
      )}
      <Note kind="quiet" title={to("troubles.orders")}>
        {orders.map((order) => (
          <p key={order}>{order}</p>
        ))}
      </Note>
    </section>
  );
}

type StepsProps = { trouble: Trouble; maker: Maker | null; card: SupportCard | null; onDone: () => void };

function Steps({ trouble, maker, card, onDone }: StepsProps) {
  const [at, setAt] = useState(0);
  const own = maker ? trouble.ways?.[maker] : undefined;
  const over = at >= trouble.steps.length;
  return (
    <div class="trouble-steps">
      <p>{trouble.cause}</p>
      {own && <Note kind="info">{own}</Note>}
      {trouble.id === "terminal-screen" && card?.terminal_route && (
        <Note kind="info" title={tsu("terminal_route")}>
          {card.terminal_route}
        </Note>
      )}
      {trouble.id === "link-style" && card?.link_style && (
        <Note kind="info">{tsu(`style.${card.link_style}`)}</Note>
      )}
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
      {over && <Calls trouble={trouble} maker={maker} card={card} />}
      <div class="acts">
        {!over && <Button onClick={() => setAt(at + 1)}>{to("troubles.notYet")}</Button>}
        <Button kind="primary" onClick={onDone}>
          {to("troubles.mended")}
        </Button>
      </div>
    </div>
  );
}

function Calls({
  trouble,
  maker,
  card,
}: {
  trouble: Trouble;
  maker: Maker | null;
  card: SupportCard | null;
}) {
  const contacts = callsFor(trouble, maker);
  return (
    <Note kind="need" title={to(contacts.length > 0 ? "troubles.call" : "troubles.callDealer")}>
      {trouble.call !== "none" && trouble.call !== "portal" && card && <OwnNumbers card={card} />}
      {contacts.map((contact) => (
        <p key={contact.id}>
          {contact.name} <a href={`tel:${contact.phone}`}>{contact.phone}</a> {contact.hours}
        </p>
      ))}
      <p>{to("troubles.ready", { things: guide().ready.join(language.value === "en" ? "; " : "、") })}</p>
    </Note>
  );
}

/** The maker's own window when it is known, every maker's when not; the portal where the page is official. */
function callsFor(trouble: Trouble, maker: Maker | null): Contact[] {
  const { contacts } = guide();
  if (trouble.call === "portal") return contacts.filter((contact) => contact.id === "portal");
  if (trouble.place === "terminal" && trouble.call === "dealer") {
    return contacts.filter((contact) => contact.id === "nec");
  }
  if (trouble.call !== "maker") return [];
  return contacts.filter((contact) => contact.makers && (!maker || contact.makers.includes(maker)));
}
