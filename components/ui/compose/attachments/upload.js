// One file on its way to the server.
export class Upload {
  // `target` is `{path, header, limit}`; `changed(upload)` is called with every step of progress and at the end.
  constructor(file, changed) {
    this.file = file
    this.name = file.name
    this.changed = changed
    // Between 0 and 1.
    this.progress = 0
    // Why it failed, as a sentence.
    this.reason = ""
    this.receipt = ""
    this.request = null
  }

  get isWaiting() {
    return !this.receipt && !this.reason
  }

  // Sends the file; resolves when it has arrived, failed or was cancelled. `fetch` reports no progress of a body.
  send({ path, header }) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest()
      this.request = request
      request.open("POST", path)
      request.setRequestHeader(header, encodeURIComponent(this.name.toWellFormed()))
      request.setRequestHeader("Content-Type", "application/octet-stream")
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        this.progress = total ? loaded / total : 0
        this.changed(this)
      })
      request.addEventListener("loadend", () => {
        if (request.status) this.settle(request.status, parse(request.responseText))
        else if (!this.isCancelled) this.reason = "The connection broke. Try again."
        resolve(this)
      })
      request.send(this.file)
    })
  }

  settle(status, answer) {
    if (status === 201 && answer.receipt) this.receipt = answer.receipt
    else this.reason = answer.reason || "The server did not take the file. Try again."
  }

  cancel() {
    this.isCancelled = true
    this.request?.abort()
  }
}

function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

// Why a file cannot be uploaded, or "": what can be said before the first byte leaves.
export function findFault({ size }, limit) {
  const megabytes = Math.floor(limit / 2 ** 20)
  return size > limit ? `Larger than ${megabytes} MB, the limit of an upload. Share it by a link instead.` : ""
}
