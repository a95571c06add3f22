"""What is asked of a community, in counts and minutes a year: ranges, kinds, how often, and the estimate line by line."""

from linli.algorithms.burden.estimate import Estimate, Line, NoRate, estimate
from linli.algorithms.burden.kinds import KINDS, OFTEN, Kind, occasions
from linli.algorithms.burden.ranges import NOTHING, Amount, Range, total

__all__ = [
    "KINDS", "NOTHING", "OFTEN", "Amount", "Estimate", "Kind", "Line", "NoRate", "Range", "estimate", "occasions", "total",
]  # fmt: skip
