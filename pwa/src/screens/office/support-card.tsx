/** 当院の控え: whom to call and how the terminal's screen is reached, written by the administrator, read by all (S-234). */
import { useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { looksLikeMyNumber } from "../../domain/my-number";
import { t } from "../../text";
import { type SupportKey, tsu } from "../../text/support";
import { guide } from "../../text/troubles";
import { Button, Dialog, Field, Input } from "../../ui/parts";
import { ask, session } from "./session";
import { Trouble } from "./trouble";

export type SupportCard = Schemas["SupportCardOut"];
const TEXTS = [
  "terminal_route",
  "dealer_name",
  "dealer_phone",
  "maker_phone",
  "contract_number",
  "notes",
] as const satisfies ReadonlyArray<keyof SupportCard & SupportKey>;
const STYLES = ["files", "direct"] as const;

export function SupportCardPanel(props: { card: SupportCard; onSaved: (card: SupportCard) => void }) {
  const [editing, setEditing] = useState(false);
  const { card } = props;
  const maker = guide().makers.find((one) => one.id === card.reader_maker);
  const lines = [
    ["reader_maker", maker?.name],
    ["link_style", card.link_style && tsu(`style.${card.link_style}`)],
    ...TEXTS.map((name) => [name, card[name]] as const),
  ] as ReadonlyArray<readonly [SupportKey, string | null | undefined]>;
  const written = lines.filter(([, value]) => value);
  return (
    <section class="card support-card" aria-labelledby="support-title">
      <div class="panel-head">
        <h2 id="support-title" class="grow">
          {tsu("title")}
        </h2>
        {session.value?.staff.role === "admin" && (
          <Button onClick={() => setEditing(true)}>{tsu(written.length > 0 ? "edit" : "write")}</Button>
        )}
      </div>
      {written.length === 0 && <p class="sub">{tsu("empty")}</p>}
      <dl class="facts">
        {written.map(([name, value]) => (
          <div key={name}>
            <dt>{tsu(name)}</dt>
            <dd>{name.endsWith("phone") ? <a href={`tel:${value}`}>{value}</a> : value}</dd>
          </div>
        ))}
      </dl>
      {editing && (
        <Edit
          card={card}
          onClose={() => setEditing(false)}
          onSaved={(saved) => {
            props.onSaved(saved);
            setEditing(false);
          }}
        />
      )}
    </section>
  );
}

function Edit(props: { card: SupportCard; onClose: () => void; onSaved: (card: SupportCard) => void }) {
  const [typed, setTyped] = useState(props.card);
  const [failure, setFailure] = useState<Failure | null>(null);
  const refused = TEXTS.some((name) => looksLikeMyNumber(typed[name] ?? ""));
  const save = async () => {
    const answer = await ask(office.PUT("/api/settings/support", { body: typed }));
    setFailure(answer.ok ? null : answer.error);
    if (answer.ok) props.onSaved(answer.value);
  };
  return (
    <Dialog
      title={tsu("title")}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" busyLabel={t("saving")} disabled={refused} onClick={save}>
            {t("save")}
          </Button>
        </>
      }
    >
      <div class="form">
        <Trouble failure={failure} />
        <Field label={tsu("reader_maker")}>
          <select
            class="input"
            value={typed.reader_maker ?? ""}
            onChange={(event) =>
              setTyped({
                ...typed,
                reader_maker: guide().makers.find((one) => one.id === event.currentTarget.value)?.id ?? null,
              })
            }
          >
            <option value="">{tsu("noMaker")}</option>
            {guide().makers.map((maker) => (
              <option key={maker.id} value={maker.id}>
                {maker.name}
              </option>
            ))}
          </select>
        </Field>
        <Field label={tsu("link_style")}>
          <select
            class="input"
            value={typed.link_style ?? ""}
            onChange={(event) =>
              setTyped({
                ...typed,
                link_style: STYLES.find((style) => style === event.currentTarget.value) ?? null,
              })
            }
          >
            <option value="">{tsu("noMaker")}</option>
            {STYLES.map((style) => (
              <option key={style} value={style}>
                {tsu(`style.${style}`)}
              </option>
            ))}
          </select>
        </Field>
        {TEXTS.map((name) => (
          <Field
            key={name}
            label={tsu(name)}
            wrong={looksLikeMyNumber(typed[name] ?? "") ? t("my-number") : undefined}
            {...(name === "terminal_route" ? { hint: tsu("terminal_routeHint") } : {})}
          >
            <Input
              value={typed[name] ?? ""}
              onText={(text) => setTyped({ ...typed, [name]: text })}
              autocomplete="off"
              {...(name.endsWith("phone") ? { inputMode: "tel" as const } : {})}
            />
          </Field>
        ))}
      </div>
    </Dialog>
  );
}

/** The clinic's own numbers come before everybody's. */
export function OwnNumbers({ card }: { card: SupportCard }) {
  const numbers = [
    [card.dealer_name || tsu("dealer_name"), card.dealer_phone],
    [tsu("maker_phone"), card.maker_phone],
  ].filter(([, phone]) => phone);
  return (
    <>
      {numbers.map(([name, phone]) => (
        <p key={name}>
          {name} <a href={`tel:${phone}`}>{phone}</a>
        </p>
      ))}
      {card.contract_number && (
        <p>
          {tsu("contract_number")} {card.contract_number}
        </p>
      )}
    </>
  );
}
