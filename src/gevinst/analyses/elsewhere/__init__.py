"""Answers that rest on effects from elsewhere: whose they are, and what they are taken down by."""
