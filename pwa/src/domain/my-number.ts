/** The guard on typed text: a 12-digit My Number is refused where it is typed, before it goes anywhere. */

export function looksLikeMyNumber(typed: string): boolean {
  const plain = typed.normalize("NFKC");
  return [plain, plain.replace(/[\s\-‐‑–—―−ー・.]+/g, "")].some((text) =>
    [...text.matchAll(/(?<!\d)\d{12}(?!\d)/g)].some(
      ([digits]) => checkDigit(digits.slice(0, 11)) === Number(digits[11]),
    ),
  );
}

function checkDigit(eleven: string): number {
  let sum = 0;
  for (const [i, digit] of [...eleven].reverse().entries()) sum += Number(digit) * (i < 6 ? i + 2 : i - 4);
  const rest = sum % 11;
  return rest <= 1 ? 0 : 11 - rest;
}
