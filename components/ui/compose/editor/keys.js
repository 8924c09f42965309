// All keys of the composer: the key handler, the titles of the buttons and the help read this list.
const ON_MAC = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "")
export const KEYS = [
  {
    group: "The mail",
    keys: [
      { does: "Send", press: "Mod+Enter" },
      { does: "Save now", press: "Mod+S" },
      { does: "Show Cc", press: "Mod+Shift+C" },
      { does: "Show Bcc", press: "Mod+Shift+B" },
    ],
  },
  {
    group: "Formatting",
    keys: [
      { does: "Bold", press: "Mod+B", tool: "bold" },
      { does: "Italic", press: "Mod+I", tool: "italic" },
      { does: "Strike through", press: "Mod+Shift+X", tool: "strike" },
      { does: "Link", press: "Mod+K", tool: "link" },
      { does: "Code", press: "Mod+E", tool: "code" },
    ],
  },
  {
    group: "Lists, quotes and tables",
    keys: [
      { does: "Numbered list", press: "Mod+Shift+7", tool: "numbers" },
      { does: "Bulleted list", press: "Mod+Shift+8", tool: "list" },
      { does: "Quote", press: "Mod+Shift+9", tool: "quote" },
      { does: "Next item, or end of the list", press: "Enter" },
      { does: "New line without a marker", press: "Shift+Enter" },
      { does: "Deeper", press: "Tab", note: "in a list" },
      { does: "Less deep", press: "Shift+Tab", note: "in a list" },
      { does: "Next cell, or a new row", press: "Tab", note: "in a table" },
      { does: "Let the next Tab leave", press: "Escape", note: "in a list or table" },
    ],
  },
  {
    group: "Text",
    keys: [
      { does: "Paste and keep the formatting", press: "Mod+V" },
      { does: "Paste the bare text", press: "Mod+Shift+V" },
      { does: "Find", press: "Mod+F" },
      { does: "Undo", press: "Mod+Z" },
      { does: "Redo", press: ON_MAC ? "Mod+Shift+Z" : "Mod+Y" },
    ],
  },
]

export function nameOfKey(part) {
  if (part === "Mod") return ON_MAC ? "⌘" : "Ctrl"
  return part
}

export function titleOf(label, tool) {
  const key = KEYS.flatMap((group) => group.keys).find((each) => each.tool === tool)
  return key ? `${label} (${key.press.split("+").map(nameOfKey).join("+")})` : label
}

// Compares the letter of the keyboard layout, or the position of the key for digits and where the layout has no Latin
// letters.
export function isPressed(event, press) {
  const parts = press.split("+")
  const last = parts.pop()
  const held = event.ctrlKey || event.metaKey
  if (held !== parts.includes("Mod") || event.shiftKey !== parts.includes("Shift") || event.altKey) return false
  if (/^\d$/.test(last)) return event.code === `Digit${last}`
  if (last.length > 1) return event.key === last
  const latin = /^[\x20-\x7e]$/.test(event.key)
  return latin ? event.key.toLowerCase() === last.toLowerCase() : event.code === `Key${last}`
}

export function findTool(event) {
  return KEYS.flatMap((group) => group.keys).find((key) => key.tool && isPressed(event, key.press))?.tool
}
