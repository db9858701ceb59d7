"""What is remembered between builds, and the one way to run work through it."""
