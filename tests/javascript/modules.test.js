// Every module of the product can be loaded: its imports exist, and loading it needs no page.
import assert from "node:assert/strict"
import { readdirSync } from "node:fs"
import test from "node:test"

import "./browser_globals.js"

const UI = new URL("../../components/ui/", import.meta.url)

function listModules(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return listModules(new URL(`${entry.name}/`, folder))
    return entry.name.endsWith(".js") ? [new URL(entry.name, folder)] : []
  })
}

const modules = listModules(UI)

test("there are modules", () => assert.ok(modules.length > 20))

for (const module of modules) {
  test(`loads: ${module.href.slice(UI.href.length)}`, async () => assert.ok(Object.keys(await import(module)).length > 0))
}
