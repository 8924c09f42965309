"""For review: the drafts that colleagues ask one to look over, and what one says about them."""
