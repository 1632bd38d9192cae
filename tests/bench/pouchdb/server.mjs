// A CouchDB-like server in memory and the page that replicates from it; the peer of `run.py bench first_sync`.
// node server.mjs --port N --documents FILE --page FOLDER; says "ready" when the documents are in. Loopback only.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import express from "express";
import memory from "pouchdb-adapter-memory";
import PouchDB from "pouchdb-core";

const require = createRequire(import.meta.url);
const { port, documents, page } = parseArgs({
  options: { port: { type: "string" }, documents: { type: "string" }, page: { type: "string" } },
}).values;

const InMemory = PouchDB.plugin(memory).defaults({ adapter: "memory" });
const couch = require("express-pouchdb")(InMemory, { mode: "minimumForPouchDB", inMemoryConfig: true });
const day = new InMemory("day");
const rows = JSON.parse(await readFile(documents, "utf8"));
for (let at = 0; at < rows.length; at += 1000) await day.bulkDocs(rows.slice(at, at + 1000));

const app = express();
app.use("/couch", couch);
app.use(express.static(page));
app.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
