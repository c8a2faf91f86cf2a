"""The command `batch`: many studies at once, their rows in a file."""

from __future__ import annotations

from argparse import Namespace

import gevinst
from gevinst.cli.options import choose_language, named
from gevinst.cli.output import progress, show


def batch(options: Namespace) -> int:
    """Simulate every study of a folder into a file; those there already are kept."""
    from pathlib import Path

    choose_language(options)
    folder = Path(options.studies)
    with named(path="out"):
        found = gevinst.batch(
            folder,
            options.out or f"{folder.absolute().name}-results.csv",
            n=options.draws,
            vary=options.vary,
            target=options.target,
            confidence_level=options.confidence_level,
            workers=options.workers,
            rng=options.rng,
            lang=options.lang,
            progress=progress(options.lang, "cli.studies"),
        )
    return show(options, found.to_dict(), found.summary(options.lang))
