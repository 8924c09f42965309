// Tracks which typed texts Python has acknowledged. Every run sends the checksums of what Python has
// (`compose/journal.py`); a text without a matching checksum may still be on its way, or lost.
import { checksum } from "./journal.js"

export class TypedFields {
  constructor() {
    this.typed = new Map()
    // The latest answer of Python: `{draft, revision, checksums}`.
    this.answer = null
  }

  // Records the text of the field `name`, with the draft and the revision that the field was drawn for.
  type(name, { draft, revision }, text) {
    this.typed.set(name, { draft, revision, text, checksum: checksum(text) })
  }

  // Takes an answer, and forgets what was typed into fields that Python has replaced.
  acknowledge(answer) {
    this.answer = answer
    const isReplaced = (field) => field.draft !== answer.draft || field.revision < answer.revision
    for (const [name, field] of this.typed) if (isReplaced(field)) this.typed.delete(name)
  }

  // The texts, by field, that Python has not acknowledged.
  get unacknowledged() {
    const { answer } = this
    // Fields of a newer revision or another draft belong to a run whose answer is still to come.
    const isAcknowledged = (name, { draft, revision, checksum }) =>
      answer?.draft === draft && answer.revision === revision && answer.checksums[name] === checksum
    const rest = [...this.typed].filter(([name, field]) => !isAcknowledged(name, field))
    return Object.fromEntries(rest.map(([name, { text }]) => [name, text]))
  }
}
