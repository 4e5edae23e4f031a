"""rd-contract."""
