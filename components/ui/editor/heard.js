// Tells the editor which of its reports has reached Python. By itself, because the data of the editor must not change
// with each key: its scripts would travel again every time.
export default function ({ data }) {
  document.dispatchEvent(new CustomEvent("composer-heard", { detail: data }))
}
