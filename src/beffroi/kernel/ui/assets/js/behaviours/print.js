// Opens the window that prints the page:
//   <button class="btn btn-plain needs-js" type="button" data-print>Imprimer</button>
import { on } from "../tools.js";

on("click", "[data-print]", () => print());
