"""Figures and claims as published, and what is counted beside the headline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gevinst.analyses.audit.formulas import circles, parse, restyled
from gevinst.analyses.published import MEASURES, OF_TWO, PLACES, RELATIONS, SAID_AS
from gevinst.analyses.published import UNITS as FIGURE_UNITS
from gevinst.files.priced.money import amount_column, is_money, units_read
from gevinst.files.stated import Contents, Stated, count_of
from gevinst.files.tables import Row, Table
from gevinst.study.claims import Activity, Answer, Published, Survey
from gevinst.text.numerals import Numeral
from gevinst.text.problems import Said, WrongValueError, suggest
from gevinst.text.voice import DKK

_Years = tuple[str, ...] | None
"""Years that figures can name; None where they could not be read."""

_OF_ACTIVITY = (
    *("contacts", "contacts_change"),
    *("activity_kr", "activity_kr_change", "activity_kr_difference"),
)
"""Measures of the account beside the headline, whose times are years; all others are of a study."""

_OF_ACCOUNTS = ("account", "account_per", "account_change")
"""Measures of accounts by year, whose arms are groups of those, and whose times are years."""

_OF_PEOPLE = ("share", "survey_share")
"""Percentages of people."""

_OF_SURVEY = ("survey_share", "survey_count")
"""Measures of what was answered."""

_OF_CASES = ("case_cost", "case_saving")
"""Measures of one stratum, which are of one item and not of a group of them."""


def _known(
    measure: str, stated: Stated, years: _Years, of_accounts: _Years
) -> dict[str, tuple[str, ...]]:
    """Ids that each place of a figure can name, of those known: what its measure is made from."""
    known = {axis: stated.ids(axis) for axis in ("stratum", "payer")}
    times = {"study": stated.ids("time"), "activity": years, "accounts": of_accounts}
    arms = {"study": stated.ids("arm"), "accounts": tuple(g.id for g in stated.account_groups)}
    items = {"study": (*stated.ids("item"), *stated.groups), "activity": stated.activity}
    items["accounts"] = tuple(account.id for account in stated.accounts)
    if measure in _OF_CASES:
        items["study"] = stated.ids("item")
    if measure in _OF_ACTIVITY:
        kinds = ["activity"]
    elif measure in _OF_ACCOUNTS:
        kinds = ["accounts"]
    elif measure and MEASURES[measure].of:
        kinds = ["study"]
    else:  # only stated, of whatever there is
        kinds = ["study", "activity", "accounts"]
    if all(times[kind] is not None for kind in kinds):
        known["time"] = known["since"] = tuple(t for kind in kinds for t in times[kind] or ())
    known["item"] = tuple(item for kind in kinds for item in items[kind])
    of_groups = [kind for kind in kinds if kind in arms] or ["study"]
    known["arm"] = tuple(arm for kind in of_groups for arm in arms[kind])
    return known


def read_published(
    table: Table, stated: Stated | None = None, years: _Years = (), of_accounts: _Years = ()
) -> tuple[Published, ...]:
    """Read figures and claims as published.

    Parameters
    ----------
    table : Table
        Where they stand.
    stated : Stated, optional
        Ids that each place can name; a table by itself has none, and its places are any names.
    years, of_accounts : tuple of str or None
        Years of the study's activity, and of its accounts; None where they could not be read.
    """
    rows = table.rows(
        ("figure", "value", "unit", "rounding", "source"),
        (
            *("measure", "relation", *PLACES, "of", "years", "low", "high"),
            *("said_as", "follows", "quote"),
        ),
        ("figure",),
    )
    figures = [_figure(row, stated, years, of_accounts) for row in rows]
    ids = {figure.id for figure in figures}
    made_of, lines = {}, {}
    for row, figure in zip(rows, figures, strict=True):
        formula = _check_formula(row, row.text("follows"), ids)
        made_of[figure.id], lines[figure.id] = formula, row
    said: set[str] = set()
    for way in circles(made_of):
        if not said & set(way):
            row = lines[way[0]]
            row.problem("E133", row.text("follows"), circle=" -> ".join((*way, way[0])))
        said |= set(way)
    return tuple(figures)


def _figure(row: Row, stated: Stated | None, years: _Years, of_accounts: _Years) -> Published:
    """Read one figure with its measure, its place and how far it is rounded."""
    measure = row.choice("measure", tuple(MEASURES)) if row.text("measure") else "given"
    for column in MEASURES[measure].needs if measure else ():
        row.needed(column)
    if measure in OF_TWO and stated is not None and stated.alone:
        row.problem("E195", measure, known=[name for name in MEASURES if name not in OF_TWO])
    known = _known(measure or "", stated, years, of_accounts) if stated else {}
    places = {
        column: row.choice(column, known[column]) or "" if column in known else row.text(column)
        for column in PLACES
        if row.text(column)
    }
    optional = {
        column: row.choice(column, ids) or ""
        for column, ids in (("said_as", SAID_AS),)
        if row.text(column)
    }
    ranged = bool(row.text("low") or row.text("high"))
    value, of = row.number("value"), row.whole("of", 1) if row.text("of") else None
    units = units_read(FIGURE_UNITS, stated.currency if stated else DKK)
    if stated is None and is_money(unit := row.text("unit")):
        units = {**units, unit: unit}  # of a table by itself each figure says its own currency
    unit = units.get(row.choice("unit", tuple(units)) or "", "")
    of_people = unit == "pct" and (of is not None or measure in _OF_PEOPLE)
    if of_people and value is not None and not 0.0 <= value <= 100.0:
        row.problem("E073", row.text("value"), column="value")
    rounding = row.number("rounding")
    if rounding is not None and rounding < 0.0:
        row.problem("E022", Numeral(row.text("rounding")), column="rounding")
    return Published(
        id=row.needed("figure"),
        measure=measure or "",
        relation=(row.choice("relation", RELATIONS) or "") if row.text("relation") else "=",
        value=value or 0.0,
        unit=unit,
        rounding=rounding or 0.0,
        source=row.needed("source"),
        quote=row.text("quote"),
        of=of,
        years=row.number("years") if row.text("years") else None,
        follows=restyled(row.text("follows"), row.table.style),
        low=row.number("low") if ranged else None,
        high=row.number("high") if ranged else None,
        **places,
        **optional,
    )


def _check_formula(row: Row, text: str, ids: set[str]) -> tuple[str, ...]:
    """Hold a formula against its grammar and the figures there are; return those it is made of."""
    if not text:
        return ()
    try:
        formula = parse(text, row.table.style)
    except WrongValueError as error:
        style = Said(f"numbers.plural.{row.table.style.code}")
        row.problem("E065", text, reason=error.write, style=style)
        return ()
    for number in formula.echoed:
        row.parse("follows", number)
    for name in formula.names:
        if name not in ids:
            row.problem("E030", name, column="follows", known=suggest(name, sorted(ids)))
    return formula.names


def read_activity(table: Table, stated: Stated, contents: Contents) -> None:
    """Read contacts and kr. per group and year, kept beside the headline."""
    amount = amount_column(stated.currency, table.columns)
    columns = ("item", "arm", "year", "contacts", amount, "source")
    holds = {"item": stated.activity.__contains__, "arm": stated.ids("arm").__contains__}
    rows = table.rows(columns, ("citizens",), ("item", "arm", "year"), holds)
    found = []
    for row in rows:
        item, arm = row.choice("item", stated.activity), row.choice("arm", stated.ids("arm"))
        year, contacts, kr = row.year("year"), count_of(row, "contacts"), row.number(amount)
        source = row.needed("source")
        citizens = row.whole("citizens", 1) if row.text("citizens") else None
        if kr is not None and kr < 0.0:
            row.problem("E022", Numeral(row.text(amount)), column=amount)
        if None not in (item, arm, year, contacts, kr):
            place, counted = (str(item), str(arm), year or 0), (contacts or (), kr or 0.0)
            found.append(Activity(*place, *counted, source, citizens))
    contents.activity = tuple(found)


def names_figures(table: Table) -> bool:
    """Whether rows of a survey are published figures."""
    if "figure" not in table.columns:
        return False
    at = table.columns.index("figure")
    return any(cells[at].strip() for _, cells in table.lines if len(cells) > at)


def read_survey(table: Table, stated: Stated, published: tuple[Published, ...] | None) -> Survey:
    """Read answers: each a published figure, or a count or a percentage of those asked.

    Parameters
    ----------
    table : Table
        Where they stand.
    stated : Stated
        What questions, answers, times and arms there are.
    published : tuple of Published or None
        What a row can name in place of a number of its own; None where they could not be read.
    """
    survey, key = stated.survey, ("question", "answer", "time", "arm")
    figures = {figure.id: figure for figure in published or () if figure.measure in _OF_SURVEY}
    known = {"question": survey.questions, "answer": survey.answers, "time": survey.times}
    ids = {column: tuple(named.id for named in each) for column, each in known.items()}
    holds = {column: each.__contains__ for column, each in ids.items()}
    optional = ("arm", "asked", "count", "percent", "figure", "source")
    given: list[Answer] = []
    asked: dict[tuple[str, str, str], tuple[int, int]] = {}
    used: dict[str, int] = {}
    for row in table.rows(key[:3], optional, key, holds):
        asked_of = [row.choice(column, each) or "" for column, each in ids.items()]
        arm = (row.choice("arm", stated.ids("arm")) or "") if row.text("arm") else ""
        if published is None and row.text("figure"):
            continue  # what is wrong with them has been said
        answer = _answer(row, (asked_of[0], asked_of[1], asked_of[2], arm), figures)
        if answer is None:
            continue
        if answer.figure:
            if answer.figure in used:
                row.problem("E013", answer.figure, first=used[answer.figure])
            used.setdefault(answer.figure, row.line)
        if answer.asked is not None:
            first = asked.setdefault((answer.question, answer.time, arm), (answer.asked, row.line))
            if first[0] != answer.asked:
                row.problem("E156", answer.asked, other=first[0], first=first[1])
        given.append(answer)
    return replace(survey, given=tuple(given))


def _answer(
    row: Row, place: tuple[str, str, str, str], figures: Mapping[str, Published]
) -> Answer | None:
    """Read how many gave one answer; None where that cannot be."""
    question, answer, time, arm = place
    figure = None
    if row.text("figure"):
        figure = figures.get(row.choice("figure", tuple(figures)) or "")
        if figure is None:
            return None
        for column in filter(row.text, ("count", "percent", *(["asked"] if figure.of else []))):
            row.problem("E153", row.text(column), column=column, figure=figure.id)
    elif bool(row.text("count")) == bool(row.text("percent")):
        row.problem("E154", row.text("count"))
        return None
    asked = (
        row.whole("asked", 1) if row.text("asked") or (row.text("count") and not figure) else None
    )
    count = row.whole("count", 0) if row.text("count") else None
    percent = row.number_or("percent", 0.0)
    if not 0.0 <= percent <= 100.0:
        row.problem("E073", row.text("percent"), column="percent")
    rounding = row.last_digit("percent")
    if figure is not None:
        counted = figure.measure == "survey_count"
        count, percent = (int(figure.value), 0.0) if counted else (None, figure.value)
        asked, rounding = figure.of or asked, figure.rounding
    if count is not None and asked is not None and count > asked:
        row.problem("E155", count, asked=asked)
    name, source = (figure.id, figure.source) if figure else ("", row.needed("source"))
    return Answer(question, answer, time, arm, asked, count, percent, rounding, name, source)
