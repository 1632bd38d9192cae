/** The address bar as a signal. Screens navigate by `go`; links are real links, so that they can be opened anywhere. */
import { computed, signal } from "@preact/signals";

const address = signal(location.pathname + location.search);
addEventListener("popstate", () => {
  address.value = location.pathname + location.search;
});

export const path = computed(() => address.value.split("?")[0] ?? "/");
export const query = computed(() => new URLSearchParams(address.value.split("?")[1] ?? ""));

export function go(to: string, options: { replace?: boolean } = {}): void {
  if (to === address.value) return;
  if (options.replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  address.value = to;
  scrollTo(0, 0);
}

/** Let ordinary clicks on our own links stay inside the app. */
export function followLinks(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented) return;
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || link.target) return;
  if (link.origin !== location.origin || link.pathname.startsWith("/api")) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

/** `/office/list/:id` against the current path; the parameters, or null. */
export function match(pattern: string, at: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = at.replace(/\/$/, "").split("/");
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const value = given[i] ?? "";
    if (part.startsWith(":")) found[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return found;
}
