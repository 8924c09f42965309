// Between Send and its answer no field reports; then each reports its newest text, unless another draft is open.
import assert from "node:assert/strict"
import test from "node:test"

import { areReportsHeld, holdReports, releaseReports, report } from "../../components/ui/compose/send_hold.js"

test("a field reports at once, and during the hold only after it, its newest text", () => {
  const reported = []
  report("to", () => reported.push("a"))
  assert.deepEqual(reported, ["a"])
  holdReports()
  assert.ok(areReportsHeld())
  report("to", () => reported.push("b"))
  report("to", () => reported.push("c"))
  report("subject", () => reported.push("d"))
  assert.deepEqual(reported, ["a"])
  releaseReports(true)
  assert.deepEqual(reported, ["a", "c", "d"])
  assert.ok(!areReportsHeld())
})

test("fields whose draft has gone report nothing", () => {
  const reported = []
  holdReports()
  report("to", () => reported.push("a"))
  releaseReports(false)
  releaseReports(true)
  assert.deepEqual(reported, [])
})

test("without an answer the hold ends", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const reported = []
  holdReports()
  report("to", () => reported.push("a"))
  context.mock.timers.tick(10000)
  assert.deepEqual(reported, ["a"])
})
