"""What a team needs to draft together: private drafts, who is writing, earlier versions, comments."""
