"""Answers: the result format, how a search's answer is put into it, and what follows from it."""
