// Reads a sentence to screen readers, and moves the focus, once for every turn that Python counts.
import { mount } from "./mount.js"

// In milliseconds: how often to look for an element that is still being drawn, and how long.
const INTERVAL = 50, PATIENCE = 3000

// Finds an element by a selector within a container of the page, also inside a component there.
function find([container, selector]) {
  const root = document.querySelector(container)
  if (!root || !selector) return root
  const hosts = [...root.querySelectorAll("*")].filter((element) => element.shadowRoot)
  return root.querySelector(selector) || hosts.map((host) => host.shadowRoot.querySelector(selector)).find(Boolean)
}

// Whoever types somewhere meanwhile is left there.
function isTyping() {
  return document.activeElement?.shadowRoot || document.activeElement?.matches("input, textarea, [contenteditable]")
}

function createAnnouncer({ parentElement }) {
  const region = parentElement.querySelector("[role=status]")
  let turn = 0, timer = 0

  function focus(path, until) {
    clearTimeout(timer)
    const element = find(path)
    // What is hidden takes no focus: the style that shows it may be drawn later than this.
    if (!element?.checkVisibility({ visibilityProperty: true })) {
      if (performance.now() < until) timer = setTimeout(() => isTyping() || focus(path, until), INTERVAL)
      return
    }
    if (element.tabIndex < 0) element.tabIndex = -1
    element.focus()
  }

  return {
    update({ data }) {
      if (data.turn === turn) return
      turn = data.turn
      region.textContent = data.text
      if (data.focus.length) focus(data.focus, performance.now() + PATIENCE)
    },
    end() {
      clearTimeout(timer)
    },
  }
}

export default (component) => mount(component, createAnnouncer)
