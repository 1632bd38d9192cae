/** 保険者マスタ: what is known of the insurer beside its number, and a person's word about it (S-080). */
import { useEffect, useState } from "preact/hooks";
import { type Failure, office, type Schemas } from "../../api/client";
import { shortTime } from "../../domain/dates";
import { looksLikeMyNumber } from "../../domain/my-number";
import { t } from "../../text";
import { tin } from "../../text/insurer";
import { Button, Dialog, Field, Input } from "../../ui/parts";
import { ask } from "./session";
import { Trouble } from "./trouble";

type Insurer = Schemas["InsurerOut"];
type Words = Record<(typeof WORDS)[number], string>;

const WORDS = ["name", "telephone", "postal_code", "address"] as const;

/** The digits of a number that is whole; null while somebody is still typing. */
function whole(number: string | null): string | null {
  const digits = (number ?? "").normalize("NFKC").replace(/\D/g, "");
  return digits.length === 6 || digits.length === 8 ? digits : null;
}

/**
 * What is known of the insurer, below its number; without the name where it stands already (`named`). With `mend`, a
 * person may say more, which changes no insurance.
 */
export function InsurerLine(props: { number: string | null; named?: string | null; mend?: boolean }) {
  const number = whole(props.number);
  const [found, setFound] = useState<Insurer | null>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    let wanted = true;
    setFound(null);
    if (number) {
      void ask(office.GET("/api/insurers/{number}", { params: { path: { number } } })).then((answer) => {
        if (wanted && answer.ok) setFound(answer.value);
      });
    }
    return () => {
      wanted = false;
    };
  }, [number]);
  if (!found) return null;
  return (
    <div class="sub insurer" role="status">
      <Known of={found} named={props.named ?? null} />{" "}
      {props.mend && found.right_number && (
        <Button kind="text" onClick={() => setOpen(true)}>
          {tin(!found.now ? "fill" : found.now.telephone || found.now.address ? "correct" : "add")}
        </Button>
      )}
      {open && <Mend insurer={found} onClose={() => setOpen(false)} onSaved={setFound} />}
    </div>
  );
}

/** The words below the number; nothing while six digits may be on their way to eight. */
function Known({ of, named }: { of: Insurer; named: string | null }) {
  if (!of.now && of.right_number) return tin("unknown", { kind: tin(`kind.${of.kind}`) });
  if (!of.now) return of.number.length === 8 ? tin("wrong") : null;
  const { name, telephone, postal_code, address } = of.now;
  return (
    <>
      {name !== named && <b>{name}</b>} {postal_code && `〒${postal_code}`} {address}{" "}
      {telephone && <a href={`tel:${telephone}`}>{telephone}</a>}
    </>
  );
}

const wordsOf = (word: Insurer["now"]): Words =>
  Object.fromEntries(WORDS.map((name) => [name, word?.[name] ?? ""])) as Words;

function Mend(props: { insurer: Insurer; onClose: () => void; onSaved: (now: Insurer) => void }) {
  const { number, now, past } = props.insurer;
  const [typed, setTyped] = useState<Words>(() => wordsOf(now));
  const [failure, setFailure] = useState<Failure | null>(null);
  const secret = Object.values(typed).some(looksLikeMyNumber);
  const save = async () => {
    const answer = await ask(
      office.PUT("/api/insurers/{number}", {
        params: { path: { number } },
        body: { ...typed, base_version: now?.version ?? 0 },
      }),
    );
    setFailure(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    props.onSaved(answer.value);
    props.onClose();
  };
  return (
    <Dialog
      title={tin("title", { number })}
      onClose={props.onClose}
      acts={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button
            kind="primary"
            size="main"
            disabled={secret || !typed.name.trim()}
            busyLabel={t("saving")}
            onClick={save}
          >
            {tin("save")}
          </Button>
        </>
      }
    >
      <div class="form">
        <Trouble failure={failure} />
        <p class="sub">{tin("hint")}</p>
        {secret && <p class="wrong">{t("my-number")}</p>}
        {WORDS.map((name) => (
          <Field key={name} label={tin(name)}>
            <Input
              value={typed[name]}
              onText={(text) => setTyped({ ...typed, [name]: text })}
              autocomplete="off"
            />
          </Field>
        ))}
        {[...(now ? [now] : []), ...past].map((word) => (
          <p key={word.version} class="sub">
            {shortTime(new Date(word.told_at), new Date())} {tin(`source.${word.source}`)}: {wordLine(word)}{" "}
            {word !== now && (
              <Button kind="text" onClick={() => setTyped(wordsOf(word))}>
                {tin("again")}
              </Button>
            )}
          </p>
        ))}
      </div>
    </Dialog>
  );
}

const wordLine = (word: NonNullable<Insurer["now"]>): string =>
  WORDS.map((name) => word[name])
    .filter(Boolean)
    .join(" ");
