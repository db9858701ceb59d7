"""Templates: reading, compiling and running them."""
