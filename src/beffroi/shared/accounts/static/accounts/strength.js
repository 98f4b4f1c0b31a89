// Tells, while it is typed, how strong a new password is. The server judges, so that it says the same when it is sent.
//   <input type="password" data-strength="/address/of/the/judge">
const WAIT = 600;

for (const input of document.querySelectorAll("input[data-strength]")) {
  const bar = document.createElement("progress");
  bar.max = 4;
  bar.hidden = true;
  bar.setAttribute("aria-hidden", "true");
  const sentence = document.createElement("p");
  sentence.className = "small";
  sentence.setAttribute("role", "status");
  (input.closest(".field") ?? input).append(bar, sentence);

  let timer;
  let asked = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const turn = ++asked;
      if (!input.value) {
        bar.hidden = true;
        sentence.textContent = "";
        return;
      }
      const body = new FormData();
      body.set("password", input.value);
      const headers = { "X-CSRFToken": input.form.elements.csrfmiddlewaretoken.value };
      const answer = await fetch(input.dataset.strength, { method: "POST", body, headers }).catch(() => null);
      if (!answer?.ok || turn !== asked) return;
      const found = await answer.json();
      bar.hidden = false;
      bar.value = Math.max(found.score, 0.25);
      bar.dataset.tone = found.enough ? "done" : "late";
      sentence.textContent = found.sentence;
    }, WAIT);
  });
}
