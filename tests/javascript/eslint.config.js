import js from "@eslint/js"
import globals from "globals"

export default [
  { ignores: ["**/vendor/**", "**/node_modules/**"] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: { eqeqeq: "error", "prefer-const": "error" },
  },
  { files: ["components/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/**/*.js", "components/**/*.mjs"], languageOptions: { globals: globals.node } },
]
