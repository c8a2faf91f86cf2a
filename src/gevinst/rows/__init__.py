"""A study and what was drawn of it as rows of inputs: `build`, `citizens`, and whole `blocks`."""
