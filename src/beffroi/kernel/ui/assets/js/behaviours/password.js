// Adds « Afficher » beside a password.
//   <input type="password" data-password>
import { each, make } from "../tools.js";

each("input[data-password]", (input) => {
  const button = make("button", { type: "button", class: "btn btn-plain", "aria-pressed": "false" }, "Afficher");
  const group = make("div", { class: "input-group" });
  button.append(make("span", { class: "visually-hidden" }, " le mot de passe"));
  input.replaceWith(group);
  group.append(input, button);
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
    button.firstChild.data = shown ? "Masquer" : "Afficher";
  });
  input.form?.addEventListener("submit", () => { input.type = "password"; });
});
