// The keys that the help lists: those of every page here, those of the composer from the editor.
import { KEYS as COMPOSER } from "../compose/editor/keys.js"

export const KEYS = [
  {
    group: "Everywhere",
    keys: [
      { does: "Commands, people and mails", press: "Mod+K", note: "outside of the message" },
      { does: "New mail", press: "c" },
      { does: "Compose", press: "g c" },
      { does: "Drafts", press: "g d" },
      { does: "Outbox", press: "g o" },
      { does: "History", press: "g h" },
      { does: "Insights", press: "g i" },
      { does: "Show these keys", press: "?" },
    ],
  },
  {
    group: "History",
    keys: [
      { does: "Search", press: "/" },
      { does: "Next mail", press: "j" },
      { does: "Previous mail", press: "k" },
      { does: "Into the opened mail", press: "Enter" },
      { does: "Back to the list", press: "u" },
    ],
  },
  ...COMPOSER,
]
