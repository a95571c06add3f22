"""Linkage of invented files whose truth is known (``linli/algorithms/linkage/synthetic.py``), and of FEBRL.

``bin/linli bench linkage [RECORDS ...] [--febrl FOLDER]``: sizes of the hard and easy files, 10,000, 100,000 and 1,000,000
by default; FOLDER holds FEBRL's ``dataset1.csv`` and ``dataset2.csv``.
"""

from __future__ import annotations

import csv
import logging
import os
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import splink.comparison_library as compared
from numpy.typing import NDArray
from splink import Linker, SettingsCreator, block_on

from linli.algorithms.linkage import DEFAULT, Linkage, Model, Source, link, prepare, train
from linli.algorithms.linkage.engine import Edges
from linli.algorithms.linkage.kinds import PERSON
from linli.algorithms.linkage.splinked import in_memory
from linli.algorithms.linkage.synthetic import EASY, HARD, Linked, linked_files

SIZES = (10_000, 100_000, 1_000_000)
BASELINE = 100_000
SEED = 20_261_127
LEVELS = {"hard": HARD, "easy": EASY}

Result = dict[str, float]


def measures(right: int, found: int, there: int) -> Result:
    """Precision, recall and their harmonic mean from counts."""
    precision, recall = right / max(found, 1), right / max(there, 1)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(precision + recall, 1e-12),
    }


def cluster_f1(labels: NDArray[np.int64], persons: NDArray[np.int64]) -> Result:
    """F1 of whole clusters of two records and more (``f1``), and with single records counted, too (``f1_all``)."""

    def sizes(of: NDArray[np.int64]) -> NDArray[np.int64]:
        _, inverse, counts = np.unique(of, return_inverse=True, return_counts=True)
        return counts[inverse]

    found, there = sizes(labels), sizes(persons)
    _, pair = np.unique(np.stack([labels, persons]), axis=1, return_inverse=True)
    whole = (sizes(pair) == found) & (found == there)
    each = {}
    for name, least in (("f1", 2), ("f1_all", 1)):
        right, mine, true = (
            float((1.0 / size[kept & (size >= least)]).sum())
            for size, kept in ((found, whole), (found, found > 0), (there, there > 0))
        )
        each[name] = 2 * right / max(mine + true, 1e-12)
    return each


def quality(files: Linked, linkage: Linkage) -> Result:
    """Pairs and clusters against the truth; the sources stand in the order of their names, as in ``files``."""
    edges = linkage.edges[0]
    right = files.left_persons[edges.i] == files.right_persons[edges.j]
    sure = edges.sure(PERSON, linkage.model)
    open_too = sure | (edges.score >= linkage.model.review)
    labels = linkage.clusters["cluster"].to_numpy()
    clusters = cluster_f1(labels, np.concatenate([files.left_persons, files.right_persons]))
    return {
        **measures(int((right & sure).sum()), int(sure.sum()), files.pairs),
        **{f"cluster_{name}": value for name, value in clusters.items()},
        "with_review_recall": float((right & open_too).sum()) / files.pairs,
        "review_pairs": float((open_too & ~sure).sum()),
        "bare_recall": bare_recall(files, edges, sure),
    }


def bare_recall(files: Linked, edges: Edges, sure: NDArray[np.bool_]) -> float:
    """Recall among persons of whom one row has neither id nor phone."""
    bare = [
        np.array([not (one or other) for one, other in zip(side.columns["citizen_id"].to_pylist(), side.columns["phone"].to_pylist(), strict=True)])
        for side in (files.left, files.right)
    ]  # fmt: skip
    persons, left, right = np.intersect1d(files.left_persons, files.right_persons, return_indices=True)
    hard = persons[bare[0][left] | bare[1][right]]
    right_ones = files.left_persons[edges.i] == files.right_persons[edges.j]
    return float(np.isin(hard, files.left_persons[edges.i[right_ones & sure]]).mean())


def ours(files: Linked, model: Model) -> tuple[Linkage, Result]:
    """Linked from loaded tables to clusters, with the seconds of each step and of both processors together."""
    start, processors = time.perf_counter(), time.process_time()
    prepared = [prepare(files.left), prepare(files.right)]
    ready = time.perf_counter()
    linkage = link(prepared, model=model)
    linked = time.perf_counter()
    _ = linkage.clusters, linkage.pairs
    done = time.perf_counter()
    return linkage, {
        "seconds": done - start,
        "processor_seconds": time.process_time() - processors,
        "prepare_seconds": ready - start,
        "link_seconds": linked - ready,
        "cluster_seconds": done - linked,
    }


