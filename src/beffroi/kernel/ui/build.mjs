// Builds the theme, the behaviours, the icon sprite and the fonts into static/beffroi/.
// Run by `python -m beffroi.kernel.ui.build`, which skips it when nothing changed; by hand: `node build.mjs`.
import { build, transform } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const assets = join(here, "assets");
const out = join(here, "static", "beffroi");
const packages = createRequire(import.meta.url);
const target = ["es2022", "chrome111", "firefox115", "safari16.4"];

const FONTS = {
  "texte.woff2": "@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
  "titre.woff2": "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2",
};

async function styles(source, name, before = "") {
  const { css } = compile(join(assets, "styles", `${source}.scss`), { style: "expanded" });
  const { code } = await transform(before + css, { loader: "css", minify: true, target });
  await writeFile(join(out, `${name}.css`), code);
}

/** Leaflet's sheet without its pictures: our markers and controls are drawn by CSS. */
async function leaflet() {
  const css = await readFile(packages.resolve("leaflet/dist/leaflet.css"), "utf8");
  return css.replace(/[^;{}]*url\(images\/[^)]*\)[^;}]*;?/g, "");
}

async function scripts() {
  await build({
    entryPoints: ["beffroi", "codes", "map", "notes", "offline", "push", "send"].map((name) => join(assets, "js", `${name}.js`)),
    outdir: out,
    bundle: true,
    minify: true,
    format: "esm",
    target,
    legalComments: "none",
    logLevel: "warning",
  });
}

async function sprite() {
  const names = (await readFile(join(assets, "icons.txt"), "utf8")).split("\n").map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
  const folder = dirname(packages.resolve("lucide-static/package.json"));
  const symbols = await Promise.all(names.map(async (name) => {
    const svg = await readFile(join(folder, "icons", `${name}.svg`), "utf8").catch(() => {
      throw new Error(`assets/icons.txt : « ${name} » n'existe pas dans lucide-static.`);
    });
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
  }));
  const mark = await readFile(join(assets, "marks", "beffroi.svg"), "utf8");
  const [, box, body] = mark.match(/viewBox="([^"]+)"[^>]*>([\s\S]*)<\/svg>/);
  symbols.push(`<symbol id="beffroi" viewBox="${box}">${body.trim()}</symbol>`);
  await writeFile(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function copies() {
  await mkdir(join(out, "fonts"), { recursive: true });
  await mkdir(join(out, "marks"), { recursive: true });
  await Promise.all([
    ...Object.entries(FONTS).map(([name, source]) => copyFile(packages.resolve(source), join(out, "fonts", name))),
    ...(await readdir(join(assets, "marks"))).map((name) => copyFile(join(assets, "marks", name), join(out, "marks", name))),
  ]);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await styles("beffroi", "beffroi");
await styles("carte", "map", await leaflet());
await styles("vitrine", "vitrine");
await Promise.all([scripts(), sprite(), copies()]);
