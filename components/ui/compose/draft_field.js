// Which field of which draft an element belongs to.

// The widget key of a field, in the class of the element around it (`field_key()` in `compose/draft_sync.py`).
const FIELD = /^st-key-([a-z_]+)-([0-9a-f-]{36})-(\d+)$/

// Finds the field around a node, out of shadow roots too, as `{name, draft, revision}`; null outside of one.
export function findField(node) {
  for (let each = node; each; each = each.parentNode ?? each.host) {
    for (const name of each.classList ?? []) {
      const match = FIELD.exec(name)
      if (match) return { name: match[1], draft: match[2], revision: Number(match[3]) }
    }
  }
  return null
}
