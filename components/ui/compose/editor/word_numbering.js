// The markers of Word's lists where a paragraph does not hold its own: counted by the style sheet's definitions,
// "@list l0:level2 {mso-level-number-format:alpha-lower; mso-level-text:"%2\)"}".
import { formatNumber } from "./numbered_lists.js"

const TYPES = { "alpha-lower": "lower-alpha", "alpha-upper": "upper-alpha", "roman-lower": "lower-roman", "roman-upper": "upper-roman" }

function readDefinitions(document) {
  const css = [...document.querySelectorAll("style")].map((style) => style.textContent).join("\n")
  const definitions = new Map()
  for (const [, list, level, rules] of css.matchAll(/@list\s+(l\d+):level(\d+)\s*\{([^}]*)\}/g)) {
    const read = (name) => new RegExp(`mso-level-${name}:\\s*([^;]+)`).exec(rules)?.[1].trim()
    const format = read("number-format") ?? "decimal"
    definitions.set(`${list}:${level}`, {
      isBullet: format === "bullet" || format === "image",
      type: TYPES[format] ?? "decimal",
      start: Number(read("start-at") ?? 1),
      text: (read("text") ?? `%${level}.`).replace(/^"|"$/g, "").replace(/\\/g, ""),
    })
  }
  return definitions
}

// A function that counts a list's next item and returns its marker: "·" for a bullet or a list without a definition.
export function makeMarkers(document) {
  const definitions = readDefinitions(document)
  const counts = new Map()
  return (list, level) => {
    const own = definitions.get(`${list}:${level}`)
    if (!own || own.isBullet) return "·"
    const numbers = counts.get(list) ?? []
    counts.set(list, numbers)
    numbers[level] = (numbers[level] ?? own.start - 1) + 1
    numbers.length = level + 1
    return own.text.replace(/%(\d)/g, (_, at) => {
      const { type = "decimal", start = 1 } = definitions.get(`${list}:${at}`) ?? {}
      return formatNumber(numbers[at] ?? start, type)
    })
  }
}
