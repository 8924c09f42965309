// Small helpers for the document of a pasted text.
export const BLOCKS = `address, article, aside, blockquote, body, center, dd, div, dl, dt, figcaption, figure, footer, form,
  h1, h2, h3, h4, h5, h6, header, hr, li, main, nav, ol, p, pre, section, table, tbody, td, tfoot, th, thead, tr, ul`

export function replaceWith(element, name) {
  const made = element.ownerDocument.createElement(name)
  made.append(...element.childNodes)
  element.replaceWith(made)
  return made
}

export function unwrap(element) {
  element.replaceWith(...element.childNodes)
}

export function nextOf(node) {
  let next = node.nextSibling
  while (next && (next.nodeType === Node.COMMENT_NODE || (next.nodeType === Node.TEXT_NODE && !next.data.trim()))) next = next.nextSibling
  return next
}
