"""Settings from Python: what arguments state, as study.toml would hold it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gevinst.files.container import ARGUMENTS
from gevinst.files.made.cells import framed, is_frame, named
from gevinst.text.language import LANGUAGES
from gevinst.text.problems import Problems

LISTS = {
    **dict.fromkeys(("arms", "payers", "times", "statuses", "items", "strata"), "id"),
    "outcome_items": "id",
    "sources": "name",
    "exchange": "currency",
}
"""What stands in an order, and the key that names each entry."""

NAMED = (
    *("groups", "assumptions", "notes", "references", "activity_items"),
    *("account_items", "account_groups"),
)
"""Tables of entries by name."""

NESTED = ("alternatives", "survey_names")
"""Tables of such tables."""

LABELS = ("label", "counted", "over", "unit", "base")
"""Keys that hold one; ``label`` is the entry's own, whose texts stand beside its other keys."""

WORDED = ("sources", "assumptions", "notes", "references", "exchange")
"""What must say something; anything else is called as its id where nothing is said."""


def settings_of(arguments: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """Write arguments as study.toml would hold them; what has no such form is left as it is."""
    lang = arguments.get("language", "en")
    lang = lang if lang in LANGUAGES else "en"
    keys = {argument: key for key, argument in ARGUMENTS.items()}
    found = {}
    for argument, given in arguments.items():
        if given is None:
            continue
        if argument in LISTS:
            stated: Any = _list(argument, given, lang, problems)
        elif argument in NAMED:
            stated = _named(argument, given, lang)
        elif argument in NESTED and isinstance(given, Mapping):
            stated = {kind: _named(argument, each, lang) for kind, each in given.items()}
        elif argument == "title":
            stated = {lang: given} if isinstance(given, str) else _plain(given)
        else:
            stated = _labelled(given, lang)
        found[keys.get(argument, argument)] = stated
    return found


def _list(argument: str, given: Any, lang: str, problems: Problems) -> Any:
    """Write what stands in an order: a list, a dict by id, or a data frame with a row for each."""
    key = LISTS[argument]
    if is_frame(given):
        frame = framed(given, argument, problems, key)
        rows = [] if frame is None else frame.to_dict("records")
        given = [{named(k): _whole(v) for k, v in row.items() if not _lacks(v)} for row in rows]
    if isinstance(given, Mapping):
        pairs = list(given.items())
    elif isinstance(given, (list, tuple, range, np.ndarray)):
        pairs = [
            (entry.get(key), entry) if isinstance(entry, Mapping) else (entry, None)
            for entry in given
        ]
    else:
        return _plain(given)
    found = []
    for name, entry in pairs:
        stated = _entry(argument, name, entry, lang)
        if not isinstance(stated, dict):
            return _plain(given)
        found.append(stated if name is None else {**stated, key: named(name)})
    return found


def _named(argument: str, given: Any, lang: str) -> Any:
    """Write entries by name; names alone are entries of which nothing else is said."""
    if isinstance(given, (list, tuple)):
        given = dict.fromkeys(given)
    if not isinstance(given, Mapping):
        return _plain(given)
    return {named(name): _entry(argument, name, each, lang) for name, each in given.items()}


def _entry(argument: str, name: Any, given: Any, lang: str) -> Any:
    """Write one entry: a text is its label; of a time a number is its years; a list its members."""
    given = _plain(given)
    if isinstance(given, str):
        return {lang: given}
    if argument == "times" and isinstance(given, (int, float)) and not isinstance(given, bool):
        given = {"years": given}
    if argument == "groups" and isinstance(given, list):
        given = {"members": given}
    if given is None:
        given = {}
    if not isinstance(given, dict):
        return given
    stated = _labelled(given, lang)
    if argument not in WORDED and name is not None and not {*LANGUAGES} & {*stated}:
        stated[lang] = named(name)
    return stated


def _labelled(given: Any, lang: str) -> Any:
    """Write each label as the texts that it is: of the study's language, or of several."""
    given = _plain(given)
    if not isinstance(given, dict):
        return given
    labels = {key: given[key] for key in LABELS if isinstance(given.get(key), str)}
    given = {**given, **{key: {lang: text} for key, text in labels.items()}}
    own = given.pop("label", {})
    return {**given, **own} if isinstance(own, dict) else {**given, "label": own}


def _plain(given: Any) -> Any:
    """Write arrays, numbers of numpy, tuples and keys that are numbers as TOML would hold them."""
    if isinstance(given, Mapping):
        return {named(key): _plain(each) for key, each in given.items()}
    if isinstance(given, (list, tuple, set, frozenset, np.ndarray)):
        return [_plain(each) for each in given]
    return given.item() if isinstance(given, np.generic) else given


def _lacks(cell: Any) -> bool:
    return not isinstance(cell, (list, dict)) and named(cell) == ""


def _whole(cell: Any) -> Any:
    """Write the whole number that a column with empty cells holds as another kind."""
    whole = isinstance(cell, float) and cell.is_integer()
    return int(cell) if whole else cell
