"""Grids: their codes, who works them, and what is made public of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from linli.algorithms.geometry import numbering
from linli.territory.models import GridMember, Unit
from linli.territory.queries.units import tree
from linli.territory.rules.kinds import COMMUNITY_KINDS
