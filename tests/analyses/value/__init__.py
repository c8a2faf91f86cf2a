"""Value: what knowing more is worth, and the inputs it can be found from."""
