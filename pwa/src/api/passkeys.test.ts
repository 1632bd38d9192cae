import { expect, test } from "vitest";
import { why } from "./passkeys";

const named = (name: string) => Object.assign(new Error("of the browser"), { name });

test("whoever closes the browser's question is told of no trouble", () => {
  expect(why(named("NotAllowedError"))).toBe("left");
  expect(why(named("AbortError"))).toBe("left");
});

test("what the person can do something about has a name of its own", () => {
  expect(why(named("InvalidStateError"))).toBe("known");
  expect(why(named("SecurityError"))).toBe("here");
});

test("everything else is the device's, whatever was thrown", () => {
  for (const odd of [named("NotSupportedError"), new TypeError("no such method"), "a word", null]) {
    expect(why(odd)).toBe("device");
  }
});
