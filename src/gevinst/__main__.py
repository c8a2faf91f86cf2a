"""`python -m gevinst` is the command line."""

from gevinst.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
