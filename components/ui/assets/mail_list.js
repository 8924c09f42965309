// A list of mails, two lines a row. Texts go in as text, never as HTML.
function span(name, text) {
  const element = document.createElement("span")
  element.className = name
  element.textContent = text
  return element
}

function row(item, openId, open, actions, act) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "row"
  if (item.id === openId) button.setAttribute("aria-current", "true")
  const first = document.createElement("span")
  first.className = "line"
  first.append(span("who", item.who), span("when", item.when))
  const second = document.createElement("span")
  second.className = "line"
  second.append(span("subject", item.subject), span(`status ${item.tone}`, item.word))
  button.append(first, second, span("preview", item.preview))
  button.addEventListener("click", () => open(item.id))
  if (!actions.length) return button
  const whole = document.createElement("div")
  whole.className = "whole"
  whole.append(button)
  for (const action of actions) {
    const small = document.createElement("button")
    small.type = "button"
    small.className = "action"
    small.textContent = action
    small.setAttribute("aria-label", `${action} ${item.subject}`)
    small.addEventListener("click", () => act({ id: item.id, action }))
    whole.append(small)
  }
  return whole
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const list = parentElement.querySelector(".list")
  const shown = JSON.stringify(data)
  if (list.shown === shown) return
  list.shown = shown
  list.setAttribute("aria-label", data.label)
  const open = (id) => setTriggerValue("open", id)
  const act = (chosen) => setTriggerValue("act", chosen)
  list.replaceChildren(...data.rows.map((item) => row(item, data.open, open, data.actions, act)))
}
