"""Turning: what would turn a difference, and what the tables prove about people."""
