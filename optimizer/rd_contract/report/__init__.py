"""What is said of answers: pages of neutral data, their renderings, data frames and pictures.

One module makes the page of each subject (contract, comparison, explanation, sweeps, ...), :mod:`.render` shows pages
in each medium, :mod:`.award` is the report for a board. Nothing is imported here: a page does not pay for pandas.
"""
