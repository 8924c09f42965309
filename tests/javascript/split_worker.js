// Answers each line of standard input, a text as JSON, with its entries and the entries after joining them, as JSON.
import { createInterface } from "node:readline"

import { join, split } from "../../components/ui/compose/recipients/split.js"

for await (const line of createInterface({ input: process.stdin })) {
  const entries = split(JSON.parse(line))
  console.log(JSON.stringify({ entries, joined: join(entries) }))
}
