"""What every room stands on: errors, tolerances, files, processes, cancelling. Imports nothing of this package."""
