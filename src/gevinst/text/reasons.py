"""Reasons that a system or another library gives, in the user's language.

Theirs stand in English, or in the system's language: they are said as they are where they are none
of those known here.
"""

from __future__ import annotations

import errno
import re

from gevinst.text.problems import Said

_NAMED = {
    "ENOENT": "not_there",
    "EACCES": "not_allowed",
    "EPERM": "not_allowed",
    "EISDIR": "is_folder",
    "ENOTDIR": "no_folder",
    "EEXIST": "there_already",
    "ENOTEMPTY": "not_empty",
    "ENOSPC": "disk_full",
    "EDQUOT": "disk_full",
    "EFBIG": "too_large",
    "EROFS": "read_only",
    "ENAMETOOLONG": "name_too_long",
    "ELOOP": "links_in_circle",
    "EBUSY": "in_use",
    "ETXTBSY": "in_use",
    "EMFILE": "too_many_open",
    "ENFILE": "too_many_open",
    "EIO": "device",
    "ENXIO": "device",
    "ENODEV": "device",
    "EPIPE": "nobody_reads",
}

SYSTEM = {getattr(errno, name): key for name, key in _NAMED.items() if hasattr(errno, name)}
"""Number of an error, where the system has it -> key of what is said, under ``why``."""

TOML = {
    "Expected '=' after a key": "no_equals",
    "Invalid value": "no_value",
    "Invalid statement": "no_statement",
    "Invalid initial character for a key part": "no_key",
    "Unterminated string": "open_string",
    "Expected \"'": "open_string",
    "Illegal character": "character",
    "Found invalid character": "character",
    "Expected newline or end of document": "two_on_a_line",
    "Unclosed array": "open_list",
    "Unclosed inline table": "open_table",
    "Expected ']": "open_section",
    "Cannot overwrite a value": "twice",
    "Cannot declare": "twice",
    "Duplicate inline table key": "twice",
    "Cannot mutate immutable namespace": "twice",
    "Unescaped '\\'": "backslash",
    "Invalid hex value": "backslash",
    "Escaped character": "backslash",
    "Invalid date or datetime": "no_date",
    "Exceeds the limit": "digits",
    "maximum recursion depth": "nested",
}
"""How a reason of `tomllib` begins -> key of what is said, under ``why.toml``."""

_COLUMN = re.compile(r"\(at line \d+, column (\d+)\)$")


def of_system(error: OSError) -> Said | str:
    """Return why a system refuses a file, a folder or an output."""
    known = SYSTEM.get(error.errno or 0)
    return error.strerror or str(error) if known is None else Said(f"why.{known}")


def of_toml(reason: str) -> Said | str:
    """Return why a text is no TOML, with the column where there is one."""
    known = next((key for start, key in TOML.items() if reason.startswith(start)), None)
    if known is None:
        return reason
    said, column = Said(f"why.toml.{known}"), _COLUMN.search(reason)
    return Said("why.column", {"what": said, "column": column[1]}) if column else said
