"""What the screens are made of: session state, the process's services, the browser's address, a package a screen."""