def plain_splink(files: Linked, *, wide: bool) -> Result:
    """Splink as its tutorial sets it up: likeness of texts, blocking on exact values; clusters at 0.95."""
    rules = [block_on("citizen_id"), block_on("phone"), block_on("name", "birth")]
    if wide:
        rules += [
            block_on("name", "substr(birth, 1, 4)"),
            block_on("birth", "substr(name, 1, 1)"),
            block_on("address"),
            block_on("name", "sex", "substr(address, 1, 4)"),
        ]
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        comparisons=[
            compared.ExactMatch("sex"),
            compared.LevenshteinAtThresholds("citizen_id", [1, 2]),
            compared.JaroWinklerAtThresholds("name", [0.9, 0.7]).configure(term_frequency_adjustments=True),
            compared.LevenshteinAtThresholds("birth", [1, 2]),
            compared.LevenshteinAtThresholds("phone", [1]),
            compared.LevenshteinAtThresholds("address", [2, 5]),
        ],
        blocking_rules_to_generate_predictions=rules,
        retain_matching_columns=False,
    )
    start = time.perf_counter()
    database = in_memory()
    tables = [
        database.register(side.columns, dataset_display_name=side.name) for side in (files.left, files.right)
    ]
    linker = Linker(tables, settings, log_level=None)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("citizen_id")], recall=0.5)
    training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("citizen_id"), block_on("name", "birth")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    trained = time.perf_counter()
    predictions = linker.inference.predict(threshold_match_probability=0.05)
    found = predictions.as_pyarrow_table()
    linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, threshold_match_probability=0.95)
    done = time.perf_counter()
    persons = {
        identifier: person
        for side, of in ((files.left, files.left_persons), (files.right, files.right_persons))
        for identifier, person in zip(side.columns["id"].to_pylist(), of.tolist(), strict=True)
    }
    right = np.array(
        [
            persons[one] == persons[other]
            for one, other in zip(found["id_l"].to_pylist(), found["id_r"].to_pylist(), strict=True)
        ]
    )
    probable = found["match_probability"].to_numpy()
    even, sure = (
        measures(int(right[probable >= at].sum()), int((probable >= at).sum()), files.pairs)
        for at in (0.5, 0.95)
    )
    return {**even, "f1_at_0.95": sure["f1"], "seconds": done - trained, "train_seconds": trained - start}


def febrl(path: Path) -> Result:
    """One of FEBRL's files with duplicates (invented Australians), linked with the default model as it is."""
    with path.open(encoding="utf-8") as file:
        rows = [{key.strip(): value.strip() for key, value in row.items()} for row in csv.DictReader(file)]
    table: dict[str, list[Any]] = {
        "id": [row["rec_id"] for row in rows],
        "name": [f"{row['given_name']} {row['surname']}" for row in rows],
        "birth": [row["date_of_birth"] for row in rows],
        "citizen_id": [row["soc_sec_id"] for row in rows],
        "address": [f"{row['address_1']} {row['street_number']} {row['postcode']}" for row in rows],
    }
    start = time.perf_counter()
    linkage = link([Source(path.stem, pa.table(table), duplicates=True)])
    labels = linkage.clusters["cluster"].to_numpy()
    seconds = time.perf_counter() - start
    persons = np.array([int(row["rec_id"].split("-")[1]) for row in rows])

    def pairs(of: NDArray[np.int64]) -> int:
        _, counts = np.unique(of, return_counts=True)
        return int((counts * (counts - 1) // 2).sum())

    _, both = np.unique(np.stack([labels, persons]), axis=1, return_inverse=True)
    return {**measures(pairs(both), pairs(labels), pairs(persons)), "seconds": seconds}


def shown(name: str, result: Result) -> None:
    """One line of the table."""
    parts = [
        f"{key} {value:,.0f}" if value >= 1000 else f"{key} {value:.4g}" for key, value in result.items()
    ]
    print(f"{name:<34}" + "  ".join(parts), flush=True)


def main(arguments: list[str]) -> dict[str, Any]:
    """Print the table and return the figures."""
    folder = (
        arguments[arguments.index("--febrl") + 1]
        if "--febrl" in arguments
        else os.environ.get("LINLI_FEBRL", "")
    )
    sizes = [int(each) for each in arguments if each.isdecimal()] or list(SIZES)
    results: dict[str, Result] = {}
    logging.getLogger("splink").setLevel(logging.ERROR)
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; seed {SEED}; two files, 70 % of persons in both"
    )
    linked_and_thrown_away = linked_files(2_000, seed=1)
    link([linked_and_thrown_away.left, linked_and_thrown_away.right])
    for level, corruption in LEVELS.items():
        for size in sizes:
            files = linked_files(size, seed=SEED, level=corruption)
            start = time.perf_counter()
            trained = train([files.left, files.right])
            training = time.perf_counter() - start
            for name, model in (("default model", DEFAULT), ("trained model", trained)):
                linkage, seconds = ours(files, model)
                result = seconds | quality(files, linkage)
                if model is trained:
                    result["train_seconds"] = training
                results[f"{level} {size} {name}"] = result
                shown(f"{level} {size:,}, {name}", result)
    hard = linked_files(BASELINE, seed=SEED)
    for name, wide in (("Splink, plain", False), ("Splink, wide blocking", True)):
        results[name] = plain_splink(hard, wide=wide)
        shown(f"hard {BASELINE:,}, {name}", results[name])
    for name in ("dataset1", "dataset2"):
        path = Path(folder) / f"{name}.csv"
        if folder and path.exists():
            results[f"FEBRL {name}"] = febrl(path)
            shown(f"FEBRL {name}", results[f"FEBRL {name}"])
        else:
            print(f"FEBRL {name}: skipped, give its folder with --febrl or LINLI_FEBRL")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory {peak:.1f} GB, load now {os.getloadavg()[0]:.1f}")
    return {
        "results": {
            name: {key: round(value, 5) for key, value in each.items()} for name, each in results.items()
        }
    }
