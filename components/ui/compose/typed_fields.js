// What the fields hold that somebody has typed into, and which of it Python has heard. Python says with every run what
// it has (`compose/journal.py`); a text that it has not said yet may still be on its way, or lost.
import { checksum } from "./journal.js"

export class TypedFields {
  constructor() {
    this.typed = new Map()
    // What Python said last: `{draft, revision, checksums}`.
    this.said = null
  }

  // The field `name` of a draft, drawn under a revision, holds a text.
  type(name, { draft, revision }, text) {
    this.typed.set(name, { draft, revision, text, checksum: checksum(text) })
  }

  // Forgets what was typed into fields that Python has replaced since.
  hear(said) {
    this.said = said
    const isReplaced = (field) => field.draft !== said.draft || field.revision < said.revision
    for (const [name, field] of this.typed) if (isReplaced(field)) this.typed.delete(name)
  }

  // The texts, by field, that Python has not said.
  get unheard() {
    const { said } = this
    // A newer revision, or another draft, is one that Python has begun to draw and not spoken of yet.
    const isSaid = (name, { draft, revision, checksum }) =>
      said?.draft === draft && said.revision === revision && said.checksums[name] === checksum
    const rest = [...this.typed].filter(([name, field]) => !isSaid(name, field))
    return Object.fromEntries(rest.map(([name, { text }]) => [name, text]))
  }
}
