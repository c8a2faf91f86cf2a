"""Does each published figure follow from its own inputs?"""

from __future__ import annotations

from gevinst.audit.implied import ImpliedRates, implied_rates

__all__ = ["ImpliedRates", "implied_rates"]
