/** The office frame: brand, search, lights, person above; the screens at the left; clinic and date at the foot. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { clock, eraDate, japanDay, shortTime } from "../../domain/dates";
import { looksLikeMyNumber } from "../../domain/my-number";
import { go } from "../../router";
import { language, t, useLanguage } from "../../text";
import { ta } from "../../text/account";
import { to } from "../../text/office";
import { Icon } from "../../ui/icon";
import { Button, State } from "../../ui/parts";
import { KeyHelp } from "./key-help";
import { useOfficeKeys } from "./keys";
import { answeredAt, connection, online } from "./lights";
import { OfficeNav } from "./nav";
import { patientQuery } from "./patient-query";
import { type Session, signOut } from "./session";

export const helpShown = signal(false);

export function OfficeFrame(props: { session: Session; children: ComponentChildren }) {
  const { staff } = props.session;
  const field = useRef<HTMLInputElement>(null);
  useOfficeKeys("other", {
    search: () => field.current?.focus(),
    help: () => {
      helpShown.value = true;
    },
    "go-list": () => go("/office/list"),
    "go-today": () => go("/office/today"),
    "go-patients": () => go("/office/patients"),
    "go-month": () => go("/office/month"),
    "go-connection": () => go("/office/connection"),
    "go-devices": () => go("/office/devices"),
  });
  const today = japanDay(answeredAt.value ?? new Date());
  return (
    <div class="frame">
      <header class="top">
        <a class="brand" href="/office/list">
          <span class="mark" aria-hidden="true" />
          {t("product")}
        </a>
        <Search fieldRef={field} />
        <span class="grow" />
        <TerminalLight />
        <OnlineBadge />
        <Person name={staff.name} role={staff.role} />
      </header>
      <OfficeNav session={props.session} today={today} />
      <main class="page">
        <Loud session={props.session} />
        {props.children}
      </main>
      {helpShown.value && (
        <KeyHelp
          onClose={() => {
            helpShown.value = false;
          }}
        />
      )}
    </div>
  );
}

/** What nobody may overlook: an open emergency account, and a clinic that goes without second factors. */
function Loud(props: { session: Session }) {
  const { staff, ends_at: ends, one_factor_since: since } = props.session;
  const own = staff.role === "emergency";
  const open = connection.value?.alarms.includes("emergency_open") ?? false;
  return (
    <>
      {(own || open) && (
        <div class="loud" role="alert">
          <Icon name="bad" />
          <span class="grow">
            {own ? ta("banner.own", { time: shortTime(new Date(ends), new Date()) }) : ta("banner.emergency")}
          </span>
          {staff.role === "admin" && <a href="/office/devices">{ta("banner.emergencyLook")}</a>}
        </div>
      )}
      {since && staff.role === "admin" && (
        <div class="loud dated">
          <Icon name="need" />
          <span class="grow">{ta("banner.oneFactor", { day: eraDate(japanDay(new Date(since))) })}</span>
          <a href="/office/devices">{ta("banner.oneFactorLook")}</a>
        </div>
      )}
    </>
  );
}

function Search(props: { fieldRef: { current: HTMLInputElement | null } }) {
  const [wrong, setWrong] = useState(false);
  const search = (typed: string) => {
    const refused = looksLikeMyNumber(typed);
    setWrong(refused);
    if (refused) return;
    patientQuery.value = typed.trim();
    go("/office/patients");
  };
  return (
    <search class="searching">
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          search(props.fieldRef.current?.value ?? "");
        }}
      >
        <Icon name="search" />
        <input
          ref={props.fieldRef}
          type="search"
          aria-label={to("search.label")}
          placeholder={to("search.hint")}
          autocomplete="off"
          aria-invalid={wrong}
          onInput={() => setWrong(false)}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <kbd>/</kbd>
        {wrong && (
          <p class="note bad refusal" role="alert">
            {t("my-number")}
          </p>
        )}
      </form>
    </search>
  );
}

const TERMINAL = {
  connected: { kind: "done", icon: "office" },
  silent: { kind: "problem", icon: "bad" },
  never: { kind: "to-do", icon: "office" },
} as const;

function TerminalLight() {
  const bridge = connection.value?.bridge;
  if (!bridge) return null;
  const look = TERMINAL[bridge];
  return (
    <a class="light" href="/office/connection">
      <State kind={look.kind} icon={look.icon}>
        {to(`terminal.${bridge}`)}
      </State>
    </a>
  );
}

function OnlineBadge() {
  const at = answeredAt.value ? clock(answeredAt.value) : "";
  return (
    <a class={online.value ? "sync" : "sync off"} href="/office/connection" aria-live="polite">
      <Icon name={online.value ? "cloud" : "cloud-off"} />
      <span>{online.value ? t("online") : t("offline")}</span>
      {at && <small>{online.value ? at : to("online.last", { time: at })}</small>}
    </a>
  );
}

function Person(props: { name: string; role: Session["staff"]["role"] }) {
  const [open, setOpen] = useState(false);
  return (
    <div class="person">
      <button type="button" class="icon-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="user" />
        {to("person.menu", { name: props.name, role: t(`role.${props.role}`) })}
      </button>
      {open && (
        <div class="card menu">
          {props.role !== "emergency" && (
            <Button icon="key" kind="text" onClick={() => openAccount(setOpen)}>
              {ta("account.title")}
            </Button>
          )}
          <Button icon="help" kind="text" onClick={() => openHelp(setOpen)}>
            {to("keys.title")}
          </Button>
          <Button kind="text" onClick={() => switchLanguage(setOpen)}>
            {to("otherLanguage")}
          </Button>
          <Button icon="out" onClick={() => signOut()}>
            {to("signOut")}
          </Button>
        </div>
      )}
    </div>
  );
}

function openAccount(setOpen: (open: boolean) => void): void {
  setOpen(false);
  go("/office/account");
}

function openHelp(setOpen: (open: boolean) => void): void {
  setOpen(false);
  helpShown.value = true;
}

function switchLanguage(setOpen: (open: boolean) => void): void {
  setOpen(false);
  useLanguage(language.value === "en" ? "ja" : "en");
}
