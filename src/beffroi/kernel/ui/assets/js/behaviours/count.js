// Says how many characters are left near the limit of a text.
//   <textarea maxlength="500" data-count></textarea>
import { each, make } from "../tools.js";

each("[data-count][maxlength]", (area) => {
  const limit = Number(area.getAttribute("maxlength"));
  // The limit becomes ours: a pasted text is not cut silently, the server refuses it with its own message.
  area.removeAttribute("maxlength");
  const seen = make("p", { class: "count", "aria-hidden": "true" });
  const said = make("p", { class: "visually-hidden", role: "status" });
  area.after(seen, said);
  let later;
  const show = () => {
    const left = limit - area.value.replaceAll("\r\n", "\n").length;
    const many = Math.abs(left) > 1 ? "s" : "";
    const text = left < 0 ? `${-left} caractère${many} de trop` : `${left} caractère${many} restant${many}`;
    seen.textContent = text;
    seen.classList.toggle("is-over", left < 0);
    clearTimeout(later);
    later = setTimeout(() => { said.textContent = left < limit / 5 ? text : ""; }, 900);
  };
  area.addEventListener("input", show);
  show();
});
