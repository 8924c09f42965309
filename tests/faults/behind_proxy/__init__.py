"""Two servers behind a proxy, while one is killed and both are upgraded."""
