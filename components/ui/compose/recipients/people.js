// Whom a field suggests: people written to before, and contacts of the CRM.
import { find, MAX_FOUND } from "../../widgets/matching.js"

// Returns the people for a typed text, those written to before first, and everybody once: a contact stands in the place of
// the same person without company and title. `found` is Python's last answer, `{typed, people}`; where that was for another
// text, those of its people who still match stay, so that the list does not flicker while one types.
export function suggest(people, found, typed, isExcluded) {
  const known = find(people, typed, isExcluded)
  const isAnswer = found.typed === typed.trim()
  const contacts = isAnswer ? found.people.filter((person) => !isExcluded(person)) : find(found.people, typed, isExcluded)
  const isSame = (one) => (other) => one.key === other.key
  const first = known.flatMap((person) => {
    const same = contacts.filter(isSame(person))
    return same.length ? same : [person]
  })
  const others = contacts.filter((contact) => !known.some(isSame(contact)))
  return [...first, ...others].slice(0, Math.max(MAX_FOUND, contacts.length))
}
