// The vendored bundle is what the lock file names.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import test from "node:test"

const EDITOR = new URL("../../components/ui/compose/editor/", import.meta.url)
const read = (path) => readFileSync(new URL(path, EDITOR), "utf8")

test("the bundle was built from the versions of the lock file", () => {
  const { packages } = JSON.parse(read("bundle/package-lock.json"))
  const built = [...read("vendor/codemirror.js").matchAll(/^\/\/ (\S+) (\d\S*)$/gm)].map(([, name, version]) => [name, version])
  assert.ok(built.length > 5)
  assert.deepEqual(built, built.map(([name]) => [name, packages[`node_modules/${name}`]?.version]))
})

test("every package that the bundle was made for is in it", () => {
  const { devDependencies } = JSON.parse(read("bundle/package.json"))
  const head = read("vendor/codemirror.js").slice(0, 2000)
  for (const name of Object.keys(devDependencies)) if (name !== "esbuild") assert.ok(head.includes(`// ${name} `), name)
})
