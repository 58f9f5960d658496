"""`python -m pocketrag`: the command line, for those who must name a Python to run it with."""

from pocketrag.cli import main

if __name__ == "__main__":
    main()
