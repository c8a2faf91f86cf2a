"""Figures of plain numbers."""
