"""How sure can anyone be of a published gain?

A study states numbers and what is uncertain about them (`study`, read by `files`). Sources draw
latents (`sources`); `build` turns a study and latents into rows of `inputs`; `evaluate` in `model`
turns rows of inputs into rows of a `ledger`. Everything else reads the ledger: `gain` is the
published calculation, `bootstrap` the exact law of what small groups leave open, `stratify` the
difference as if both groups had had the same mix at start, `simulate` lets all sources vary,
`tornado` one at a time, `report` writes it down. Nothing heavy is imported before it is used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gevinst.adjustment import adjust, citizen_frame, mantel_haenszel
    from gevinst.audit import audit
    from gevinst.band import standard_error_band
    from gevinst.baseline import baseline
    from gevinst.bootstrap import bootstrap
    from gevinst.build import build
    from gevinst.draws import simulate
    from gevinst.estimates import bootstrap_mean_difference
    from gevinst.files import (
        bundled,
        check,
        from_persons,
        load,
        person_gains,
        read,
        read_draws,
        read_persons,
    )
    from gevinst.fits import distribution_fits
    from gevinst.gain import gain
    from gevinst.model import evaluate
    from gevinst.outcome_tests import outcome_test
    from gevinst.permutation import permutation_test, sign_flip_test
    from gevinst.problems import StudyError
    from gevinst.report import report
    from gevinst.resampling import resample_statistic
    from gevinst.sensitivity import tornado
    from gevinst.sobol import multilinear_shares, sobol_shares, swap_blocks
    from gevinst.standardise import standardise
    from gevinst.stratify import stratify
    from gevinst.study import Study
    from gevinst.tables import bound_functional, count_tables, random_table
    from gevinst.variance import variance_shares

__version__ = "0.1.0"

_WHERE = {
    "adjust": "adjustment",
    "audit": "audit",
    "Study": "study",
    "StudyError": "problems",
    "baseline": "baseline",
    "bootstrap": "bootstrap",
    "bootstrap_mean_difference": "estimates",
    "bound_functional": "tables",
    "build": "build",
    "bundled": "files",
    "check": "files",
    "citizen_frame": "adjustment",
    "count_tables": "tables",
    "distribution_fits": "fits",
    "evaluate": "model",
    "from_persons": "files",
    "gain": "gain",
    "load": "files",
    "multilinear_shares": "sobol",
    "mantel_haenszel": "adjustment",
    "outcome_test": "outcome_tests",
    "permutation_test": "permutation",
    "person_gains": "files",
    "random_table": "tables",
    "read": "files",
    "read_draws": "files",
    "read_persons": "files",
    "report": "report",
    "resample_statistic": "resampling",
    "sign_flip_test": "permutation",
    "simulate": "draws",
    "sobol_shares": "sobol",
    "standard_error_band": "band",
    "swap_blocks": "sobol",
    "standardise": "standardise",
    "stratify": "stratify",
    "tornado": "sensitivity",
    "variance_shares": "variance",
}

__all__ = [
    "Study",
    "StudyError",
    "adjust",
    "audit",
    "baseline",
    "bootstrap",
    "bootstrap_mean_difference",
    "bound_functional",
    "build",
    "bundled",
    "check",
    "citizen_frame",
    "count_tables",
    "distribution_fits",
    "evaluate",
    "from_persons",
    "gain",
    "load",
    "mantel_haenszel",
    "multilinear_shares",
    "outcome_test",
    "permutation_test",
    "person_gains",
    "random_table",
    "read",
    "read_draws",
    "read_persons",
    "report",
    "resample_statistic",
    "sign_flip_test",
    "simulate",
    "sobol_shares",
    "standard_error_band",
    "standardise",
    "stratify",
    "swap_blocks",
    "tornado",
    "variance_shares",
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
