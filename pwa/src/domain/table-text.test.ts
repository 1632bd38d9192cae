import { expect, test } from "vitest";
import { decodeTable } from "./table-text";

const HEAD = "カルテ番号,氏名";

test("a table saved as UTF-8 is read, with or without its mark", () => {
  const plain = new TextEncoder().encode(HEAD);
  expect(decodeTable(plain)).toBe(HEAD);
  expect(decodeTable(new Uint8Array([0xef, 0xbb, 0xbf, ...plain]))).toBe(HEAD);
});

test("a table saved as Shift_JIS is read, 髙 included", () => {
  const bytes = [0x8e, 0x81, 0x96, 0xbc, 0x2c, 0xfb, 0xfc]; // 氏名,髙
  expect(decodeTable(new Uint8Array(bytes))).toBe("氏名,髙");
});

test("what is neither is not guessed", () => {
  expect(decodeTable(new Uint8Array([0x81, 0xff, 0xff]))).toBeNull();
});
