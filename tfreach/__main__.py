"""`python -m tfreach`: the same command line as the script `tfreach`."""

from tfreach.cli import program

if __name__ == "__main__":
    program()
