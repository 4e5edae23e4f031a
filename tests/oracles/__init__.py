"""Slow but plain reference answers, written without the library, to hold the library against."""
