/** Bundles the page of `run.py bench first_sync`; nothing of it is in the app. */
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  define: { __APP_VERSION__: JSON.stringify("bench") },
  plugins: [preact()],
  build: { target: "es2022", sourcemap: false, modulePreload: { polyfill: false }, emptyOutDir: true },
});
