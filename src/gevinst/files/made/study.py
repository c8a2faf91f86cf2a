"""from_tables(...): a study of data frames and dicts, by the readers and checks of a folder."""

from __future__ import annotations

from typing import Any

from gevinst.files.container import Frames
from gevinst.files.made.stated import settings_of
from gevinst.files.studies import read_study
from gevinst.study.study import Study
from gevinst.text.problems import Problems, StudyError, warn


def from_tables(
    *,
    counts: Any = None,
    persons: Any = None,
    index: Any = None,
    rates: Any = None,
    prices: Any = None,
    lines: Any = None,
    summaries: Any = None,
    effects: Any = None,
    persistence: Any = None,
    consequences: Any = None,
    correlations: Any = None,
    published: Any = None,
    activity: Any = None,
    survey: Any = None,
    outcomes: Any = None,
    accounts: Any = None,
    **settings: Any,
) -> Study:
    """Make a study of tables and settings in Python, checked as a study's folder is.

    Parameters
    ----------
    counts, persons, index, rates, prices, lines, summaries, effects : table, optional
    persistence, consequences, correlations, published, activity, survey : table, optional
    outcomes, accounts : table, optional
        The tables, with the columns of the files of those names in the study format (`persons`: of
        ``citizens.csv``): a pandas data frame, anything with ``to_pandas()``, a dict of columns, or
        a list of rows that are dicts. A number is a number and beyond doubt; text is read as in a
        file, ``"<5"`` and ``"12.031"`` too. ``True`` is ``yes``. Ids may stand in the index, labels
        in the place of ids. `counts` and `persons` may be of long form: a column ``time`` with
        ``citizens`` (`persons`: ``status``) in the place of a column per time.
    **settings
        What ``study.toml`` holds, by the same names: ``id``, ``language``, ``title``,
        ``price_year``, ``exchange``, ``number_style``, ``arms``, ``payers``, ``times``,
        ``statuses``, ``items``, ``strata``, ``groups``, ``stratification``, ``comparison``,
        ``conventions``, ``discount``, ``alternatives``, ``sources``, ``assumptions``, ``notes``,
        ``references``, ``suppressed_zeros``, ``rounded_counts``, ``account_groups``; and
        ``activity_items``, ``survey_names``, ``outcome_items``, ``account_items`` and
        ``effect_factors`` for its ``[activity]``, ``[survey]``, ``[[outcomes]]``, ``[accounts]``
        and ``[effects]``. As dicts and lists, or shorter: a list of ids, a dict of id to label, of
        a time to its years, or a data frame with a row for each and a column ``id``. A label is a
        text in the study's language, or ``{"da": ..., "en": ...}``; without one a thing is called
        as its id.

    Returns
    -------
    Study
        The same as of a folder that holds the same: its ``hash`` is too.

    Raises
    ------
    StudyError
        With every problem found: those of a folder, by the same codes, and E200 what is no table,
        E203 rows of long form that contradict each other. ``file`` is the argument, ``line`` the
        row's position, from 1.

    Warns
    -----
    StudyWarning
        With all that is doubtful.

    Examples
    --------
    >>> import gevinst as gv
    >>> study = gv.from_tables(
    ...     id="mentors",
    ...     title="Mentors",
    ...     price_year=2024,
    ...     arms={
    ...         "intervention": {"enrolled": 3, "analysed": 3, "source": "report"},
    ...         "control": {"enrolled": 2, "analysed": 2, "source": "report"},
    ...     },
    ...     payers=["municipality"],
    ...     times={"start": 0, "end": 1},
    ...     statuses=["benefit", "job"],
    ...     assumptions={"accounts": "An average of the accounts."},
    ...     counts={
    ...         "arm": ["intervention", "intervention", "control"],
    ...         "status": ["benefit", "job", "benefit"],
    ...         "start": [3, 0, 2],
    ...         "end": [1, 2, 2],
    ...         "source": "report",
    ...     },
    ...     rates=[
    ...         {
    ...             "rate": "benefit",
    ...             "kr": 12_500,
    ...             "unit": "kr/month",
    ...             "distribution": "fixed",
    ...             "assumption": "accounts",
    ...             "source": "report",
    ...         }
    ...     ],
    ...     prices={"status": ["benefit", "job"], "rate": "benefit", "source": "report"},
    ... )
    >>> study.axes.times
    ('start', 'end')
    """
    tables = {
        "counts": counts,
        "citizens": persons,
        "index": index,
        "rates": rates,
        "prices": prices,
        "lines": lines,
        "summaries": summaries,
        "effects": effects,
        "persistence": persistence,
        "consequences": consequences,
        "correlations": correlations,
        "published": published,
        "activity": activity,
        "survey": survey,
        "outcomes": outcomes,
        "accounts": accounts,
    }
    problems = Problems()
    given = {name: table for name, table in tables.items() if table is not None}
    study = read_study(Frames(given, problems, settings_of(settings, problems)))
    if study is None or problems.errors:
        raise StudyError(problems)
    warn(problems)
    return study
