// What was written without network, kept in the device (IndexedDB) until the server has it. Files are kept too.
const STORE = "saisies";

function ask(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}

let base;
function open() {
  base ||= new Promise((resolve, reject) => {
    const request = indexedDB.open("beffroi", 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(STORE, { keyPath: "id" }));
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
  return base;
}

async function store(mode) {
  // "strict": written on the disk before we say that it is kept; a battery that dies loses nothing.
  return (await open()).transaction(STORE, mode, { durability: "strict" }).objectStore(STORE);
}

/** Done once the whole transaction is: the success of a request alone may still be undone. */
async function write(change) {
  const records = await store("readwrite");
  await new Promise((resolve, reject) => {
    records.transaction.addEventListener("complete", () => resolve());
    for (const type of ["abort", "error"]) records.transaction.addEventListener(type, () => reject(records.transaction.error));
    change(records);
  });
}

/** Everything that waits, the oldest first. */
export async function all() {
  return (await ask((await store("readonly")).getAll())).sort((one, other) => one.at - other.at);
}
export const get = async (id) => ask((await store("readonly")).get(id));
export const put = async (item) => write((records) => records.put(item));
export const remove = async (id) => write((records) => records.delete(id));
