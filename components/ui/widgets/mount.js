// The life of a component's widget, and the one place that keeps state for an element.
const widgets = new WeakMap()

// After an upgrade the next release's server goes on with a page that has the modules of the one before. Both together
// would handle every event twice, and this one would take the window's journal for that of a duplicate and empty it. So
// the page is loaded anew, and until then no component of this release begins. What was typed lies in the journal.
const own = new URL("..", import.meta.url).href, all = new URL("..", own).href
if (performance.getEntriesByType("resource").some(({ name }) => name.startsWith(all) && !name.startsWith(own))) {
  location.reload()
  await new Promise(() => {})
}

// Creates the widget of a component when Streamlit first calls it, and updates that widget on every later call.
// `create(component)` returns an object with `update(component)` and, where there is something to release, `end()`.
//
// HTML that a person could use before that carries `data-loading`, which the style sheet hides.
//
// Streamlit runs the returned cleanup when the component leaves the page, but also for every call that a newer one has
// overtaken while its module was loading. So the widget ends only if its element has left the page.
export function mount(component, create) {
  const { parentElement } = component
  let widget = widgets.get(parentElement)
  if (!widget) widgets.set(parentElement, (widget = create(component)))
  widget.update(component)
  parentElement.querySelector("[data-loading]")?.removeAttribute("data-loading")
  return () => {
    setTimeout(() => {
      if (parentElement.isConnected || widgets.get(parentElement) !== widget) return
      widgets.delete(parentElement)
      widget.end?.()
    })
  }
}
