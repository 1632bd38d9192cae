/**
 * Calls that end. A line may stay open and say nothing (a lift, a hotel's proxy): without an end the one round of
 * exchange would wait for ever. What counts is silence, not length: a day that comes slowly keeps coming.
 */

/** No answer and no further byte for so long means the line is dead. A day of ten thousand begins after five seconds. */
export const SILENCE_MS = 30_000;

export type Timers = { later: (work: () => void, ms: number) => () => void };

const timers: Timers = {
  later: (work, ms) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

/** `fetcher`, whose calls fail like those of a cut line when nothing comes for `silenceMs`. */
export function patiently(
  fetcher: typeof fetch,
  { later }: Timers = timers,
  silenceMs = SILENCE_MS,
): typeof fetch {
  return async (input, init) => {
    const line = new AbortController();
    const asked = new Request(input, init);
    const leave = () => line.abort(asked.signal.reason);
    if (asked.signal.aborted) leave();
    asked.signal.addEventListener("abort", leave);
    let dead: (silence: Error) => void = () => undefined;
    const silence = new Promise<never>((_, refuse) => {
      dead = refuse;
    });
    silence.catch(() => undefined); // Heard by the race, and by nobody once the answer has begun.
    const cut = () => {
      const error = new TypeError("the line was silent");
      line.abort(error);
      dead(error);
    };
    let calm = later(cut, silenceMs);
    const heard = () => {
      calm();
      calm = later(cut, silenceMs);
    };
    const over = () => {
      calm();
      asked.signal.removeEventListener("abort", leave);
    };
    try {
      const answer = await Promise.race([fetcher(new Request(asked, { signal: line.signal })), silence]);
      if (!answer.body) {
        over();
        return answer;
      }
      heard();
      return withBody(answer, watched(answer.body, silence, heard, over));
    } catch (error) {
      over();
      throw error;
    }
  };
}

/** The same bytes; whoever reads them learns that the line went silent. */
function watched(
  body: ReadableStream<Uint8Array>,
  silence: Promise<never>,
  heard: () => void,
  over: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(line) {
      try {
        const { done, value } = await Promise.race([reader.read(), silence]);
        if (done) {
          over();
          line.close();
          return;
        }
        heard();
        line.enqueue(value);
      } catch (error) {
        over();
        line.error(error);
      }
    },
    cancel(reason) {
      over();
      return reader.cancel(reason);
    },
  });
}

function withBody(answer: Response, body: ReadableStream<Uint8Array>): Response {
  const { status, statusText, headers } = answer;
  return new Response(body, { status, statusText, headers });
}
