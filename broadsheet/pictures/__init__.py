"""Pictures: what a file holds, smaller copies of it, and those we draw ourselves. Bytes in, bytes out.

Pillow is imported by the modules that decode or draw, so a build in which no picture changed does not pay for it.
"""
