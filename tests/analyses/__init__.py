"""Analyses: what is asked of a study, and what each answer says."""
