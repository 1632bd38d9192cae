/**
 * The office's screens in two groups: the day's work, and what is looked at now and then. On a narrow screen the second
 * group waits behind one button, so that nothing has to be scrolled sideways.
 */
import { useEffect, useState } from "preact/hooks";
import { troublesOf } from "../../domain/connection";
import { eraDate, weekday } from "../../domain/dates";
import { path } from "../../router";
import { type OfficeKey, to } from "../../text/office";
import { Icon, type IconName } from "../../ui/icon";
import { connection, listStatus } from "./lights";
import "./nav.css";
import type { Session } from "./session";

type Place = { to: string; text: OfficeKey; icon: IconName; count?: number; role?: readonly string[] };

const daily = (): Place[] => [
  { to: "/office/list", text: "nav.list", icon: "list", count: listStatus.value?.needs_decision ?? 0 },
  { to: "/office/today", text: "nav.today", icon: "home" },
  { to: "/office/house", text: "nav.house", icon: "office" },
  { to: "/office/patients", text: "nav.patients", icon: "users" },
  { to: "/office/month", text: "nav.month", icon: "calendar" },
  { to: "/office/inquiries", text: "nav.inquiries", icon: "search" },
];

const seldom = (): Place[] => [
  {
    to: "/office/connection",
    text: "nav.connection",
    icon: "server",
    count: troublesOf(true, connection.value).length,
  },
  { to: "/office/devices", text: "nav.devices", icon: "tablet", role: ["admin", "office"] },
  { to: "/office/evidence", text: "nav.evidence", icon: "eye", role: ["admin", "doctor"] },
  { to: "/office/audit", text: "nav.audit", icon: "document", role: ["admin"] },
  { to: "/office/settings", text: "nav.settings", icon: "shield", role: ["admin"] },
];

/** `today`: the clinic's day, at the foot where there is room for it. */
export function OfficeNav({ session, today }: { session: Session; today: string }) {
  const [open, setOpen] = useState(false);
  const here = path.value;
  useEffect(() => setOpen(false), [here]);
  const rest = seldom().filter((place) => !place.role || place.role.includes(session.staff.role));
  const waiting = rest.reduce((sum, place) => sum + (place.count ?? 0), 0);
  const inside = rest.find((place) => here.startsWith(place.to));
  return (
    <nav class="nav" aria-label={to("nav.label")}>
      {daily().map((place) => (
        <PlaceLink key={place.to} place={place} />
      ))}
      <button
        type="button"
        class={inside ? "more here" : "more"}
        aria-expanded={open}
        aria-controls="more-places"
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
      >
        <Icon name="down" />
        {inside ? to(inside.text) : to("nav.more")}
        <Count of={waiting} />
      </button>
      <div id="more-places" class={open ? "rest open" : "rest"}>
        {rest.map((place) => (
          <PlaceLink key={place.to} place={place} />
        ))}
      </div>
      <p class="foot sub">
        {session.clinic.name}
        <br />
        {eraDate(today).replace(/年.*/, "年")}（{today.slice(0, 4)}）
        <br />
        {Number(today.slice(5, 7))}月{Number(today.slice(8))}日 {weekday(today)}曜日
      </p>
    </nav>
  );
}

function PlaceLink({ place }: { place: Place }) {
  return (
    <a href={place.to} aria-current={path.value.startsWith(place.to) ? "page" : undefined}>
      <Icon name={place.icon} />
      {to(place.text)}
      <Count of={place.count ?? 0} />
    </a>
  );
}

function Count({ of }: { of: number }) {
  if (of === 0) return null;
  return (
    <span class="count">
      {of}
      <span class="visually-hidden">{to("nav.waiting", { count: of })}</span>
    </span>
  );
}
