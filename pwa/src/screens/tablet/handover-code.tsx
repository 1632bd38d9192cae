/** The clinic's page as a code: black on white always, whatever the theme, with the official host in large type. */
import { useEffect, useState } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { cardReading } from "../../domain/hindrance";
import { t } from "../../text";
import { th } from "../../text/handover";
import type { GUIDES, GuideLanguage } from "../../text/patient-guide";
import { tt } from "../../text/tablet";
import { Button, Dialog, Note } from "../../ui/parts";
import { records } from "./start";

type Guide = (typeof GUIDES)[GuideLanguage];
type Shown = "url" | "more" | "big";

const READERS = ["reader.phone", "reader.pad", "reader.other", "reader.smartphone"] as const;
const GUIDE_TIPS = ["hand.guideCard", "hand.guidePin", "hand.guideLost", "hand.guideLeak"] as const;

export function Code({ guide, lang }: { guide: Guide; lang: GuideLanguage }) {
  const link = records.day.value?.link;
  const [shown, setShown] = useState<Shown | null>(null);
  if (!link) {
    return (
      <section class="hand-code">
        <Note kind="need">{tt("hand.noLink")}</Note>
      </section>
    );
  }
  const close = () => setShown(null);
  const reading = `reader.${cardReading(navigator.userAgent, navigator.maxTouchPoints)}` as const;
  return (
    <>
      <section class="hand-code">
        <h2 class="lines" lang={lang}>
          {guide.scan}
        </h2>
        <div class="hand-qr">
          <Picture link={link} />
        </div>
        <div>
          <b class="hand-host">{link.host}</b>
          <span class="large">
            {link.label}（{tt(link.official ? "hand.official" : "hand.practice")}）
          </span>
          <p class="sub" lang={lang}>
            {guide.bright}
          </p>
          <p class="sub">{th(reading)}</p>
        </div>
        <div class="hand-more">
          <Button icon="qr" onClick={() => setShown("big")}>
            {th("big.act")}
          </Button>
          <Button icon="link" label={tt("hand.showUrl")} onClick={() => setShown("url")}>
            {th("url.act")}
          </Button>
          <Button icon="phone" label={th("reader.title")} onClick={() => setShown("more")}>
            {th("reader.act")}
          </Button>
        </div>
      </section>
      {shown === "big" && <Big link={link} guide={guide} lang={lang} onClose={close} />}
      {shown === "url" && (
        <Sheet title={tt("hand.showUrl")} onClose={close}>
          <p>{tt("hand.urlText")}</p>
          <p class="hand-url">{link.url}</p>
        </Sheet>
      )}
      {shown === "more" && (
        <Sheet title={tt("hand.more")} onClose={close}>
          <h3 class="large">{th("reader.title")}</h3>
          <p>
            <b>{th(reading)}</b>
          </p>
          <Tips texts={READERS.map((key) => th(key))} />
          <h3 class="large">{tt("hand.more")}</h3>
          <Tips texts={GUIDE_TIPS.map((key) => tt(key))} />
        </Sheet>
      )}
    </>
  );
}

function Tips({ texts }: { texts: readonly string[] }) {
  return (
    <ul class="hand-tips">
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

function Picture({ link }: { link: Schemas["LinkOut"] }) {
  return <img alt={tt("hand.qrLabel")} src={`data:image/svg+xml;base64,${btoa(link.qr_svg)}`} />;
}

/** Nothing but the code, as large as the screen lets it be, on white: for a camera at an arm's length in a dim room. */
function Big(props: { link: Schemas["LinkOut"]; guide: Guide; lang: GuideLanguage; onClose: () => void }) {
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (event.key === "Escape") props.onClose();
    };
    addEventListener("keydown", keys);
    return () => removeEventListener("keydown", keys);
  }, []);
  return (
    <div class="hand-big" role="dialog" aria-modal="true" aria-label={th("big.act")}>
      <b class="hand-host">{props.link.host}</b>
      <Picture link={props.link} />
      <p lang={props.lang}>{props.guide.bright}</p>
      <button type="button" class="button outline main" onClick={props.onClose}>
        {th("big.close")}
      </button>
    </div>
  );
}

function Sheet(props: { title: string; onClose: () => void; children: preact.ComponentChildren }) {
  return (
    <Dialog
      title={props.title}
      onClose={props.onClose}
      acts={
        <Button kind="primary" onClick={props.onClose}>
          {t("close")}
        </Button>
      }
    >
      {props.children}
    </Dialog>
  );
}
