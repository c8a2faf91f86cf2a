"""Tables of figures without a study around them: as they are printed, or a figure a row."""
