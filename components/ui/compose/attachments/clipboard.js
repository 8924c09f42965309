// What a paste or a drop brings, {files, types, getData}: a clipboard or what is dragged.
import { toDocument } from "../editor/clean.js"
import { toImageAddress } from "../editor/links.js"

function readHtml(transfer) {
  return toDocument(transfer.getData("text/html")).body
}

// Whether a paste brings files rather than text: Word and Excel add a picture of what was copied. HTML without words is
// what browsers add to a copied picture.
export function bringsFiles(clipboard) {
  if (!clipboard.files.length || clipboard.types.includes("text/plain")) return false
  return !readHtml(clipboard).textContent.trim()
}

export function isPicture({ type }) {
  return type.startsWith("image/")
}

// The web address of a picture that comes from another page, or "".
export function findAddress(transfer) {
  return toImageAddress(readHtml(transfer).querySelector("img")?.getAttribute("src") ?? "")
}
