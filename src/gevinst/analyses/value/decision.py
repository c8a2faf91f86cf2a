"""Decision: whom a choice is for, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from gevinst.text.problems import WrongValueError, whole


@dataclass(frozen=True)
class Decision:
    """Whom a choice is for.

    Parameters
    ----------
    citizens : int or None
        How many would be in the intervention each year; None where that is not said.
    years : int
        For how many years.
    discount : float
        A year, of later years: 0.035 for 3.5 %. The first year counts in full.
    """

    citizens: int | None = None
    years: int = 1
    discount: float = 0.0

    @property
    def people(self) -> float | None:
        """How many citizens count, those of later years for less."""
        if self.citizens is None:
            return None
        return sum(self.citizens / (1.0 + self.discount) ** year for year in range(self.years))


def decision_for(citizens: int | None, years: int, discount: float) -> Decision:
    """Hold whom a choice is for against what can be.

    Raises
    ------
    WrongValueError
        A number out of range, or years or a discount without citizens.
    """
    if not 0.0 <= discount <= 1.0:
        raise WrongValueError("discount", discount, "discount")
    made = Decision(
        None if citizens is None else whole("citizens", citizens, 1),
        whole("years", years, 1),
        float(discount),
    )
    if citizens is None and made != Decision():
        raise WrongValueError("citizens", None, "years_without_citizens")
    return made
