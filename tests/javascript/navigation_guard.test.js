// Clicks on links to other pages: held while text is on its way, and made again where Streamlit forgot them.
import assert from "node:assert/strict"
import test from "node:test"
import { setTimeout as pause } from "node:timers/promises"
import { JSDOM } from "jsdom"

const { window } = new JSDOM(
  '<div data-test-script-state="notRunning"><a data-testid="stSidebarNavLink" href="/drafts">Drafts</a></div>' +
    '<p>Text</p>',
  { url: "http://app.test/outbox" },
)
const { document, location } = window
const CSS = { escape: (text) => text.replaceAll("/", "\\/") }
Object.assign(globalThis, { CSS, document, location, window })

const { guardNavigation } = await import("../../components/ui/compose/navigation_guard.js")
const { setRestoring } = await import("../../components/ui/compose/unsaved_text.js")

const app = document.querySelector("[data-test-script-state]"), link = document.querySelector("a")
let followed = 0
link.addEventListener("click", (event) => {
  event.preventDefault()
  followed += 1
})
// A person's click; jsdom marks those of `click()` as its own, as a browser does.
const trusted = []
const addEventListener = document.addEventListener.bind(document)
document.addEventListener = (type, listener, options) =>
  addEventListener(type, (event) => listener(trusted.includes(event) ? asTrusted(event) : event), options)
guardNavigation()

function asTrusted(event) {
  return new Proxy(event, {
    get: (_, name) => {
      if (name === "isTrusted") return true
      const value = event[name]
      return typeof value === "function" ? value.bind(event) : value
    },
  })
}

async function clickAsPerson(element) {
  const event = new window.MouseEvent("click", { bubbles: true, cancelable: true, composed: true })
  trusted.push(event)
  element.dispatchEvent(event)
  await pause(100)
}

function run(state) {
  app.dataset.testScriptState = state
  return pause(100)
}

test("a click is followed at once where nothing is on its way", async () => {
  followed = 0
  await clickAsPerson(link)
  assert.equal(followed, 1)
})

test("a click is held until the answer to a text is there", async () => {
  followed = 0
  setRestoring(true)
  await clickAsPerson(link)
  assert.equal(followed, 0)
  setRestoring(false)
  await pause(100)
  assert.equal(followed, 1)
})

test("a click that led nowhere is made again after the run", async () => {
  followed = 0
  await clickAsPerson(link)
  await run("running")
  assert.equal(followed, 1)
  await run("notRunning")
  assert.equal(followed, 2)
  await run("running")
  await run("notRunning")
  assert.equal(followed, 2, "once")
})

test("a click that led to its page is not made again, nor after a click on something else", async () => {
  followed = 0
  await clickAsPerson(link)
  await run("running")
  await clickAsPerson(document.querySelector("p"))
  await run("notRunning")
  assert.equal(followed, 1)
  await clickAsPerson(link)
  await run("running")
  window.history.pushState(null, "", "/drafts")
  await run("notRunning")
  assert.equal(followed, 2)
})
