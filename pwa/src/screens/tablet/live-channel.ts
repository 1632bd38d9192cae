/** The live channel while somebody has the tablet open: it says that something changed, never what. */
import { settle } from "../../api/client";
import { pause } from "../../pause";
import { listen } from "../../sync/live";
import { exchangeNow } from "./exchange";
import { db } from "./held";
import { client, signer } from "./wire";

let listening: AbortController | null = null;
let live = false;

export const isLive = (): boolean => live;

export function stopListening(): void {
  listening?.abort();
  listening = null;
  live = false;
}

export function listenNow(): void {
  listening?.abort();
  listening = new AbortController();
  void listen(
    {
      ticket: () => settle(client.POST("/api/live/ticket")),
      credentials: async ({ url, ticket }) => {
        const key = await db.read("device_key");
        return key ? signer.headers(key, "GET", url, ticket) : {};
      },
      fetcher: fetch.bind(globalThis),
      wait: pause,
      onChange: () => void exchangeNow(),
      onConnected: (connected) => {
        live = connected;
      },
    },
    listening.signal,
  );
}
