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
  return (await open()).transaction(STORE, mode).objectStore(STORE);
}

/** Everything that waits, the oldest first. */
export async function all() {
  return (await ask((await store("readonly")).getAll())).sort((one, other) => one.at - other.at);
}
export const get = async (id) => ask((await store("readonly")).get(id));
/** Kept for good when it returns, even if the browser is killed just after. Throws when the device is full. */
export async function put(item) {
  const change = (await open()).transaction(STORE, "readwrite", { durability: "strict" });
  change.objectStore(STORE).put(item);
  await new Promise((resolve, reject) => {
    change.addEventListener("complete", resolve);
    change.addEventListener("abort", () => reject(change.error));
  });
}
export const remove = async (id) => ask((await store("readwrite")).delete(id));
