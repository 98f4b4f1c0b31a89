// Signing in, confirming, or registering with a passkey (W3C Web Authentication, level 3).
//   <form method="post" action="…" data-passkey="get" data-passkey-options="/address/of/the/options">
//     <input type="hidden" name="credential"> <button>…</button> <p data-passkey-status role="status"></p>
//   </form>
// `data-passkey` is "get" (sign in) or "create" (register). The options come from `data-passkey-options` (an address
// that answers JSON) or from `data-passkey-data`, the id of a <script type="application/json"> of the page.

const SAY = {
  NotAllowedError: "Rien n’a été confirmé : vous avez annulé, ou le délai est passé. Vous pouvez recommencer.",
  InvalidStateError: "Cette clé est déjà enregistrée pour votre compte.",
  SecurityError: "Les clés d’accès demandent que le site soit ouvert par son adresse en https.",
  NotSupportedError: "Cet appareil ne sait pas faire cette sorte de clé.",
  offline: "Le site ne répond pas. Vérifiez votre connexion, puis recommencez.",
  other: "La clé n’a pas pu être utilisée. Connectez-vous autrement, ou recommencez.",
};

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

/** The options as the browser wants them: bytes instead of base64url. */
function decode({ publicKey }) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (options.allowCredentials) options.allowCredentials = known(options.allowCredentials);
  if (options.excludeCredentials) options.excludeCredentials = known(options.excludeCredentials);
  if (options.user) {
    options.user = { ...options.user, id: bytes(options.user.id) };
    // A passkey: kept by the device, and opened by a finger, a face or a code.
    options.authenticatorSelection = { ...options.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
  }
  return { publicKey: options };
}

/** The answer of the device as the server wants it: base64url instead of bytes. */
function encode(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function options(form) {
  if (form.dataset.passkeyData) return Object.values(JSON.parse(document.getElementById(form.dataset.passkeyData).textContent))[0];
  const answer = await fetch(form.dataset.passkeyOptions, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) throw new DOMException("", "offline");
  return (await answer.json()).request_options;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const status = form.querySelector("[data-passkey-status]");
  const button = form.querySelector("button");
  if (!window.PublicKeyCredential) {
    form.hidden = true;
    continue;
  }
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    status.textContent = "Suivez les indications de votre appareil.";
    button.setAttribute("aria-busy", "true");
    try {
      const credential = await navigator.credentials[form.dataset.passkey](decode(await options(form)));
      form.elements.credential.value = encode(credential);
      status.textContent = "";
      form.submit();
    } catch (error) {
      status.textContent = SAY[error.name] ?? SAY.other;
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
}
