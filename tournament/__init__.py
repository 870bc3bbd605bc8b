"""Submitted networks, their matches, ratings and reports."""
