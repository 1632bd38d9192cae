import { expect, test, vi } from "vitest";
import { listen, readEvents } from "./live";

test("whole lines are events, comments are not, and half a line waits for its rest", () => {
  const read = readEvents(': hello\n\ndata: {"sequence": 4711}\n\ndata: {"seq');
  expect(read).toEqual({ events: [4711], rest: 'data: {"seq' });
});

test("a message that cannot be read still means that something changed", () => {
  expect(readEvents("data: \n\n").events).toEqual([null]);
});

test("a stream that ends is opened again with a new ticket, which travels in the header only", async () => {
  const asked: Array<{ url: string; authorization: string | undefined }> = [];
  const fetcher = (async (url: string, init: RequestInit) => {
    asked.push({ url, authorization: (init.headers as Record<string, string>).Authorization });
    return new Response('data: {"sequence": 7}\n\n');
  }) as unknown as typeof fetch;
  const heard: Array<number | null> = [];
  let tickets = 0;
  const stop = listen({
    ticket: async () => ({ url: "http://live.test/live/clinic", ticket: `t${++tickets}` }),
    onChange: (sequence) => heard.push(sequence),
    fetcher,
    retryMs: 1,
  });
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(1));
  stop();
  expect(heard[0]).toBe(7);
  expect(asked[0]).toEqual({ url: "http://live.test/live/clinic", authorization: "Bearer t1" });
  expect(asked[1]?.authorization).toBe("Bearer t2");
});
