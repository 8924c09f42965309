// A link that saves a file: the browser fetches it directly, without a frame or a tab.
export default function ({ data, parentElement }) {
  const link = parentElement.querySelector(".download")
  link.href = data.address
  link.download = data.filename
  link.textContent = data.label
  link.classList.toggle("primary", data.primary)
}
