"""What was said, kept: facts measured first, persons taken out, then stored by content."""
