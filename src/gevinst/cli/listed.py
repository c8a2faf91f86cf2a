"""The commands `studies` and `gallery`: what there is to look at before one's own."""

from __future__ import annotations

from argparse import Namespace

from gevinst.cli.options import choose_language
from gevinst.cli.output import show


def studies(options: Namespace) -> int:
    """List the bundled studies."""
    from gevinst.files.studies import bundled, load
    from gevinst.text.language import language

    found = [load(name) for name in bundled()]
    said = (f"{s.id}: {language(options.lang or s.language).label(s.title)}" for s in found)
    plain = [{"id": study.id, "title": dict(study.title)} for study in found]
    return show(options, {"studies": plain}, "\n".join(said))


def gallery(options: Namespace) -> int:
    """List published evaluations, with what can be said of each."""
    from gevinst.reports import evaluations

    choose_language(options)
    found = evaluations.gallery()
    return show(options, found.to_dict(), found.summary(options.lang))
