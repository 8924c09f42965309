// Links and pictures of a pasted text: addresses that can be written in Markdown, pictures as links or words.
import { unwrap } from "./dom.js"
import { toAddress } from "./pieces.js"

// Emoji of one or more characters with what may belong to them: skin tones, joiners, tags, flags, keycaps.
const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f|[\u{e0020}-\u{e007f}]|\s|[#*\d]\ufe0f?\u20e3)+$/u
const EMOJI_NAME = /emoji|emoticon|smiley/i

// An address that the mail's rules take for a link, percent-encoded where it must be; empty for any other.
export function toLinkAddress(href) {
  // Browsers ignore line ends and tabs within an address (WHATWG URL).
  const address = href.replace(/[\t\r\n]/g, "").trim()
  const [, scheme, rest] = /^(https?:\/\/|mailto:|tel:)(.+)$/i.exec(address) ?? []
  if (!scheme || rest.includes("\\")) return ""
  // RFC 3966 has no blanks in a telephone number.
  if (/^tel:/i.test(scheme)) return scheme + rest.replace(/%20|%C2%A0|[\s/]/gi, "")
  const encoded = scheme + rest.trim().replace(/[\s<>"^`{|}]/g, encodeURIComponent)
  return isAddress(encoded) ? toAddress(encoded) : ""
}

// The address of a picture: mail programs load it by https alone.
export function toImageAddress(src) {
  const address = toLinkAddress(src)
  return /^https:/i.test(address) ? address : ""
}

function isAddress(address) {
  try {
    return Boolean(new URL(address))
  } catch {
    return false
  }
}

export function cleanLinks(body) {
  for (const link of body.querySelectorAll("a")) {
    const address = toLinkAddress(link.getAttribute("href") ?? "")
    const isEmpty = !link.textContent.trim() && !link.querySelector("img")
    if (isEmpty || !address) unwrap(link)
    else {
      link.setAttribute("href", address)
      link.removeAttribute("title")
    }
  }
}

function isEmoji(image, words) {
  const names = [image.className, image.parentElement.className, image.getAttribute("src"), image.getAttribute("itemtype")].join(" ")
  const isNamed = EMOJI_NAME.test(names) || [...image.attributes].some(({ name }) => /^data-.*emoji/.test(name))
  return words !== "" && (EMOJI.test(words) || isNamed)
}

// Turns an emoji, or a picture within a link, into its text, another picture on the web into a link, and removes the rest.
export function cleanImages(body) {
  for (const image of body.querySelectorAll("img")) {
    const address = toImageAddress(image.getAttribute("src") ?? "")
    const words = (image.getAttribute("alt") ?? "").replace(/\s+/g, " ").trim()
    const isTiny = Number(image.getAttribute("width") ?? 9) <= 3 || Number(image.getAttribute("height") ?? 9) <= 3
    if (image.closest("a") || isEmoji(image, words)) image.replaceWith(words)
    else if (address && words && !isTiny) {
      const link = body.ownerDocument.createElement("a")
      link.href = address
      link.textContent = words
      image.replaceWith(link)
    } else image.remove()
  }
  for (const link of body.querySelectorAll("a")) if (!link.textContent.trim()) link.remove()
}
