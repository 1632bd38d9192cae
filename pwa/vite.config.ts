import { readFileSync } from "node:fs";
import preact from "@preact/preset-vite";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";
import { englishByPlace } from "./build/english";

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
// The server that `run.py dev` starts; the built app is served by that server itself.
const server = process.env.OTONAI_DEV_SERVER ?? "http://localhost:8000";

/** The office's screens behind its sign-in: opened one after the other all day, by people with a good line. */
const DESK_SCREENS =
  /screens\/office\/(audit|comp|conn|consent|date-|device|evid|house|inquir|insurer|ledger|list|loss|marked|missing|month|notice|patient(?!-query)|period|plan|readiness|reference|register|settings|staff|stop|support|switch|today|accept|candidate|link|troubleshooter|emergency|enrol-device|off-card|provider-set|row-window|sign-in-rules|undo|visit-)[a-z-]*\.(tsx?|css)$/;
const DESK_WORDS =
  /src\/text\/(accept|audit|board|inquiry|insurer|ledger-file|off-card|reference-link|settings|support)\.ts$/;

/** What a tablet opens from its list of the day, at the door and at the bed. */
const AT_A_VISIT =
  /screens\/tablet\/(handover|register|patient|visit-record)[a-z-]*\.(tsx?|css)$|src\/text\/handover\.ts$/;

export default defineConfig({
  // What this app calls itself, on the device page and for servers that are newer (api/profile.ts).
  define: { __APP_VERSION__: JSON.stringify(version) },
  plugins: [
    englishByPlace(),
    preact(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "sw",
      filename: "worker.ts",
      outDir: "dist",
      registerType: "prompt",
      injectRegister: false,
      injectManifest: { globPatterns: ["**/*.{js,css,html,svg,png,webmanifest}"] },
      manifest: {
        name: "おとない",
        short_name: "おとない",
        description: "訪問診療のオンライン資格確認を、同意からお薬の一覧まで。",
        lang: "ja",
        start_url: "/",
        scope: "/",
        display: "standalone",
        background_color: "#f4f5f3",
        theme_color: "#f4f5f3",
        icons: [
          { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "/icon-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
        ],
      },
    }),
  ],
  // Dexie's own build for today's browsers; the package's entry is the one for those of 2015, a fifth larger.
  resolve: { alias: { dexie: "dexie/dist/modern/dexie.mjs" } },
  build: {
    target: "es2022",
    sourcemap: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Few files: what is read together travels and shrinks together. The first screens stay apart and small.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: "english", test: /src\/text\/.*-en\.ts$/ },
            { name: "visit", test: AT_A_VISIT },
            { name: "desk", test: (file) => DESK_SCREENS.test(file) || DESK_WORDS.test(file) },
          ],
        },
      },
    },
  },
  server: { host: "127.0.0.1", proxy: { "/api": server, "/live": server } },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
