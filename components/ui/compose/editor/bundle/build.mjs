// Bundles what the lock file names into ../vendor/codemirror.js, whose first lines name each package and its version.
import { readFileSync, rmSync, writeFileSync } from "node:fs"

import { build } from "esbuild"

const FOLDER = new URL("./", import.meta.url)
const PACKAGES = "node_modules/"

const done = await build({
  entryPoints: [new URL("entry.mjs", FOLDER).pathname],
  bundle: true, format: "esm", legalComments: "none", metafile: true, minify: true, target: "es2022", write: false,
})
const bundled = new Set(
  Object.keys(done.metafile.inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
)
const { packages } = JSON.parse(readFileSync(new URL("package-lock.json", FOLDER), "utf8"))
const names = [...bundled].sort().map((name) => `// ${name} ${packages[PACKAGES + name].version}\n`)
const head = `// Built by "npm run build" in ../bundle from these packages (MIT, see LICENSE-codemirror):\n${names.join("")}`
writeFileSync(new URL("../vendor/codemirror.js", FOLDER), head + done.outputFiles[0].text)
// The app serves every script below this folder.
rmSync(new URL(PACKAGES, FOLDER), { recursive: true })
