// A list of mails, two lines a row. Texts go in as text, never as HTML.
function span(name, text) {
  const element = document.createElement("span")
  element.className = name
  element.textContent = text
  return element
}

function row(item, openId, open) {
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
  return button
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const list = parentElement.querySelector(".list")
  const shown = JSON.stringify(data)
  if (list.shown === shown) return
  list.shown = shown
  list.setAttribute("aria-label", data.label)
  list.replaceChildren(...data.rows.map((item) => row(item, data.open, (id) => setTriggerValue("open", id))))
}
