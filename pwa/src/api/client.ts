/**
 * The typed client. Every failure is a value with a name: `offline` (nothing answered, or something that is not our
 * server), or `problem` with the server's own code and sentences. Nothing here throws.
 */
import createClient, { type Middleware } from "openapi-fetch";
import { failed, ok, type Result } from "../result";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** RFC 9457 with our code and the next step. */
export type Problem = {
  kind: "problem";
  status: number;
  code: string;
  title: string;
  detail?: string | undefined;
  next_step?: string | undefined;
  errors?: Array<{ path: string; message: string }> | undefined;
  remaining?: number | undefined;
  until?: string | undefined;
  expected_sequence?: number | undefined;
};
export type Failure = { kind: "offline" } | Problem;
export type Answer<T> = Promise<Result<T, Failure>>;

export type Client = ReturnType<typeof createClient<paths>>;

/** A client for one kind of caller; `middleware` adds its credentials. */
export function makeClient(middleware: Middleware[] = [], fetcher?: typeof fetch): Client {
  const client = createClient<paths>({ baseUrl: location.origin, ...(fetcher ? { fetch: fetcher } : {}) });
  client.use(...middleware);
  return client;
}

/** The office: the browser's own session cookie, and an idempotency key on every write. */
export const office: Client = makeClient([
  {
    onRequest({ request }) {
      if (request.method !== "GET" && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", crypto.randomUUID());
      }
      return request;
    },
  },
]);

type Raw<T> = { data?: T; error?: unknown; response: Response };

/** Turns a call of the generated client into a value. */
export async function settle<T>(call: Promise<Raw<T>>): Answer<T> {
  let raw: Raw<T>;
  try {
    raw = await call;
  } catch {
    return failed({ kind: "offline" });
  }
  if (raw.response.ok) {
    // A captive portal answers 200 with a page of its own; ours are JSON or empty.
    const type = raw.response.headers.get("content-type") ?? "";
    if (raw.response.status !== 204 && !type.includes("json")) return failed({ kind: "offline" });
    return ok(raw.data as T);
  }
  return failed(asProblem(raw.error));
}

/** Our problem details; anything else that answers is not our server. */
export function asProblem(body: unknown): Failure {
  if (typeof body === "object" && body !== null && "code" in body) {
    return { ...(body as Omit<Problem, "kind">), kind: "problem" };
  }
  return { kind: "offline" };
}
