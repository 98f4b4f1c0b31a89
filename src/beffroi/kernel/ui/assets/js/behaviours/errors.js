// After a refused form, the summary of the errors is read first; its links put the cursor in the field.
import { each, on } from "../tools.js";

each("[data-error-summary]", (summary) => {
  document.title = `Erreur\u202f: ${document.title}`;
  summary.focus();
});

on("click", "[data-error-summary] a[href^='#']", (link, event) => {
  const target = document.getElementById(link.hash.slice(1));
  const field = target?.matches("input, select, textarea") ? target : target?.querySelector("input, select, textarea");
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.closest(".field")?.scrollIntoView({ block: "center" });
});

on("click", "[data-reload]", (link, event) => {
  event.preventDefault();
  location.reload();
});
