// Fetches the scripts that few pages need, where there is something for them: offline.js, push.js (codes.js: see scan.js).
// The page's main script names them: <script type="module" src="beffroi.js" data-offline-js="…" data-push-js="…">.
const files = document.querySelector("script[data-offline-js]")?.dataset;

function waiting() {
  try {
    return localStorage.getItem("beffroi:saisies");
  } catch {
    return null; // storage refused: nothing can wait
  }
}

/** A telephone that died while sending may have lost the mark above, never what was written: looked for once a visit. */
async function forgotten() {
  try {
    if (sessionStorage.getItem("beffroi:regarde")) return false;
    sessionStorage.setItem("beffroi:regarde", "1");
    const bases = await indexedDB.databases();
    if (!bases.some(({ name }) => name === "beffroi")) return false;
    return await new Promise((resolve) => {
      const opening = indexedDB.open("beffroi");
      opening.addEventListener("error", () => resolve(false));
      opening.addEventListener("success", () => {
        const base = opening.result;
        const counted = base.transaction("saisies").objectStore("saisies").count();
        for (const type of ["success", "error"]) counted.addEventListener(type, () => {
          base.close();
          resolve(Boolean(counted.result));
        });
      });
    });
  } catch {
    return false; // an old browser, or private browsing
  }
}

if (files && (document.querySelector("form[data-offline], [data-sign], [data-scan], [data-kept]") || waiting())) import(files.offlineJs);
else if (files) forgotten().then((found) => found && import(files.offlineJs));
if (files && document.querySelector("form[data-push]")) import(files.pushJs);
