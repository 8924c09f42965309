// Below this width the sidebar hides: at first, and after a choice in it. A choice in the person's menu closes the menu.
import { mount } from "../widgets/mount.js"

const ROOMY = 1200
const MENU = '[data-testid="stPopoverBody"]:has(.st-key-leave)'

function collapse() {
  if (innerWidth >= ROOMY) return
  document.querySelector('[data-testid="stSidebar"][data-collapsed="false"] [data-testid="stSidebarCollapseButton"] button')?.click()
}

function createSidebar() {
  const listeners = new AbortController()
  const chosen = (event) => {
    const isOfMenu = event.target.closest(`${MENU} :is(a, button)`)
    if (isOfMenu) document.querySelector(".st-key-account [aria-expanded=true]")?.click()
    if (isOfMenu || event.target.closest('[data-testid="stSidebar"] :is(a, .st-key-new-mail button)')) collapse()
  }
  // After Streamlit's own handlers.
  document.addEventListener("click", (event) => setTimeout(chosen, 0, event), { signal: listeners.signal })
  collapse()
  // The style sheet has hidden it until now.
  document.body.dataset.sidebarReady = ""
  return { update() {}, end: () => listeners.abort() }
}

export default (component) => mount(component, createSidebar)
