// Run by the PWA's own Vite, so nothing is imported here: a plain object.
export default {
  root: new URL("./page", import.meta.url).pathname,
  // The browser bundle asks for Node's `events`; the package of that name is what it means.
  resolve: { alias: { events: "events/events.js" } },
  build: { target: "es2022", modulePreload: { polyfill: false }, emptyOutDir: true },
};
