"""Everything that solves more than once, or solves elsewhere: sweeps, evaluations, obstacles, export."""
