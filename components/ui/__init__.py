"""What screens are made of: the session's state, the process's services, and the pieces that several screens share."""
