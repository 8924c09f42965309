// Leads back to where somebody was before they signed in, and tells the browser's other tabs once nobody is signed in.
import { mount } from "../widgets/mount.js"
import { openTabs } from "../widgets/tabs.js"

// The identity provider sends people back to the first page, in the same tab.
const KEY = "composer-return"

export function createSignIn({ data }) {
  const tabs = openTabs(data.path)
  let isAdmitted, isLeaving = false

  function remember() {
    sessionStorage.setItem(KEY, location.pathname + location.search)
    tabs.tell()
  }

  function goBack() {
    const kept = sessionStorage.getItem(KEY)
    sessionStorage.removeItem(KEY)
    // Never to another site, whatever has been put there.
    const address = kept && new URL(kept, location.origin)
    if (address && address.origin === location.origin && kept !== location.pathname + location.search)
      location.replace(address)
  }

  return {
    update({ data, setTriggerValue }) {
      if (data.admitted !== isAdmitted) {
        isAdmitted = data.admitted
        if (isAdmitted) goBack()
        else remember()
      }
      if (data.leaving && !isLeaving) setTriggerValue("told", true)
      isLeaving = data.leaving
    },
    end: () => tabs.close(),
  }
}

export default (component) => mount(component, createSignIn)
