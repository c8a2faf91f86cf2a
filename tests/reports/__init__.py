"""Reports: the page, its sections and its numbers."""
