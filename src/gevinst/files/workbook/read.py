"""A workbook as a container: its sheets as the tables and settings that readers ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from gevinst.files.container import Container, ids_in, named_in
from gevinst.files.made.cells import TIME
from gevinst.files.places import Place, Placed, Shown
from gevinst.files.tables import Table
from gevinst.files.toml import Section
from gevinst.files.workbook.cells import Grid, open_workbook
from gevinst.files.workbook.grid import MARK, is_grid, joined, long_rows
from gevinst.files.workbook.laid import HEADER, Laid, Reader, lay, merged
from gevinst.files.workbook.renamed import resembled
from gevinst.files.workbook.settings import read_settings
from gevinst.files.workbook.sheets import (
    GRID,
    HIDDEN,
    LISTS,
    OF_ONE,
    OF_UNITS,
    SHARES,
    START,
    TABLES,
    TIMED,
    VERSION,
    YES,
    column_names,
    folded,
    head,
    list_key,
    sheet_name,
    sheet_names,
    word_ids,
    words,
)
from gevinst.text.form import one_form
from gevinst.text.language import LANGUAGES, Lang, language
from gevinst.text.numerals import DANISH, NumberStyle, Numeral
from gevinst.text.problems import Problem, Problems, Said


@dataclass(frozen=True)
class Workbook(Container):
    """A workbook with a sheet per table, and sheets of settings.

    Parameters
    ----------
    path : Path
        The file.
    problems : Problems
        Gets what is wrong.
    sheets : mapping of str to Grid
        The sheets by key.
    version : int
        Of the template that it is; 0 of another workbook.
    stated : Placed or None
        What the settings hold; None where they cannot be read.
    unknown : sequence of str
        What sheets are called that are none of a study's.
    """

    path: Path
    problems: Problems
    sheets: Mapping[str, Grid] = field(repr=False)
    version: int = 0
    stated: Placed | None = field(default=None, repr=False)
    style: NumberStyle = DANISH
    unknown: Sequence[str] = ()

    @classmethod
    def opened(cls, path: Path, problems: Problems) -> Workbook | None:
        """Open a workbook; None, and a problem, where it is none or holds nothing of a study."""
        grids = open_workbook(path, problems)
        if grids is None:
            return None
        version = next((_version(grid) for grid in grids if grid.name == HIDDEN), 0)
        sheets: dict[str, Grid] = {}
        others = list[Grid]()
        for grid in grids:
            key = sheet_names().get(folded(grid.name))
            if key in sheets:
                problems.add("E353", path.name, None, grid.name, other=sheets[key].name)
            elif key:
                sheets[key] = grid
            elif grid.rows and grid.name != HIDDEN:
                others.append(grid)
        unknown = [grid.name for grid in others]
        if not set(sheets) & {*map(list_key, LISTS), *TABLES}:
            problems.add("E352", path.name, None, ", ".join(unknown))
            return None
        lang = problems.language = _language(sheets)
        renamed = {grid.name: key for grid in others if (key := resembled(grid, sheets))}
        for name, key in renamed.items():
            problems.append(Problem("E364", name, 1, "", {"other": sheet_name(key, lang)}, "A1"))
        own = (START, "arms", "times") if version else ()
        lost = [key for key in own if key not in sheets and key not in renamed.values()]
        for key in lost:
            problems.add("E365", sheet_name(key, lang), others=_others(unknown))
        if renamed or lost:
            return None
        if others:
            problems.add("N354", path.name, None, ", ".join(unknown))
        if version > VERSION:
            problems.add("W352", path.name, version=version, own=VERSION)
        elif 0 < version < VERSION:
            problems.add("N355", path.name, version=version, own=VERSION)
        stated = read_settings(sheets, problems, lang, ours=version > 0)
        return cls(path, problems, sheets, version, stated, unknown=unknown)

    @property
    def lang(self) -> Lang:
        """The language of its sheets' names, as far as they say it."""
        return _language(self.sheets)

    def called(self, name: str) -> str:
        """Return the sheet's name, or what it would be."""
        key = START if name == "settings" else name
        grid = self.sheets.get(key)
        return grid.name if grid else sheet_name(key, self.lang)

    def has(self, name: str) -> bool:
        """Whether something stands below the header of such a sheet."""
        return self._filled(name) or (name == "prices" and self._same_names())

    def _same_names(self) -> bool:
        """Whether rates price the statuses of their names: no sheet says more, one payer pays."""
        return self.has("rates") and len(named_in(self.stated or {}, "payers")) < 2

    def reading(self, style: NumberStyle) -> Workbook:
        """Read text of a style."""
        return replace(self, style=style)

    def settings(self) -> Section | None:
        """Return what the sheets of settings hold."""
        if self.stated is None:
            return None
        return Section(self.stated, self.called(START), (), self.called(START), self.problems)

    def table(self, name: str) -> Table | None:
        """Read a sheet's cells as text; a grid of counts as rows of groups."""
        if not self.has(name):
            return None
        if name == "prices" and not self._filled(name):
            return self._priced_by_name()
        before = len(self.problems.errors)
        laid = self._laid(name, self.problems)
        if laid is None or merged(laid, self.problems) or len(self.problems.errors) > before:
            return Table(self.called(name), self.problems)
        table = self._read(name, laid)
        if name == GRID and table.columns and is_grid(table.columns):
            return long_rows(table, self.stated or {})
        return table

    def needed(self, name: str) -> Table:
        """Return a table that must be there, without columns where nothing stands in its sheet."""
        found = self.table(name)
        if found is not None:
            return found
        if name != "prices" or self.has("rates"):  # else that the rates are not there is said
            self._lacks(name)
        return Table(self.called(name), self.problems)

    def _lacks(self, name: str) -> None:
        """Say that a sheet is empty, or that it is not there."""
        called, grid = self.called(name), self.sheets.get(name)
        if grid is None:
            self.problems.add("E365", called, others=_others(self.unknown))
            return
        laid = lay(grid, self._known(name), Problems(), ours=True) if name in TABLES else None
        row = (laid.header if laid else HEADER) + 1
        self.problems.append(Problem("E003", called, row, cell=f"A{row}", book=True))

    def unfinished(self, *, readable: bool) -> bool:
        """Say what is not filled in of what every study, or one that counts citizens, has."""
        top, stated = self.settings(), self.stated
        if top is None or stated is None or stated["language"] not in LANGUAGES:
            return True
        there = {name for name in TABLES if self.has(name)}
        counted, paid = "statuses" in stated, "items" in stated
        begun = counted or bool(there)
        lacking = []
        if not counted and (not begun or there & {GRID, "rates"}):
            lacking.append("statuses")
        if (counted or not begun) and not there & {GRID, "citizens"}:
            lacking.append(GRID)
        if ((counted and paid) or not begun) and "rates" not in there:
            lacking.append("rates")
        if (paid or not begun) and not there & {"lines", "summaries", "effects"}:
            lacking.append("lines")
        if readable and "statuses" not in lacking:
            return False
        top.section("title").label(stated["language"])
        if "price_year" not in stated and (paid or not begun):
            top.problem("E050", key="price_year", section=top.file)
        if "arms" not in stated and "treated" not in stated.get("comparison", ()):
            top.section("comparison").problem("E050", key="treated", section=top.file)
        for name in lacking:
            self._lacks(name)
        return True

    def _filled(self, name: str) -> bool:
        laid = self._laid(name, Problems())
        return laid is not None and next(laid.rows(), None) is not None

    def _known(self, name: str) -> Callable[[str], str | None]:
        """Return what tells which column a header is of."""
        known = dict(column_names(name))
        if name in TIMED:
            times = ids_in(self.stated or {}, name)[TIME]
            known |= {folded(text): time for text, time in times.items()}
            known |= {folded(time): time for time, _ in named_in(self.stated or {}, "times")}
        if name == GRID:
            known |= joined(self.stated or {})
        return lambda text: known.get(folded(text))

    def _laid(self, name: str, problems: Problems) -> Laid | None:
        grid = self.sheets.get(name)
        if grid is None:
            return None
        return lay(grid, self._known(name), problems, ours=self.version > 0)

    def _read(self, name: str, laid: Laid) -> Table:
        """Read the cells of a table, with ids in the place of labels and words."""
        columns = list(laid.columns.values())
        reader = Reader(laid.grid.name, self.problems, self.style)
        ids = ids_in(self.stated or {}, name)
        if name == "citizens":  # whose other columns are anybody's
            times = dict.fromkeys((time for time, _ in named_in(self.stated or {}, "times")))
            ids = {"arm": ids["arm"], **dict.fromkeys(times, ids["status"])}
        lines = []
        for line, cells in laid.rows():
            row = []
            for column, cell in zip(columns, cells, strict=True):
                place = f"{laid.letters[column]}{line}"
                text = reader.text(cell, place, self._kind(name, column))
                row.append(self._id(text, name, column, ids))
            lines.append((Place.at(line, laid.letters), row))
        if reader.failed:
            return Table(laid.grid.name, self.problems)
        header = Place.at(laid.header, laid.letters)
        heads = {column: head(column, self.lang, name) for column in column_names(name).values()}
        shown = Shown({**heads, **laid.heads}, self._words(name))
        style = self.style
        return Table(
            laid.grid.name, self.problems, columns, lines, header, None, True, style, shown
        )

    def _kind(self, name: str, column: str) -> str:
        """Return what kind of cells a column has."""
        if MARK in column or (
            name == GRID and column in dict(named_in(self.stated or {}, "times"))
        ):
            return "count"
        if column in YES:
            return "flag"
        if column in OF_ONE or (name, column) == ("persistence", "share"):
            return "of_one"
        if column in SHARES and name != "prices":
            return "share"
        return "" if name != "citizens" or column in TABLES[name].columns else "any"

    def _id(self, text: str, name: str, column: str, ids: Mapping[str, Mapping[str, str]]) -> str:
        """Return the id or the word of the format that a cell names."""
        if isinstance(text, Numeral) or not text:
            return ids.get(column, {}).get(text, text)
        # A unit among the amounts is one, or nothing would tell that the two columns are swapped.
        found = word_ids("unit" if column == "amount" else column, name)
        if column in OF_UNITS and folded(text) not in found:
            currency, mark, per = text.partition("/")
            said = found.get(folded(f"kr/{per}")) if mark else None
            return f"{currency}/{said.partition('/')[2]}" if said else text
        if folded(text) in found:
            return found[folded(text)]
        return ids.get(column, {}).get(one_form(text), text)

    def _words(self, name: str) -> dict[str, dict[str, str]]:
        """Return what users see in the place of ids and words, per column."""
        lang = self.lang
        found: dict[str, dict[str, str]] = {}
        for column, labels in ids_in(self.stated or {}, name).items():
            own = sorted(labels.items(), key=lambda pair: pair[0] in self._own_labels)
            found[column] = {id_: text for text, id_ in own}
        for column in TABLES[name].columns:
            if said := words(column, lang, name):
                found[column] = said
        return found

    @cached_property
    def _own_labels(self) -> set[str]:
        """Every label in the language of the sheets."""
        lists = ((name,) for name in LISTS)
        labelled = (label for keys in lists for _, label in named_in(self.stated or {}, *keys))
        return {one_form(label.get(self.lang, "")) for label in labelled}

    def _priced_by_name(self) -> Table:
        """Return the prices of statuses that have a rate of their name."""
        silent = replace(self, problems=Problems())
        rates = silent.needed("rates")
        statuses = named_in(self.stated or {}, "statuses", "groups")
        by_label = ids_in(self.stated or {}, "prices")["status"]
        known = {name for name, _ in statuses}
        at = {column: k for k, column in enumerate(rates.columns)}
        lines, spare = [], dict[str, int]()
        if "rate" not in at:  # which is said, as all that is wrong with rates
            return Table(rates.name, self.problems)
        for line, cells in rates.lines:
            rate = one_form(cells[at["rate"]])
            status = rate if rate in known else by_label.get(rate, "")
            if status:
                lines.append((line, [status, rate, cells[at["source"]] if "source" in at else ""]))
            elif rate:
                spare[rate] = line
        columns = ("status", "rate", "source")
        return replace(rates, problems=self.problems, columns=columns, lines=lines, spare=spare)


def _others(unknown: Sequence[str]) -> Said | str:
    """Name the sheets that one can be under another name."""
    return Said("workbook.others", {"known": unknown}) if unknown else ""


def _language(sheets: Mapping[str, Grid]) -> Lang:
    """Return the language that most sheets are called in."""
    names = [(key, folded(grid.name)) for key, grid in sheets.items()]
    known = (language(lang).code for lang in LANGUAGES)
    return max(known, key=lambda lang: sum(n == folded(sheet_name(k, lang)) for k, n in names))


def _version(grid: Grid) -> int:
    """Read which template a workbook is."""
    first = grid.rows[0][1] if grid.rows else []
    value = first[1].value if len(first) > 1 else 0
    return int(value) if isinstance(value, (int, float)) else 0
