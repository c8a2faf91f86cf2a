"""Statistics of arrays: no study, no labels, no files. numpy and scipy.

Citizens' values go in, an estimate with its law comes out. `mean` holds the law of the mean of a
small group, `margins` what counts alone say of who went where, `yes_no` counts of yes and no.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gevinst.stats.margins.band import standard_error_band as standard_error_band
    from gevinst.stats.margins.tables import bound_functional as bound_functional
    from gevinst.stats.margins.tables import count_tables as count_tables
    from gevinst.stats.margins.tables import random_table as random_table
    from gevinst.stats.mean.estimate import bootstrap_mean_difference as bootstrap_mean_difference
    from gevinst.stats.mean.ratio import fieller_interval as fieller_interval
    from gevinst.stats.permutation import permutation_test as permutation_test
    from gevinst.stats.permutation import sign_flip_test as sign_flip_test
    from gevinst.stats.resampling import resample_statistic as resample_statistic
    from gevinst.stats.sensitivity.sobol import multilinear_shares as multilinear_shares
    from gevinst.stats.sensitivity.sobol import sobol_shares as sobol_shares
    from gevinst.stats.sensitivity.sobol import swap_blocks as swap_blocks
    from gevinst.stats.value import evpi as evpi
    from gevinst.stats.value import evppi as evppi
    from gevinst.stats.value import normal_evpi as normal_evpi
    from gevinst.stats.yes_no.misclassified import rogan_gladen as rogan_gladen
    from gevinst.stats.yes_no.odds_ratio import mantel_haenszel as mantel_haenszel

_PLACES = {
    "bootstrap_mean_difference": "mean.estimate",
    "bound_functional": "margins.tables",
    "count_tables": "margins.tables",
    "evpi": "value",
    "evppi": "value",
    "fieller_interval": "mean.ratio",
    "mantel_haenszel": "yes_no.odds_ratio",
    "multilinear_shares": "sensitivity.sobol",
    "normal_evpi": "value",
    "permutation_test": "permutation",
    "random_table": "margins.tables",
    "resample_statistic": "resampling",
    "rogan_gladen": "yes_no.misclassified",
    "sign_flip_test": "permutation",
    "sobol_shares": "sensitivity.sobol",
    "standard_error_band": "margins.band",
    "swap_blocks": "sensitivity.sobol",
}
"""Where each array function lives."""

__all__ = list(_PLACES)


if not TYPE_CHECKING:  # a checker knows the names above, and no others

    def __getattr__(name: str) -> Any:
        if name not in _PLACES:
            raise AttributeError(f"module 'gevinst.stats' has no attribute '{name}'")
        return getattr(import_module(f"gevinst.stats.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return list(__all__)
