// The globals of a browser that the modules under test need, from jsdom. Imported before the modules that use them.
import { JSDOM } from "jsdom"

const { window } = new JSDOM("<!doctype html>")
export const { AbortController, document, DOMParser, Event, MutationObserver, Node, NodeFilter } = window
Object.assign(globalThis, { AbortController, document, DOMParser, Event, MutationObserver, Node, NodeFilter, window })
