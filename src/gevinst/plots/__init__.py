"""Figures: one file each. A figure takes a result and `ax=`, and computes nothing."""
