/** Locks after five idle minutes, and blanks the page while it is in the background (app switcher, screen off). */

export const IDLE_MS = 5 * 60_000;
/** Clocks are set right by this much without anybody's doing. */
const TURNED_BACK_MS = 60_000;

export type AutoLockPorts = {
  /** The page's own clock, which nobody can turn; it may stand still while the tablet sleeps. */
  now: () => number;
  /** The clock on the wall, for the time that a page in the background does not see pass. */
  wall: () => number;
  isOpen: () => boolean;
  lock: () => void;
  blank: (blank: boolean) => void;
};

export class AutoLock {
  private touchedAt: number;
  private left: { at: number; wall: number } | null = null;

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
    const { ports } = this;
    if (hidden) this.left ??= { at: ports.now(), wall: ports.wall() };
    else {
      if (this.left && ports.isOpen() && this.wasLong(this.left)) ports.lock();
      else this.check();
      this.left = null;
    }
    ports.blank(hidden);
  }

  /** By whichever clock says more; a wall clock that was turned back meanwhile says nothing good. */
  private wasLong(left: { at: number; wall: number }): boolean {
    const away = this.ports.wall() - left.wall;
    return away < -TURNED_BACK_MS || left.at - this.touchedAt + away >= IDLE_MS || this.isOver();
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
