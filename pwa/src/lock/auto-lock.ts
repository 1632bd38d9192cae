/** Locks after five idle minutes, and blanks the page while it is in the background (app switcher, screen off). */

export const IDLE_MS = 5 * 60_000;

export type AutoLockPorts = {
  now: () => number;
  isOpen: () => boolean;
  lock: () => void;
  blank: (blank: boolean) => void;
};

export class AutoLock {
  private touchedAt: number;

  constructor(private readonly ports: AutoLockPorts) {
    this.touchedAt = ports.now();
  }

  /** A person did something. */
  touch(): void {
    if (!this.isOver()) this.touchedAt = this.ports.now();
  }

  /** The tablet was opened just now. */
  restart(): void {
    this.touchedAt = this.ports.now();
  }

  /** Called every few seconds, and when the page comes back. */
  check(): void {
    if (this.ports.isOpen() && this.isOver()) this.ports.lock();
  }

  visibility(hidden: boolean): void {
    if (!hidden) this.check();
    this.ports.blank(hidden);
  }

  private isOver(): boolean {
    return this.ports.now() - this.touchedAt >= IDLE_MS;
  }
}

/** Wire it to a page; returns how to take it off. */
export function watchPage(autoLock: AutoLock, page: Document, everyMs = 5_000): () => void {
  const touch = () => autoLock.touch();
  const seen = () => autoLock.visibility(page.visibilityState === "hidden");
  const timer = setInterval(() => autoLock.check(), everyMs);
  for (const name of ["pointerdown", "keydown", "scroll"])
    page.addEventListener(name, touch, { passive: true });
  page.addEventListener("visibilitychange", seen);
  return () => {
    clearInterval(timer);
    for (const name of ["pointerdown", "keydown", "scroll"]) page.removeEventListener(name, touch);
    page.removeEventListener("visibilitychange", seen);
  };
}
