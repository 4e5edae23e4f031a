"""Renderings of a result: data frames for developers, a page on the terminal for everybody else.

Nothing is imported here, so that a page on the terminal does not pay for pandas.
"""
