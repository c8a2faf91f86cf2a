"""What it is worth to know more before something is decided."""
