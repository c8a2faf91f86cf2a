"""What margins leave open: tables, bands and bounds."""
