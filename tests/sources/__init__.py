"""Sources of uncertainty: what each draws, and what it says of mean and spread."""
