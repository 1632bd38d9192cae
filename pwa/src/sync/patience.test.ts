import { describe, expect, test } from "vitest";
import { patiently } from "./patience";

const ADDRESS = "https://otonai.example/api/sync/pack";

/** Timers that fire when time is told to pass. */
class Hours {
  private now = 0;
  private waiting: Array<{ due: number; work: () => void }> = [];
  readonly later = (work: () => void, ms: number) => {
    const timer = { due: this.now + ms, work };
    this.waiting.push(timer);
    return () => {
      this.waiting = this.waiting.filter((each) => each !== timer);
    };
  };
  get running() {
    return this.waiting.length;
  }
  async pass(ms: number) {
    this.now += ms;
    for (const timer of this.waiting.filter(({ due }) => due <= this.now)) {
      this.waiting = this.waiting.filter((each) => each !== timer);
      timer.work();
    }
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
}

/** A server that answers when it is told to, piece by piece; it never closes by itself. */
function slowServer() {
  let line: ReadableStreamDefaultController<Uint8Array> | undefined;
  const seen: Request[] = [];
  let answer: (response: Response) => void = () => undefined;
  const fetcher = ((input: Request) => {
    seen.push(input);
    return new Promise<Response>((done) => {
      answer = done;
    });
  }) as typeof fetch;
  return {
    fetcher,
    seen,
    begin: () => {
      const body = new ReadableStream<Uint8Array>({
        start(opened) {
          line = opened;
        },
      });
      answer(new Response(body));
    },
    say: (text: string) => line?.enqueue(new TextEncoder().encode(text)),
    end: () => line?.close(),
    nothing: () => answer(new Response(null, { status: 204 })),
  };
}

describe("a call ends when nothing comes any more", () => {
  test("[F24] a server that never answers is a cut line after half a minute", async () => {
    const [hours, server] = [new Hours(), slowServer()];
    const call = patiently(server.fetcher, hours)(ADDRESS);
    const failed = expect(call).rejects.toThrow("the line was silent");
    await hours.pass(29_999);
    expect(server.seen[0]?.signal.aborted).toBe(false);
    await hours.pass(1);
    await failed;
    expect(server.seen[0]?.signal.aborted).toBe(true);
  });

  test("[F24] a day that comes slowly keeps coming, however long it takes", async () => {
    const [hours, server] = [new Hours(), slowServer()];
    const call = patiently(server.fetcher, hours)(ADDRESS);
    await hours.pass(20_000);
    server.begin();
    const text = call.then((answer) => answer.text());
    await hours.pass(0);
    for (const piece of ["訪", "問", "の", "一", "日"]) {
      await hours.pass(25_000);
      server.say(piece);
      await new Promise((done) => setTimeout(done, 0));
    }
    server.end();
    expect(await text).toBe("訪問の一日");
    expect(hours.running).toBe(0);
  });

  test("[F24] an answer that stops half way is a cut line, not half an answer", async () => {
    const [hours, server] = [new Hours(), slowServer()];
    const call = patiently(server.fetcher, hours)(ADDRESS);
    server.begin();
    const text = call.then((answer) => answer.text());
    const failed = expect(text).rejects.toThrow();
    server.say("半分");
    await new Promise((done) => setTimeout(done, 0));
    await hours.pass(30_000);
    await failed;
  });

  test("what the caller gives up is given up, and an empty answer leaves no timer behind", async () => {
    const [hours, server, end] = [new Hours(), slowServer(), new AbortController()];
    void patiently(server.fetcher, hours)(ADDRESS, { signal: end.signal }).catch(() => undefined);
    await hours.pass(1);
    end.abort();
    expect(server.seen[0]?.signal.aborted).toBe(true);
    const [quiet, other] = [new Hours(), slowServer()];
    const call = patiently(other.fetcher, quiet)(ADDRESS, { method: "DELETE" });
    other.nothing();
    expect((await call).status).toBe(204);
    expect(quiet.running).toBe(0);
  });
});
