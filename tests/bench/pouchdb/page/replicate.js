// PouchDB 9 takes the day from a CouchDB-like server: as few, as large batches as it may, nothing sealed.
import PouchDB from "pouchdb-browser";

window.bench = {
  async firstSync() {
    const mine = new PouchDB("day");
    const began = performance.now();
    await PouchDB.replicate(`${location.origin}/couch/day`, mine, { batch_size: 1000, batches_limit: 10 });
    const took = performance.now() - began;
    return { took, rows: (await mine.info()).doc_count };
  },
};
