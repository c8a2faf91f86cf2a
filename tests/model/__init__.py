"""The calculation: its axes, its arrays and what it gives."""
