"""Data frames of answers, and tables as files."""
