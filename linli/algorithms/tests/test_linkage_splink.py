"""Our comparisons and scorer against Splink, which knows nothing of ours; training; Spark where it is there."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from linli.algorithms.linkage import DEFAULT, Decision, Model, Prepared, Ref, link, prepare, taught, train
from linli.algorithms.linkage.kinds import PERSON
from linli.algorithms.linkage.splinked import in_memory, linker, settings, table
from linli.algorithms.linkage.synthetic import linked_files

RULES = [
    "l.near = r.near",
    "l.turned = r.turned AND l.turned <> 0",
    "l.birth = r.birth AND l.birth <> 0",
    "l.phone = r.phone AND l.phone <> 0",
    "l.id_high = r.id_high AND l.id_state <> 0 AND r.id_state <> 0",
    "l.compound = r.compound AND l.building = r.building AND l.room = r.room",
]


def agrees_with_ours(found: pa.Table, a: Prepared, b: Prepared, model: Model) -> None:
    """Every weight that Splink gave to a level is the weight of the level that we see."""
    i, j = found["unique_id_l"].to_numpy(), found["unique_id_r"].to_numpy()
    assert len(i) > 1_000
    for name, comparison in PERSON.comparisons.items():
        bits = np.array([0.0, *(level.bits for level in model.levels[name])])
        np.testing.assert_allclose(
            found[f"mw_{name}"].to_numpy(), bits[comparison(a, b, i, j)], atol=1e-6, err_msg=name
        )


def test_splink_gives_every_pair_the_weights_that_we_give() -> None:
    files = linked_files(3_000, seed=5)
    a, b = prepare(files.left), prepare(files.right)
    given = settings(DEFAULT, "duckdb", RULES, 1e-4)
    predictions = linker(in_memory(), table(a), table(b), given).inference.predict()
    agrees_with_ours(predictions.as_pyarrow_table(), a, b, DEFAULT)


@pytest.mark.slow
def test_training_reads_the_files_and_is_the_same_each_time() -> None:
    files = linked_files(12_000, seed=8)
    sources = [prepare(files.left), prepare(files.right)]
    model = train(sources)
    assert model == train(sources)
    assert model.overlap == pytest.approx(files.pairs / min(source.size for source in sources), abs=0.05)
    for levels in model.levels.values():
        assert sum(level.same for level in levels) == pytest.approx(1.0, abs=0.02)
    phone = {level.name: level for level in model.levels["phone"]}
    assert 0.60 < phone["same"].same < 0.85


def test_files_too_small_to_learn_from_leave_the_model_as_it_is() -> None:
    files = linked_files(200, seed=8)
    assert train([files.left, files.right]) == DEFAULT


def test_many_decisions_teach_the_model_and_few_do_not() -> None:
    """People who say "different" wherever one character differs make that level weigh less."""
    files = linked_files(6_000, seed=9)
    sources = [prepare(files.left), prepare(files.right)]
    found = link(sources)
    doubtful = [
        (Ref(each["left_source"], each["left_id"]), Ref(each["right_source"], each["right_id"]))
        for each in found.pairs.to_pylist()
        if each["band"] == "review"
    ]
    decisions = [
        Decision(left, right, any(reason[:2] == ("name", "same") for reason in found.explain(left, right)))
        for left, right in doubtful
    ]
    assert len(decisions) >= 50
    few, many = (taught(link(sources, decisions=given)) for given in (decisions[:20], decisions))
    assert few == DEFAULT
    before, after = (
        {level.name: level.same for level in model.levels["name"]}["one_character"]
        for model in (DEFAULT, many)
    )
    assert after < before


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[Any]:
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: requirements-spark.txt")
    java = shutil.which("java")
    if (
        java is None
        or '"17.' not in subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    ):
        pytest.skip("Spark needs Java 17")
    from pyspark.sql import SparkSession  # noqa: PLC0415

    session = (
        SparkSession.builder.master("local-cluster[1,2,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "2")
        .config("spark.local.dir", str(tmp_path))
        .config("spark.sql.warehouse.dir", str(tmp_path / "warehouse"))
        .getOrCreate()
    )
    session.sparkContext.setCheckpointDir(str(tmp_path / "checkpoints"))
    yield session
    session.stop()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_same_model_runs_on_spark(spark: Any) -> None:
    from splink import SparkAPI  # noqa: PLC0415

    files = linked_files(1_000, seed=5)
    a, b = prepare(files.left), prepare(files.right)
    left, right = (spark.createDataFrame(table(each).to_pylist()) for each in (a, b))
    database = SparkAPI(
        spark_session=spark, register_udfs_automatically=False, break_lineage_method="checkpoint"
    )
    predictions = linker(database, left, right, settings(DEFAULT, "spark", RULES, 1e-4)).inference.predict()
    rows = [row.asDict() for row in predictions.as_spark_dataframe().collect()]
    agrees_with_ours(pa.Table.from_pylist(rows), a, b, DEFAULT)
