/** What the shell must know before anybody signs in; kept for the session only. And what this app calls itself. */
import { signal } from "@preact/signals";
import { office, type Schemas, settle } from "./client";

declare const __APP_VERSION__: string;

/** The version of the app in this browser; the server's own may be newer while an update waits. */
export const APP_VERSION: string = __APP_VERSION__;

export const profile = signal<Schemas["ProfileOut"] | null>(null);

export async function loadProfile(): Promise<void> {
  const found = await settle(office.GET("/api/session/profile"));
  if (found.ok) profile.value = found.value;
}
