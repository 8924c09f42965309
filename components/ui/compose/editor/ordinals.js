// Tells a date or an ordinal at the beginning of a line ("3. Oktober", "17. 05. 2016", "15. KW") from a list's number.

// Languages that write a full stop after the day, with the names of their months from the browser; English for "1. May".
const LANGUAGES = ["de", "de-AT", "da", "nb", "is", "fi", "et", "lv", "cs", "sk", "sl", "hr", "sr-Latn", "hu", "tr", "en"]
// What a number with a full stop counts: "2. Quartal", "10. Platz", "3. Senat", "2. kvartal".
const COUNTED = `platz plätze rang kw kalenderwoche woche tag monat jahr jahrestag lebensjahr geschäftsjahr quartal halbjahr
  trimester semester tertial jahrhundert jahrtausend jh jhdt dezennium auflage ausgabe band kapitel abschnitt teil stock
  stockwerk etage og ug obergeschoss untergeschoss klasse liga runde instanz senat zivilsenat strafsenat kammer
  zivilkammer strafkammer beschlusskammer änderung nachtrag ergänzung novelle vorsitzender vorsitzende stellvertreter
  bundesliga weltkrieg advent lesung hälfte hauptversammlung gesellschafterversammlung sitzung termin mahnung zahlung rate
  abschlag kvartal uge uke halvår plads plass sal etasje čtvrtletí pololetí místo patro kvartál týden vuosi viikko
  luokka kerros mjesto kat mesto nadstropje korta`
const COUNTED_NAMES = new Set(COUNTED.split(/\s+/))
const NUMERIC_DATE = /^(?:0?[1-9]|1[0-2])\.(?:\s|$|\d{4}(?!\d)|\d{2}(?=\s*(?:$|[,;:])))/
const FIRST_WORD = /^\p{L}[\p{L}\p{M}]*/u

let months = null

function namesOfMonths(month) {
  const names = new Set()
  for (const language of LANGUAGES) {
    // With the day, because many languages inflect the name then.
    for (const fields of [{ month }, { day: "numeric", month }]) {
      const format = new Intl.DateTimeFormat(language, { ...fields, timeZone: "UTC" })
      for (let i = 0; i < 12; i += 1) {
        const name = format.formatToParts(Date.UTC(2024, i, 15)).find(({ type }) => type === "month").value
        if (/^\p{L}{3,}\.?$/u.test(name)) names.add(name.toLowerCase().replace(".", ""))
      }
    }
  }
  return names
}

// `text` follows the number and its full stop.
export function looksLikeOrdinal(number, text) {
  const words = text.trimStart()
  const isDay = number >= 1 && number <= 31
  if (isDay && NUMERIC_DATE.test(words)) return true
  const word = FIRST_WORD.exec(words)?.[0].toLowerCase()
  return word !== undefined && ((isDay && isMonth(word, words.slice(word.length))) || COUNTED_NAMES.has(word))
}

function isMonth(word, rest) {
  months ??= { long: namesOfMonths("long"), short: namesOfMonths("short") }
  if (months.long.has(word) && word !== "may") return true
  // "Jan" may be a person and "may" a verb, unless a full stop, a number or the end follows.
  return (months.long.has(word) || months.short.has(word)) && /^\s*(?:$|[.,:;)\d–-])/.test(rest)
}
