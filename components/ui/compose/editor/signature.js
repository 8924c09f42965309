// Finds the signature: it begins at the last "-- " line (RFC 3676, 4.3). `message/parts.py` also looks for a quoted mail.
const DELIMITER = /^-- ?$/

// Where the signature begins, with its line of dashes; -1 where there is none.
export function findSignature(doc) {
  for (let number = doc.lines; number > 0; number -= 1) {
    const line = doc.line(number)
    if (DELIMITER.test(line.text)) return line.from
  }
  return -1
}

// The end of the author's own text, above the signature and the blank lines before it.
export function endOfText(doc) {
  const signature = findSignature(doc)
  return signature < 0 ? doc.length : doc.sliceString(0, signature).trimEnd().length
}
