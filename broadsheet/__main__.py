"""`python -m broadsheet` is the command `broadsheet`."""

from .commands.main import run

if __name__ == "__main__":
    run()
