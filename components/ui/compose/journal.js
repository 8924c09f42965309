// The journal: text that is typed and not saved yet, in the tab's sessionStorage, by draft and by opening. An opening is
// one stay of a draft in the composer; what the texts began from lies under its key, each text under the field's name.
const PREFIX = "composer-journal/"

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

// The CRC-32 of a text's UTF-16 code units, low byte first, as `compose/journal.py` counts it.
export function checksum(text) {
  let value = 0xffffffff
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    value = TABLE[(value ^ unit) & 0xff] ^ (value >>> 8)
    value = TABLE[(value ^ (unit >>> 8)) & 0xff] ^ (value >>> 8)
  }
  return (value ^ 0xffffffff) >>> 0
}

export class Journal {
  // `getStorage` returns the storage, or throws where the browser forbids it.
  constructor(getStorage) {
    this.getStorage = getStorage
    // Why the last text could not be kept: "", "full" or "forbidden".
    this.fault = ""
  }

  // Keeps texts by field, typed in an opening of a draft: `base` is `{draft, opening, scope, version}`.
  record(base, texts) {
    try {
      const storage = this.getStorage(), key = toKey(base)
      if (storage.getItem(key) === null) storage.setItem(key, toHead(base))
      for (const [field, text] of Object.entries(texts)) storage.setItem(`${key}/${field}`, text)
      this.fault = ""
    } catch (error) {
      this.fault = error.name === "QuotaExceededError" ? "full" : "forbidden"
    }
  }

  // The entries, each `{draft, opening, scope, version, texts}`.
  list() {
    const entries = new Map()
    for (const key of this.keys()) {
      const [draft, opening, field] = key.slice(PREFIX.length).split("/")
      if (!entries.has(opening)) entries.set(opening, { ...this.readHead({ draft, opening }), draft, opening, texts: {} })
      if (field) entries.get(opening).texts[field] = this.getStorage().getItem(key)
    }
    return [...entries.values()].filter(({ scope, texts }) => scope !== undefined && Object.keys(texts).length)
  }

  // Drops what Python has of the opening `base`: the texts whose checksum it names, where it says that they are saved;
  // and after it has filled the fields anew, those that it does not have, which were replaced. What is left has begun
  // from the version that is saved now.
  acknowledge(base, { checksums, saved, isRefilled }) {
    const entry = this.list().find(({ opening }) => opening === base.opening)
    if (!entry) return
    const storage = this.getStorage(), key = toKey(base)
    const isDone = ([field, text]) => (checksum(text) === checksums[field] ? saved : isRefilled)
    const done = Object.entries(entry.texts).filter(isDone)
    if (done.length === Object.keys(entry.texts).length) return this.drop([base.opening])
    for (const [field] of done) storage.removeItem(`${key}/${field}`)
    if (entry.version !== base.version || entry.scope !== base.scope) storage.setItem(key, toHead(base))
  }

  // Drops the entries of openings.
  drop(openings) {
    for (const key of this.keys()) if (openings.includes(key.split("/")[2])) this.getStorage().removeItem(key)
  }

  // Drops every entry, or every one but those of an opening.
  clear(exceptOf = "") {
    for (const key of this.keys()) if (key.split("/")[2] !== exceptOf) this.getStorage().removeItem(key)
  }

  keys() {
    try {
      return Object.keys(this.getStorage()).filter((key) => key.startsWith(PREFIX))
    } catch {
      return []
    }
  }

  readHead(base) {
    try {
      const { scope, version } = JSON.parse(this.getStorage().getItem(toKey(base))) ?? {}
      return { scope, version }
    } catch {
      return {}
    }
  }
}

function toKey({ draft, opening }) {
  return `${PREFIX}${draft}/${opening}`
}

function toHead({ scope, version }) {
  return JSON.stringify({ scope, version })
}
