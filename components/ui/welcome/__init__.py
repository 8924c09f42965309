"""The first steps: connecting, a name with a signature, the first mail."""
