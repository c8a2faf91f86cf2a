"""`gevinst` and `python -m gevinst`: the command line in a process of its own."""

from __future__ import annotations

import atexit
import os
import sys
import warnings

from gevinst.cli.interrupt import came, watch


def run() -> int:
    """Run the command line; an interrupt is its exit code, whatever is imported at the moment."""
    watch()
    if not sys.warnoptions:
        # Numpy's and others', here and in workers: nothing that a user can act on.
        warnings.simplefilter("ignore")
        os.environ["PYTHONWARNINGS"] = "ignore"
    try:
        from gevinst.cli.main import main

        code = main()
    except (Exception, KeyboardInterrupt):
        if not came():
            raise
        from gevinst.cli.output import stopped

        code = stopped(None)
    if came():
        # Python itself would end an interrupt that passed an `exec` as if it were not caught.
        atexit._run_exitfuncs()
        os._exit(code)
    return code


if __name__ == "__main__":
    raise SystemExit(run())
