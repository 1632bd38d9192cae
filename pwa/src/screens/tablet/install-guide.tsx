/** ホーム画面に追加: three drawn pictures of what to press. An app in the home screen keeps what it stores for longer. */
import { useState } from "preact/hooks";
import { installedAs } from "../../domain/packing";
import { t } from "../../text";
import { tv } from "../../text/bedside";
import { Button, Dialog, Note } from "../../ui/parts";
import "./install.css";

declare global {
  interface Navigator {
    /** Safari's own word for an app opened from the home screen. */
    readonly standalone?: boolean;
  }
}

export const installed = () =>
  installedAs(
    navigator.standalone === true || matchMedia("(display-mode: standalone)").matches,
    navigator.userAgent,
    navigator.maxTouchPoints,
  );

/** A word where the app runs in a browser's tab; nothing where it is installed. */
export function InstallNote() {
  const [open, setOpen] = useState(false);
  if (installed() === "yes") return null;
  return (
    <>
      <div class="note info install-note">
        <div class="grow">
          <b>{tv("install.title")}</b>
          {tv("install.why")}
        </div>
        <Button onClick={() => setOpen(true)}>{tv("install.how")}</Button>
      </div>
      {open && <InstallGuide onClose={() => setOpen(false)} />}
    </>
  );
}

export function InstallGuide({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      wide
      title={tv("install.title")}
      onClose={onClose}
      acts={
        <Button kind="primary" onClick={onClose}>
          {t("close")}
        </Button>
      }
    >
      <ol class="install">
        <li>
          <Share />
          <p>
            <b>1</b> {tv("install.1")}
          </p>
        </li>
        <li>
          <Add />
          <p>
            <b>2</b> {tv("install.2")}
          </p>
        </li>
        <li>
          <Home />
          <p>
            <b>3</b> {tv("install.3")}
          </p>
        </li>
      </ol>
      {installed() === "other" && <Note>{tv("install.other")}</Note>}
    </Dialog>
  );
}

/** A browser's bar with the share button ringed. */
const Share = () => (
  <svg viewBox="0 0 240 160" role="img" aria-label={tv("install.1")}>
    <rect class="frame" x="6" y="6" width="228" height="148" rx="14" />
    <path class="line" d="M6 42h228" />
    <rect class="soft" x="46" y="16" width="120" height="16" rx="8" />
    <path class="mark" d="M201 13v17M195 19l6-6 6 6M194 24h-4v14h22v-14h-4" />
    <circle class="press" cx="201" cy="25" r="20" />
    <path class="line" d="M30 66h120M30 84h160M30 102h90" />
  </svg>
);

/** The sheet that opens, with its row ホーム画面に追加 ringed. */
const Add = () => (
  <svg viewBox="0 0 240 160" role="img" aria-label={tv("install.2")}>
    <rect class="frame" x="6" y="6" width="228" height="148" rx="14" />
    <rect class="sheet" x="70" y="22" width="148" height="120" rx="10" />
    <path class="line" d="M86 44h80M86 66h60M70 78h148M70 114h148M86 130h70" />
    <path class="mark" d="M190 88h16v16h-16zM198 92v8M194 96h8M86 96h70" />
    <rect class="press" x="64" y="79" width="160" height="34" rx="8" />
  </svg>
);

/** The home screen, with our mark among the others ringed. */
const Home = () => (
  <svg viewBox="0 0 240 160" role="img" aria-label={tv("install.3")}>
    <rect class="frame" x="6" y="6" width="228" height="148" rx="14" />
    <rect class="soft" x="34" y="28" width="36" height="36" rx="9" />
    <rect class="soft" x="102" y="28" width="36" height="36" rx="9" />
    <rect class="soft" x="170" y="28" width="36" height="36" rx="9" />
    <rect class="soft" x="34" y="92" width="36" height="36" rx="9" />
    <rect class="own" x="102" y="92" width="36" height="36" rx="9" />
    <path class="door" d="M111 120v-10a9 9 0 0 1 18 0v10" />
    <circle class="press" cx="120" cy="110" r="28" />
  </svg>
);
