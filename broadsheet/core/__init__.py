"""Values and functions that every other package may use."""
