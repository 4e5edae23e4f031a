"""The model in Pyomo: the extensive form and the first best; nothing is imported here, as Pyomo takes a second."""
