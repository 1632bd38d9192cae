/**
 * Who is signed in at this browser. After thirty minutes without a hand on it the browser signs out by itself; the
 * screen below stays mounted but hidden, so that address and typed input are still there afterwards.
 */
import { signal } from "@preact/signals";
import { type Answer, type Failure, office, type Schemas, settle } from "../../api/client";

export type Session = Schemas["SessionOut"];
export type SignedOut = "idle" | "expired" | "left";

/** undefined: not asked yet. */
export const session = signal<Session | null | undefined>(undefined);
/** Why nobody is signed in any more; null when nobody was. */
export const signedOut = signal<SignedOut | null>(null);
/** The server did not answer when we asked who is signed in. */
export const unreachable = signal(false);

export const IDLE_MS = 30 * 60_000;
const ACTIVE_KEY = "otonai-office-active";

/** A call of the office. When the session has ended meanwhile the sign-in appears over the screen. */
export async function ask<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Answer<T> {
  const answer = await settle(call);
  if (!answer.ok && hasEnded(answer.error) && session.value) {
    signedOut.value = "expired";
    session.value = null;
  }
  return answer;
}

const hasEnded = (failure: Failure): boolean =>
  failure.kind === "problem" && failure.code === "not_signed_in";

export async function loadSession(): Promise<void> {
  const found = await settle(office.GET("/api/session"));
  unreachable.value = !found.ok && found.error.kind === "offline";
  if (unreachable.value) return;
  if (found.ok) touch();
  session.value = found.ok ? found.value : null;
}

export async function signIn(loginName: string, password: string): Promise<Failure | null> {
  const opened = await settle(office.POST("/api/session", { body: { login_name: loginName, password } }));
  if (!opened.ok) return opened.error;
  touch();
  signedOut.value = null;
  session.value = opened.value;
  return null;
}

export async function signOut(why: SignedOut = "left"): Promise<void> {
  await settle(office.DELETE("/api/session"));
  signedOut.value = why;
  session.value = null;
}

/** Remember that somebody is here; shared by the tabs of this browser, and only a time of day. */
export function touch(): void {
  localStorage.setItem(ACTIVE_KEY, String(Date.now()));
}

export function idleFor(now: number): number {
  return now - Number(localStorage.getItem(ACTIVE_KEY) ?? now);
}

/** Watch the hands on this browser; returns how to stop. */
export function watchIdle(): () => void {
  const hands = ["pointerdown", "keydown", "wheel"] as const;
  for (const kind of hands) addEventListener(kind, touch, { passive: true });
  const look = () => {
    if (session.value && idleFor(Date.now()) >= IDLE_MS) void signOut("idle");
  };
  const timer = setInterval(look, 10_000);
  document.addEventListener("visibilitychange", look);
  return () => {
    for (const kind of hands) removeEventListener(kind, touch);
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
