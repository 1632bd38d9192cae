/** The bar on every screen: where we are, what is sent, and the two ways to hide. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { clock } from "../../domain/dates";
import { type Badge, badges } from "../../sync/status";
import { t } from "../../text";
import { tt } from "../../text/tablet";
import { Icon } from "../../ui/icon";
import { cover, lock, outbox, status } from "./start";
import { UnsentSheet } from "./unsent-sheet";

export function TopBar(props: { children: ComponentChildren; noLock?: boolean }) {
  return (
    <header class="top">
      {props.children}
      <div class="grow" />
      <SyncBadges />
      <button type="button" class="bar-button" onClick={() => (cover.value = true)}>
        <Icon name="hide" />
        <span>{tt("bar.hide")}</span>
      </button>
      {!props.noLock && (
        <button type="button" class="bar-button" onClick={() => void lock()}>
          <Icon name="lock" />
          <span>{tt("bar.lock")}</span>
        </button>
      )}
    </header>
  );
}

export function SyncBadges() {
  const [open, setOpen] = useState(false);
  const shown = badges({
    reach: status.reach.value,
    heardAt: status.heardAt.value,
    syncedAt: status.syncedAt.value,
    waiting: outbox.waiting.value,
    attention: outbox.attention.value,
  });
  return (
    <>
      <div class="badges" role="status">
        {shown.map((badge) => (
          <button type="button" key={badge.kind} class={`sync ${badge.kind}`} onClick={() => setOpen(true)}>
            <BadgeWords badge={badge} />
          </button>
        ))}
      </div>
      {open && <UnsentSheet onClose={() => setOpen(false)} />}
    </>
  );
}

export function BadgeWords({ badge }: { badge: Badge }) {
  switch (badge.kind) {
    case "attention":
      return (
        <>
          <Icon name="need" />
          {tt("bar.attention", { count: badge.count })}
        </>
      );
    case "waiting":
      return (
        <>
          <Icon name="up" />
          {tt("bar.waiting", { count: badge.count })}
        </>
      );
    case "online":
      return (
        <>
          <Icon name="cloud" />
          {t("online")}
          {badge.at && <small>{clock(badge.at)}</small>}
        </>
      );
    case "offline":
      return (
        <>
          <Icon name="cloud-off" />
          {t("offline")}
          {badge.at && <small>{tt("bar.lastSync", { time: clock(badge.at) })}</small>}
        </>
      );
  }
}
