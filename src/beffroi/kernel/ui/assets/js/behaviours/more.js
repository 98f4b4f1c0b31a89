// Fetches the scripts that few pages need, where there is something for them: offline.js, push.js.
// The page's main script names them: <script type="module" src="beffroi.js" data-offline-js="…" data-push-js="…">.
const files = document.querySelector("script[data-offline-js]")?.dataset;

function waiting() {
  try {
    return localStorage.getItem("beffroi:saisies");
  } catch {
    return null; // storage refused: nothing can wait
  }
}

if (files && (document.querySelector("form[data-offline]") || waiting())) import(files.offlineJs);
if (files && document.querySelector("form[data-push]")) import(files.pushJs);
