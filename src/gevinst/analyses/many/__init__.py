"""Many studies at once: the same question of each, a row for each answer."""
