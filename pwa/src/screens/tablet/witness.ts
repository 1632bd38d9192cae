/**
 * A mark outside the database that this browser once was a clinic's tablet: a browser that throws storage away seldom
 * takes both. Tells nothing about anybody; only whether an empty database is a new tablet or a loss (F34).
 */
const NAME = "otonai-tablet";
const A_YEAR_S = 31_536_000;

export function leaveWitness(): void {
  localStorage.setItem(NAME, "1");
  write("1", A_YEAR_S);
}

export const wasHereBefore = (): boolean =>
  localStorage.getItem(NAME) === "1" || document.cookie.split("; ").includes(`${NAME}=1`);

export function forgetWitness(): void {
  localStorage.removeItem(NAME);
  write("", 0);
}

/** The Cookie Store API is missing where it matters most (iPadOS), so this is the plain form. */
function write(value: string, seconds: number): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: see above
  document.cookie = `${NAME}=${value}; Path=/; Max-Age=${seconds}; SameSite=Strict${secure}`;
}
