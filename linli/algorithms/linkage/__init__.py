"""Which rows of several files are the same person, with bands, reasons and clusters; no labels, no disk.

    register = prepare(Source("register", table))               # kept, it serves every later file
    found = match(Source("survey", other), register)            # or link([...]) for several files at once
    found.pairs, found.clusters, found.splits
    found.explain(Ref("register", "17"), Ref("survey", "4"))    # (comparison, level, bits), adding up to the score

How it works, in the order of the code:

1. ``columns``, ``people``: each column becomes numbers that are compared in one step (``packed``, ``sounds``): ids and
   phones as digits in lanes, names as characters, syllables and what is heard, addresses as compound, door, building,
   entrance, room. A birth date or sex that is not given is read from a valid id.
2. ``engine``: rows whose valid id stands once in either file and whose names agree are linked first. The rest is brought
   together by the wide keys of ``blocking``; a key that too many rows share is passed over and counted in ``left_out``.
3. ``comparisons`` gives each pair a level per comparison, ``model`` what a level weighs, ``scoring`` adds up: odds of
   the same person against strangers *and* housemates *and* twins, the rarity of a name, the support of other members of
   the two households, and what a rival candidate takes off where a person stands once in each file.
4. ``linkage``: ``certain`` from 4.25 bits (odds of 19 to 1), ``review`` down to the same against, below it ``no``; two
   valid ids that differ are never certain. ``clusters`` connects the certain pairs and keeps apart one file's rows,
   valid ids that differ and what a person decided; what is kept apart is listed in ``splits``.
5. ``training``: ``train`` reads a model from the files with Splink, ``taught`` from decisions. ``splinked`` is the same
   model as settings of Splink, on DuckDB (in memory) or Spark.

The score of two records depends on their two files alone: a further source changes no score, and where it keeps a
certain link apart, ``splits`` says so. The order of files does not matter.

``households`` and ``organisations`` link these with fewer comparisons; ``synthetic`` invents files with their truth.
"""

from linli.algorithms.linkage.columns import Prepared
from linli.algorithms.linkage.frames import Source
from linli.algorithms.linkage.linkage import (
    CERTAIN,
    NO,
    REVIEW,
    Decision,
    Linkage,
    Reason,
    Ref,
    Split,
    link,
    match,
)
from linli.algorithms.linkage.model import DEFAULT, Level, Model
from linli.algorithms.linkage.people import prepare
from linli.algorithms.linkage.training import taught, train

__all__ = [
    "CERTAIN",
    "DEFAULT",
    "NO",
    "REVIEW",
    "Decision",
    "Level",
    "Linkage",
    "Model",
    "Prepared",
    "Reason",
    "Ref",
    "Source",
    "Split",
    "link",
    "match",
    "prepare",
    "taught",
    "train",
]
