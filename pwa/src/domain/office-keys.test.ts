import { expect, test } from "vitest";
import { commandOf } from "./office-keys";

test("act and save are two keys, and Enter writes nothing on the comparison", () => {
  expect(commandOf({ key: "u" }, "comparison")).toBe("update");
  expect(commandOf({ key: "S" }, "comparison")).toBe("save");
  expect(commandOf({ key: "Enter" }, "comparison")).toBeNull();
});

test("single keys do nothing while a field has the focus or the browser's own keys are down", () => {
  expect(commandOf({ key: "n", focus: "field" }, "list")).toBeNull();
  expect(commandOf({ key: "/", focus: "field" }, "list")).toBeNull();
  expect(commandOf({ key: "r", modified: true }, "list")).toBeNull();
});

test("a focused button keeps Space and Enter for itself, the other keys still work", () => {
  expect(commandOf({ key: "Enter", focus: "control" }, "list")).toBeNull();
  expect(commandOf({ key: " ", focus: "control" }, "comparison")).toBeNull();
  expect(commandOf({ key: "ArrowDown", focus: "control" }, "list")).toBe("down");
});

test("G and then a letter leads to a screen, and the letter means nothing else then", () => {
  expect(commandOf({ key: "t", before: "g" }, "list")).toBe("go-today");
  expect(commandOf({ key: "m", before: "g" }, "comparison")).toBe("go-month");
  expect(commandOf({ key: "r", before: "g" }, "list")).toBeNull();
});

test("old habits stay: F4 confirms, F7 opens the chart", () => {
  expect(commandOf({ key: "F4" }, "comparison")).toBe("save");
  expect(commandOf({ key: "F7" }, "comparison")).toBe("chart");
});
