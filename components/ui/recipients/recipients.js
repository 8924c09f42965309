// The three fields together. What they hold is kept here, not by the server: an answer of it never changes a text.
const PAUSE = 400, LONGEST = 1500
const CROWD = 10
const FIELDS = { to: "To", cc: "Cc", bcc: "Bcc" }

class Box {
  constructor(root, value) {
    this.root = root
    this.people = []
    this.verdicts = new Map()
    this.faults = {}
    this.dragged = null
    this.timer = 0
    this.waitingSince = 0
    this.leaving = new AbortController()
    this.fields = Object.entries(FIELDS).map(([name, label]) => {
      return new Field(this, name, label, name === "to" ? "Jane Doe <jane@example.com>, sam@example.com" : "")
    })
    for (const field of this.fields) {
      field.add(split(value[field.name]))
      if (field.name !== "to") this.tuckAway(field)
    }
    root.querySelector(".fields").append(...this.fields.map((field) => field.element))
    this.sent = JSON.stringify(this.value)
    const { signal } = this.leaving
    document.addEventListener("keydown", (event) => this.onShortcut(event), { signal, capture: true })
    document.addEventListener("copy", (event) => this.onCopy(event), { signal })
    document.addEventListener("cut", (event) => this.onCopy(event), { signal })
  }

  get value() {
    return Object.fromEntries(this.fields.map((field) => [field.name, field.text]))
  }

  get chips() {
    return this.fields.flatMap((field) => field.chips)
  }

  present() {
    return new Set(this.chips.map((chip) => chip.verdict.mailbox))
  }

  // Cc and Bcc: a button until they are needed

  tuckAway(field) {
    field.element.hidden = !field.chips.length
    field.opener = make("button", { type: "button", "aria-label": `Show ${field.label}` }, field.label)
    field.opener.title = `${field.label} (Ctrl+Shift+${field.label[0]})`
    field.opener.hidden = !field.element.hidden
    field.opener.addEventListener("click", () => this.open(field))
    this.fields[0].tools.append(field.opener)
  }

  open(field) {
    field.element.hidden = false
    field.opener.hidden = true
    field.input.focus()
  }

  onShortcut(event) {
    if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.altKey) return
    const field = { c: this.fields[1], b: this.fields[2] }[event.key.toLowerCase()]
    if (!field || !this.root.offsetParent) return
    event.preventDefault()
    this.open(field)
  }

  onCopy(event) {
    const focused = this.root.getRootNode().activeElement
    const field = this.fields.find((each) => each.element.contains(focused))
    if (!field) return
    const chip = field.chips.find((each) => each.body === focused)
    if (!field.all && !chip) return
    event.preventDefault()
    event.clipboardData.setData("text/plain", field.all ? field.text : chip.text)
    if (event.type !== "cut") return
    if (field.all) field.clear()
    else field.drop(chip, field.chips.indexOf(chip))
  }

  // What the server says and is told

  update(data) {
    this.people = data.people
    this.faults = data.faults
    for (const [text, verdict] of Object.entries(data.verdicts)) this.verdicts.set(text, verdict)
    if (this.dropDuplicates()) this.report()
    this.paint()
  }

  change() {
    this.dropDuplicates()
    this.paint()
    this.report()
  }

  // Of two chips with one mailbox the older stays, in whichever field it is.
  dropDuplicates() {
    const seen = new Map()
    const dropped = []
    for (const chip of this.chips.sort((one, other) => one.serial - other.serial)) {
      const { mailbox } = chip.verdict
      if (mailbox && seen.has(mailbox) && !chip.editor) dropped.push(chip)
      else if (mailbox) seen.set(mailbox, chip)
    }
    for (const chip of dropped) {
      const { mailbox } = chip.verdict
      const hadFocus = chip.isFocused
      chip.field.remove(chip)
      if (hadFocus) chip.field.input.focus()
      chip.field.said = `${mailbox} is already in ${seen.get(mailbox).field.label}.`
    }
    return dropped.length > 0
  }

  paint() {
    for (const field of this.fields) field.paint(this.faults[field.name] || "")
    const open = this.fields[0].chips.length + this.fields[1].chips.length
    const advice = `All ${open} people will see each other’s addresses. With Bcc they do not.`
    this.say(".advice", open > CROWD ? advice : "")
  }

  announce(text) {
    this.say(".live", text)
  }

  say(place, text) {
    const element = this.root.querySelector(place)
    if (element.textContent !== text) element.textContent = text
  }

  report() {
    clearTimeout(this.timer)
    this.waitingSince = 0
    const { value } = this
    const told = JSON.stringify(value)
    if (told === this.sent) return
    this.sent = told
    this.send(value)
  }

  // While one types, the draft follows after a pause, and at the latest after a while.
  reportLater() {
    const now = performance.now()
    this.waitingSince ||= now
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.report(), Math.max(0, Math.min(PAUSE, LONGEST - (now - this.waitingSince))))
  }
}

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const root = parentElement.querySelector(".recipients")
  root.box ||= new Box(root, data.value)
  root.box.send = (value) => setStateValue("value", value)
  root.box.update(data)
  return () => root.box.leaving.abort()
}
