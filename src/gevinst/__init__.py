"""How sure can anyone be of a published gain?

A study states numbers and what is uncertain about them (`study`, read by `files`). Sources draw
latents (`sources`); `build` turns a study and latents into rows of `inputs`; `evaluate` in `model`
turns rows of inputs into rows of a `ledger`. Everything else reads the ledger: `gain` is the
published calculation, `simulate` lets the sources vary, `tornado` one at a time, `report` writes
it down. Nothing heavy is imported before it is used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gevinst.audit import audit
    from gevinst.build import build
    from gevinst.draws import simulate
    from gevinst.files import bundled, check, load, read
    from gevinst.gain import gain
    from gevinst.model import evaluate
    from gevinst.problems import StudyError
    from gevinst.report import report
    from gevinst.sensitivity import tornado
    from gevinst.study import Study

__version__ = "0.1.0"

_WHERE = {
    "audit": "audit",
    "Study": "study",
    "StudyError": "problems",
    "build": "build",
    "bundled": "files",
    "check": "files",
    "evaluate": "model",
    "gain": "gain",
    "load": "files",
    "read": "files",
    "report": "report",
    "simulate": "draws",
    "tornado": "sensitivity",
}

__all__ = [
    "Study",
    "StudyError",
    "audit",
    "build",
    "bundled",
    "check",
    "evaluate",
    "gain",
    "load",
    "read",
    "report",
    "simulate",
    "tornado",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'gevinst' has no attribute '{name}'")
    return getattr(import_module(f"gevinst.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


class _Package(ModuleType):
    """The package, in which a public function keeps its name from the module that holds it.

    Importing ``gevinst.gain`` would put the module in the place of the function `gain`; with this,
    ``gevinst.gain`` is the function always, and the module is there for ``from gevinst.gain
    import ...``.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _WHERE and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
