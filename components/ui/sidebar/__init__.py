"""The sidebar: where one can go, and who one is."""
