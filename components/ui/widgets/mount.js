// The life of a component's widget, and the one place that keeps state for an element.
const mounts = new WeakMap()

// Creates the widget of a component when Streamlit first calls it, and updates that widget on every later call.
// `create(component)` returns an object with `update(component)` and, where there is something to release, `end()`.
//
// HTML that a person could type into before that carries `data-loading`, which the style sheet hides.
//
// Streamlit runs the returned cleanup when the component leaves the page, but also at once for a call that a newer one
// has overtaken. So the widget ends only if no newer call has arrived by the next task.
export function mount(component, create) {
  const { parentElement } = component
  let mounted = mounts.get(parentElement)
  if (!mounted) mounts.set(parentElement, (mounted = { widget: create(component), lastCall: null }))
  const call = (mounted.lastCall = Symbol("call"))
  mounted.widget.update(component)
  parentElement.querySelector("[data-loading]")?.removeAttribute("data-loading")
  return () => {
    setTimeout(() => {
      if (mounted.lastCall !== call || mounts.get(parentElement) !== mounted) return
      mounts.delete(parentElement)
      mounted.widget.end?.()
    })
  }
}
