// From Send until Python has answered, no field reports what is typed: it would interrupt the run that sends, which loses
// the click, or go out with a mail that was complete without it. The journal keeps it meanwhile.

// In milliseconds: without an answer after that the click is lost, and what was typed belongs to the draft.
const LONGEST = 10000

// The newest report of each field that waits.
const waiting = new Map()
let isHeld = false, timer = 0

export function areReportsHeld() {
  return isHeld
}

export function holdReports() {
  isHeld = true
  clearTimeout(timer)
  timer = setTimeout(() => releaseReports(true), LONGEST)
}

// Lets the field `owner` report now, or after Python has answered.
export function report(owner, action) {
  if (isHeld) waiting.set(owner, action)
  else action()
}

// Ends the hold; what waited is reported where the fields are the same.
export function releaseReports(isSameDraft) {
  isHeld = false
  clearTimeout(timer)
  const actions = isSameDraft ? [...waiting.values()] : []
  waiting.clear()
  for (const action of actions) action()
}
