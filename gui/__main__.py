"""Starts the windows: `python -m gui`, and the frozen program."""

import sys

from gui.app import main

if __name__ == "__main__":
    sys.exit(main())
