import { describe, expect, test } from "vitest";
import { addOnFacts } from "./add-on";

describe("[S-036] what an add-on asks for", () => {
  test("is neither there before a consent, even when something was left over on the screen", () => {
    expect(addOnFacts([], { medications: {} })).toEqual({ consented: false, looked: false });
    expect(addOnFacts([{ kind: "drug", flag: "expired" }], {})).toEqual({ consented: false, looked: false });
  });

  test("is a consent to medical information; one to the limit certificate says nothing", () => {
    expect(addOnFacts([{ kind: "limit", flag: "given" }], undefined).consented).toBe(false);
    expect(addOnFacts([{ kind: "checkup", flag: "given" }], undefined)).toEqual({
      consented: true,
      looked: false,
    });
  });

  test("and somebody who opened drugs or checkups", () => {
    expect(addOnFacts([{ kind: "drug", flag: "given" }], { checkups: {} }).looked).toBe(true);
  });
});
