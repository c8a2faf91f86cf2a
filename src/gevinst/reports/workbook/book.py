"""The workbook: which sheets a study has, and what of them is live."""

from __future__ import annotations

from gevinst.reports.alone import Alone
from gevinst.reports.results import Results
from gevinst.reports.workbook import answer, values
from gevinst.reports.workbook import calculation as calculating
from gevinst.reports.workbook import citizens as people
from gevinst.reports.workbook import inputs as given_in
from gevinst.reports.workbook import turning as turns
from gevinst.reports.workbook import uncertainty as welch
from gevinst.reports.workbook.sheet import Book, Sheet
from gevinst.study.study import Study
from gevinst.text.language import Language, language
from gevinst.text.voice import spoken


class _OffError(ValueError):
    """What the sheets add up to is not what the study found: they hold no choice it was made by."""


def results_workbook(results: Results | Alone, text: Language) -> bytes:
    """Write a study's results as a workbook whose calculation goes on living.

    Parameters
    ----------
    results : Results or Alone
        What the report is written from.
    text : Language
        In which; the study's voice is added.

    Returns
    -------
    bytes
        Of an ``.xlsx`` file, the same of the same results.

    Notes
    -----
    Live are the gain, the variances of the couplings, Welch's limits, break-evens and a turning
    line: chance in small groups alone. The simulation's numbers are values. Where the sheets
    cannot add up to what the study found, nothing is live, and the first page says so.
    """
    return made_book(results, text)[0]


def made_book(results: Results | Alone, text: Language) -> tuple[bytes, Book]:
    """Write the workbook, and keep where its inputs and results stand."""
    with spoken(results.study.voice):
        text = language(text.code)
        if isinstance(results, Alone):
            return _alone(results, text)
        try:
            return _priced(results, text, live=True)
        except _OffError:
            return _priced(results, text, live=False)


def _priced(results: Results, text: Language, *, live: bool) -> tuple[bytes, Book]:
    study = results.study
    book = Book(text("front.title", study=text.label(study.title)))
    front = book.sheet(text("book.sheet.answer"), answer.WIDTHS)
    answer.opening(front, results, text)
    if live:
        _live(book, front, results, text)
    else:
        front.said(front.row, text("book.answer.values"), answer.ACROSS, "bold")
        front.row += 2
    answer.values(front, results, text)
    sheet = book.sheet(text("book.sheet.simulated"), values.SIMULATED)
    values.simulated(sheet, results, text)
    if results.outcomes is not None:
        sheet = book.sheet(text("book.sheet.came_out"), answer.WIDTHS)
        sheet.said(0, text("book.sheet.came_out"), answer.ACROSS, "title")
        sheet.row = 2
        values.outcomes(sheet, results.outcomes, text)
    return _closed(book, results, text)


def _live(book: Book, front: Sheet, results: Results, text: Language) -> None:
    """Write the sheets that live, in the order that each reads the one before it."""
    study = results.study
    rows = bool(study.statuses) and people.fits(study)
    means = not study.statuses and not study.stated and given_in.all_spread(study)
    sheet = book.sheet(text("book.sheet.inputs"), given_in.WIDTHS)
    table = book.sheet(text("book.sheet.calculation"), calculating.WIDTHS)
    limited = book.sheet(text("book.sheet.uncertainty"), welch.WIDTHS) if rows or means else None
    turning = book.sheet(text("book.sheet.turning"), turns.WIDTHS)
    helper = book.sheet(text("book.sheet.citizens"), (14,) * 30) if rows else None
    paths = {} if helper is None else people.path_cells(helper, study)
    given = given_in.inputs(sheet, study, results.bootstrap.level, paths, text)
    calculated = calculating.calculation(table, study, given, text)
    near = 1e-9 * max(1.0, *(abs(x.value) for x in calculated.net.values()))
    if not abs(calculated.difference.value - results.gain.difference) <= near:
        raise _OffError
    spreads = people.Spreads()
    if helper is not None:
        spreads = people.citizens(helper, study, given, calculated, text)
    elif means:
        spreads = people.means(given, study, calculated)
    stop = calculating.checked(table, [*given.stops, *spreads.stops], text)
    limits = {}
    if limited is not None:
        limits = welch.uncertainty(
            limited, study, given, calculated.difference, spreads, stop, text
        )
    turns.Turning(turning, sheet, results, given, calculated, stop, text).write()
    answer.live(front, results, given, calculated, stop, limits, _why(study, text), text)


def _why(study: Study, text: Language) -> str:
    """Say why there are no live limits, where there are none."""
    if study.stated:
        return text("book.answer.stated")
    if study.statuses:
        return text("book.answer.large", n=given_in.MOST, times=people.MOST_TIMES)
    return text("book.answer.no_spread")


def _alone(results: Alone, text: Language) -> tuple[bytes, Book]:
    """Write what a study without prices answers: values, as nothing is calculated of it here."""
    study = results.study
    title = text("report.front_alone.title", study=text.label(study.title))
    book = Book(title)
    front = book.sheet(text("book.sheet.answer"), answer.WIDTHS)
    front.said(0, title, answer.ACROSS, "title")
    front.said(1, text("book.answer.alone"), answer.ACROSS)
    front.row = 3
    if results.outcomes is not None:
        values.outcomes(front, results.outcomes, text)
    return _closed(book, results, text)


def _closed(book: Book, results: Results | Alone, text: Language) -> tuple[bytes, Book]:
    """Add what every workbook ends with."""
    sheet = book.sheet(text("book.sheet.audited"), values.AUDITED)
    values.audited(sheet, results.audit, results.study, text)
    values.sources(book.sheet(text("book.sheet.sources"), values.SOURCES), results, text)
    return book.close(), book
