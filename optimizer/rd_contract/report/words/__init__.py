"""Sentences, numbers and names as reports write them: one place for each."""
