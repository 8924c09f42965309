// What the palette offers for a typed text: commands, people, the search, then mails, which come from Python a moment later
// and so stand last.
import { find } from "../widgets/matching.js"

const all = () => false

export function listEntries(data, typed) {
  const text = typed.trim()
  if (!text) return data.commands
  const { found } = data
  const entries = [...find(data.commands, text, all), ...find(data.people, text, all)]
  if (data.searches) entries.push({ kind: "search", value: text, name: `Find “${text}” in History`, note: "" })
  // Mails found for an earlier text stay as long as they match what is typed now.
  return [...entries, ...(found.typed === text ? found.mails : find(found.mails, text, all))]
}

// Where an entry stands that was highlighted before; else the first.
export function findPlace(entries, before) {
  const isSame = (entry) => entry.kind === before.kind && (entry.kind === "search" || entry.value === before.value)
  return Math.max(0, before ? entries.findIndex(isSame) : 0)
}
