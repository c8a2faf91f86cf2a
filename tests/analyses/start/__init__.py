"""A start that differs: strata, standard populations and what margins leave open."""
