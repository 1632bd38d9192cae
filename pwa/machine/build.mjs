/**
 * Bundles the page and its host for the convergence machine: `node machine/build.mjs FOLDER [MUTANT]`. A mutant is a
 * module of machine/mutants that stands in for one shipped module and wraps it; the shipped file itself is not changed.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const here = dirname(fileURLToPath(import.meta.url));
const [folder, mutant] = process.argv.slice(2);
if (!folder) throw new Error("where to?");

/** `mutants/NAME/sync/push.ts` stands in for `src/sync/push.ts`, and imports that one as `shipped:sync/push`. */
function standIns(name) {
  const root = join(here, "mutants", name);
  if (!existsSync(root)) throw new Error(`no mutant is called ${name}`);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const found = new Map(
    files.map((each) => {
      const own = join(each.parentPath, each.name);
      return [join(here, "..", "src", own.slice(root.length + 1)), own];
    }),
  );
  return {
    name: "stand-ins",
    resolveId(source, importer) {
      if (source.startsWith("shipped:")) return join(here, "..", "src", `${source.slice(8)}.ts`);
      if (!importer || !source.startsWith(".")) return null;
      return found.get(`${resolve(dirname(importer), source)}.ts`) ?? null;
    },
  };
}

async function bundle(input, file, output, more) {
  const made = await rolldown({ input: join(here, input), logLevel: "warn", ...more });
  await made.write({ file: join(folder, file), codeSplitting: false, ...output });
  await made.close();
}

await bundle(
  "page.ts",
  "page.js",
  { format: "iife", name: "loaded" },
  {
    platform: "browser",
    transform: { define: { __APP_VERSION__: '"0.0.0-machine"' } },
    plugins: mutant ? [standIns(basename(mutant))] : [],
  },
);
await bundle("host.ts", "host.mjs", { format: "esm" }, { platform: "node" });
