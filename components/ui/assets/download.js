// A link that saves a file: the browser fetches it by itself, in no frame and no tab of its own.
export default function (component) {
  const { data, parentElement } = component
  const link = parentElement.querySelector(".download")
  link.href = data.address
  link.download = data.filename
  link.textContent = data.label
}
