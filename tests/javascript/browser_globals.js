// The globals of a browser that the paste needs, from jsdom. Imported before the modules that use them.
import { JSDOM } from "jsdom"

const { window } = new JSDOM("<!doctype html>")
export const { document, DOMParser, Event, Node, NodeFilter } = window
Object.assign(globalThis, { document, DOMParser, Event, Node, NodeFilter, window })
