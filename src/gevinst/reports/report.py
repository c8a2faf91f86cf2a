"""Write a report into a folder: the page, and what stands beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gevinst.files.output import write_folder
from gevinst.reports.alone import Alone
from gevinst.reports.alone import alone as analyse_alone
from gevinst.reports.figures import FOLDER
from gevinst.reports.front.page_one import to_dict
from gevinst.reports.page import Page, made_page
from gevinst.reports.results import STEPS, Results, analyse
from gevinst.reports.sections import alone, headline
from gevinst.stats import streams
from gevinst.study.study import Study
from gevinst.text.language import Lang, Language, language
from gevinst.text.problems import WrongValueError
from gevinst.text.result import Result
from gevinst.text.voice import spoken

if TYPE_CHECKING:
    import pandas as pd

    from gevinst.reports.word.document import Template


@dataclass(frozen=True, repr=False)
class Written(Result):
    """Where a report was written, and what it says first.

    Parameters
    ----------
    page, numbers : Path
        The HTML page, and its numbers as JSON.
    results : Results
        What it was written from.
    headline : str
        The sentence at its top.
    figures : Path or None
        The folder of its figures, where they were written.
    beside : tuple of Path
        The documents beside the page, where they were written.
    notes : tuple of str
        What was otherwise than asked for: styles that a template lacks.
    """

    page: Path
    numbers: Path
    results: Results | Alone
    headline: str
    figures: Path | None = None
    beside: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()

    def summary(self, lang: Lang = "en") -> str:
        """Say the headline, and where the files are."""
        return "\n".join((self.headline, *self.places(lang)))

    def places(self, lang: Lang) -> list[str]:
        """Say where the page is and what stands beside it, and what was otherwise."""
        text = language(lang)
        beside = [text("report.beside", path=path) for path in self.beside]
        return [text("report.written", path=self.page), *beside, *self.notes]

    def to_dict(self) -> dict[str, Any]:
        """Where the files are, and the headline."""
        paths = {"report": str(self.page), "numbers": str(self.numbers)}
        figures = None if self.figures is None else str(self.figures)
        beside = {"beside": [str(path) for path in self.beside], "notes": list(self.notes)}
        return {**paths, "figures": figures, **beside, "headline": self.headline}

    def to_frame(self) -> pd.DataFrame:
        """One row: the same."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])

    def _repr_html_(self) -> str:
        """Link to the page."""
        from html import escape

        link = f'<a href="{escape(self.page.as_posix())}">{escape(str(self.page))}</a>'
        return f"<p>{escape(self.headline)}</p><p>{link}</p>"


class Made(NamedTuple):
    """What a document beside the page is made of."""

    results: Results | Alone
    page: Page
    text: Language
    template: Template | None


def _document(made: Made) -> bytes:
    from gevinst.reports.word.document import report_document

    title = made.text.label(made.results.study.title)
    parts: dict[str, Any] = {"words": made.page.words, "drawn": made.page.drawn}
    return report_document(made.page.plain, made.text, title=title, template=made.template, **parts)


def _workbook(made: Made) -> bytes:
    from gevinst.reports.workbook.book import results_workbook

    return results_workbook(made.results, made.text)


BESIDE: dict[str, Callable[[Made], bytes]] = {
    "report.docx": _document,
    "results.xlsx": _workbook,
}
"""Files beside the page where everything is asked for: the name of each, and what makes it."""


def report(
    study: Study,
    out: str | Path | None = None,
    *,
    lang: Lang | None = None,
    n: int = 100_000,
    rng: streams.Rng = None,
    figures: bool = True,
    everything: bool = False,
    template: str | Path | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Written:
    """Write a study's report into a folder.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    out : str or Path, optional
        The folder, ``<study>-report`` by default. A report of ours that is there is replaced
        whole; anything else is left alone.
    lang : str, optional
        ``da`` or ``en``; the study's own language by default.
    n, rng
        As in `analyse`.
    figures : bool
        Whether the page's figures are written beside it too, into ``figures``: each as SVG and as
        PNG of 300 dots per inch, 16 cm wide, with its title, its caption and what it is of.
    everything : bool
        Whether the same report is written as a Word document too, ``report.docx``, and its
        calculation as a workbook with formulas, ``results.xlsx``.
    template : str or Path, optional
        A Word document, of which that one has styles, page, header and footer; a style that it
        lacks is put in and named in `Written.notes`.
    progress : callable, optional
        Called as each step begins with (its number, how many there are, what it does in words).

    Returns
    -------
    Written

    Raises
    ------
    StudyError
        If the folder exists and is not a report of ours, or a file in it was changed since, or
        the template is no Word document; nothing is then written.
    WrongValueError
        A template, and no Word document asked for.

    Examples
    --------
    >>> import gevinst as gv
    >>> from tempfile import TemporaryDirectory
    >>> study = gv.load("gallery/adhd-training")
    >>> with TemporaryDirectory() as folder:
    ...     written = gv.report(study, f"{folder}/report", n=100, rng=1, figures=False)
    ...     written.page.name
    'report.html'
    """
    if template is not None and not everything:
        raise WrongValueError("template", str(template), "template_all")
    with spoken(study.voice):
        text = language(lang or study.language)
        beside = BESIDE if everything else {}
        return _report(study, out, text, figures, beside, template, n=n, rng=rng, progress=progress)


def _report(
    study: Study,
    out: str | Path | None,
    text: Language,
    figures: bool,
    beside: Mapping[str, Callable[[Made], bytes]],
    template: str | Path | None,
    *,
    n: int,
    rng: streams.Rng,
    progress: Callable[[int, int, str], None] | None,
) -> Written:
    folder = Path(out) if out is not None else Path(f"{study.id}-report")
    write_folder(folder, None)  # refuse before the work, not after it
    styled = None if template is None else _template(template)
    steps = (*STEPS, "page")

    def begin(step: str) -> None:
        if progress is not None:
            progress(steps.index(step) + 1, len(steps), text(f"report.step.{step}"))

    results: Results | Alone
    results = analyse(study, n=n, rng=rng, begin=begin) if study.priced else analyse_alone(study)
    begin("page")
    page = made_page(results, text.code, figures=figures, plain=bool(beside))
    priced: dict[str, Any] = {}
    contents: dict[str, str | bytes] = {"report.html": page.html, **page.figures}
    if isinstance(results, Results):
        priced = {"front": to_dict(results)}
        contents["robustness.json"] = _json(results.robustness.to_dict())
        said = headline.told(results, text)
    else:
        said = alone.title(results, text)
    shown = {"figures": page.words, "shown": page.shown}
    contents["numbers.json"] = _json({**priced, **results.to_dict(text.code), **shown})
    made = Made(results, page, text, styled)
    contents |= {name: make(made) for name, make in beside.items()}
    write_folder(folder, contents)
    return Written(
        folder / "report.html",
        folder / "numbers.json",
        results,
        said,
        folder / FOLDER if figures else None,
        tuple(folder / name for name in beside),
        tuple(filter(None, [styled.note(text)])) if styled else (),
    )


def _template(path: str | Path) -> Template:
    from gevinst.files.template import read_template
    from gevinst.reports.word.document import Template

    return Template(read_template(Path(path)), str(path))


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
