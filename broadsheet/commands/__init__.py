"""The commands, one module for those that belong together. The only readers of clock, environment and terminal."""
