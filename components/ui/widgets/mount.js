// The life of a component's widget, and the one place that keeps state for an element.
const widgets = new WeakMap()

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
