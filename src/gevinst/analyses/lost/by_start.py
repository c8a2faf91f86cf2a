"""A mean whose dropouts are like those of the group who started as they did, in closed form.

The analysed weigh as draws of outcomes let them: a Dirichlet of mass a = 1 - 2/n each. Cell s, the
n_s who started in one status, then has the share B_s of the analysed, and a mean m_s of its own
that is independent of B. With d_s dropouts of start s, d_0 of no known start or of one that nobody
analysed has, and N enrolled, the mean is the sum over cells of q_s m_s,

    q_s = ((n + d_0) B_s + d_s) / N.

References
----------
Rubin & Schenker (1986), JASA 81(394), 366-374: hot decks within cells, by the Bayesian bootstrap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Cells(NamedTuple):
    """Those who started in one status each.

    Attributes
    ----------
    analysed, dropouts : ndarray, shape (cell,)
        How many; at least one analysed.
    others : float
        Dropouts who are like any of the analysed.
    """

    analysed: Floats
    dropouts: Floats
    others: float

    @property
    def n(self) -> float:
        """All analysed."""
        return float(self.analysed.sum())

    @property
    def enrolled(self) -> float:
        """All whose gains are averaged."""
        return self.n + self.others + float(self.dropouts.sum())

    @property
    def counted(self) -> Floats:
        """Expected weight of each cell's mean; they sum to one."""
        alike = (self.n + self.others) * self.analysed / self.n
        found: Floats = (alike + self.dropouts) / self.enrolled
        return found

    def variance(self, means: Floats, within: Floats, matched: float) -> float:
        """Variance of the mean: of the law of the citizens, and of giving dropouts one's gain each.

        Parameters
        ----------
        means : ndarray, shape (cell,)
            Of the gains.
        within : ndarray, shape (cell,)
            Variance of the gains in a cell, over the number of citizens.
        matched : float
            Variance, over n, of contributions that are matched with starts at random: those of a
            cell are drawn from all without replacement.
        """
        n, a = self.n, 1.0 - 2.0 / self.n
        share, alike = self.analysed / n, self.n + self.others
        mass = self.analysed * a + 1.0
        squared = alike**2 * share * mass / (n - 1.0)  # of (n + d_0) B_s + d_s, on average
        squared += 2.0 * alike * self.dropouts * share + self.dropouts**2
        between = float(share @ (means - share @ means) ** 2)
        # Weights in a cell, squared, sum to (a + 1) / (n_s a + 1) on average.
        weights = n * float(squared @ ((a + 1.0) / mass)) - self.enrolled**2
        found = (alike**2 * between + matched * weights) / (n - 1.0)
        found += float(squared @ (within / mass))
        # A cell's variance, and that of all, with one citizen less than there are.
        less = self.analysed / np.maximum(self.analysed - 1.0, 1.0) * (self.analysed > 1.0)
        found += float(self.dropouts @ (less * (within + matched)))
        found += self.others * n / (n - 1.0) * (between + float(share @ within) + matched)
        return found / self.enrolled**2
