"""Training runs: what they write, that a killed one goes on as if nothing had happened, and how they fail."""

from __future__ import annotations

import contextlib
import csv
import errno
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import keras
import numpy as np
import pytest

from golois.errors import GoloisError
from golois.file_lock import held
from golois.records.record import GameRecord
from golois.records.store import GameStore
from nets.architectures import NetworkShape, build_network
from nets.architectures.build import build
from nets.data import GameFilter, select_positions
from nets.evaluation import evaluate
from nets.inference import NetworkEvaluator
from nets.reader.trial import positions
from nets.reader.understand import understand
from nets.training import TrainingConfig, TrainingResult, load_config, train
from nets.training.callbacks import TrainingDiverged
from nets.training.model import compiled_model
from nets.training.muon import is_matrix, orthogonalized
from nets.training.progress import Report
from nets.training.schedule import Progress, learning_rate

pytestmark = pytest.mark.filterwarnings("ignore:Even though the .*tf.data functions:UserWarning")

STEPS = 6


@contextlib.contextmanager
def compiling(wanted: bool) -> Iterator[None]:
    """Inside, TensorFlow compiles a step or runs it as it stands; the other backends do as they like."""
    if keras.backend.backend() != "tensorflow":
        yield
        return
    import tensorflow as tf

    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(not wanted)
    yield
    tf.config.run_functions_eagerly(before)


@pytest.fixture(scope="module", autouse=True)
def without_compilation() -> Iterator[None]:
    """Compiling a step takes seconds, six steps as they stand do not."""
    with compiling(False):
        yield


@pytest.fixture
def compiled() -> Iterator[None]:
    """For a test of so many steps that compiling them is quicker after all."""
    with compiling(True):
        yield


@pytest.fixture(autouse=True)
def without_curves(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Drawing takes longer than the steps; the first test looks at the curves."""
    if "finished" not in request.fixturenames:
        monkeypatch.setattr("nets.training.history._draw", lambda rows, path: path.write_bytes(b""))


def small_run(games: Path, folder: Path, **changes: object) -> TrainingConfig:
    """Six steps of 16 positions in two epochs."""
    settings: dict[str, object] = {
        "games": (str(games),),
        "output": str(folder / "network.h5"),
        "shape": NetworkShape("residual", blocks=1, filters=8),
        "positions": 16 * STEPS,
        "epoch_positions": 48,
        "batch": 16,
        "precision": "float32",
        "validation_positions": 32,
    }
    return TrainingConfig(**(settings | changes))  # type: ignore[arg-type]


@pytest.fixture
def config(games_path: Path, tmp_path: Path) -> TrainingConfig:
    """A run in a folder of the test's own."""
    return small_run(games_path, tmp_path)


@dataclass
class Finished:
    """A run that went to its end."""

    config: TrainingConfig
    reports: list[Report]
    result: TrainingResult

    def copied(self, folder: Path) -> TrainingConfig:
        """The same run in a folder where it may be changed."""
        shutil.copytree(Path(self.config.output).parent, folder, dirs_exist_ok=True)
        return replace(self.config, output=str(folder / "network.h5"))


@pytest.fixture(scope="module")
def finished(games_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A run that several tests look at."""
    config = small_run(games_path, tmp_path_factory.mktemp("finished"))
    reports: list[Report] = []
    return Finished(config, reports, train(config, reports.append))


class Killed(Exception):
    """Stands for the signal that ends a process in the middle of a run."""


def weights_of(path: str | Path) -> list[np.ndarray]:
    return keras.models.load_model(path, compile=False).get_weights()


def test_a_run_writes_a_network_a_checkpoint_and_its_history(finished: Finished) -> None:
    config, result = finished.config, finished.result
    assert result.network == Path(config.output)
    assert result.positions == 96
    assert keras.models.load_model(result.network, compile=False).output_names == ["policy", "value"]
    with (config.run_folder / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["3", "6"]
    assert float(rows[-1]["validation_policy_loss"]) == pytest.approx(result.validation.policy_loss, rel=1e-4)
    assert (config.run_folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert (config.run_folder / "checkpoint.npz").exists()
    epochs = [report for report in finished.reports if report.epoch_ends]
    assert [report.part for report in epochs] == [0.5, 1.0]
    assert all(report.validation.positions == 32 for report in epochs)


def test_a_killed_run_resumes_to_the_same_network(finished: Finished, config: TrainingConfig) -> None:
    def kill(report: Report) -> None:
        if report.part > 0.6:
            raise Killed

    with pytest.raises(Killed):
        train(config, kill)
    assert train(config, resume=True).positions == 96
    for whole, resumed in zip(weights_of(finished.config.output), weights_of(config.output), strict=True):
        np.testing.assert_allclose(resumed, whole, atol=1e-5)


def test_a_finished_run_has_nothing_to_resume(finished: Finished, tmp_path: Path) -> None:
    config = finished.copied(tmp_path)
    assert train(config, resume=True).positions == 96
    assert Path(config.output).read_bytes() == Path(finished.config.output).read_bytes()


def test_two_processes_do_not_train_in_one_folder(config: TrainingConfig) -> None:
    config.run_folder.mkdir(parents=True)
    with (
        held(config.run_folder / "run.lock", "held"),
        pytest.raises(GoloisError, match=r"another process trains in .*network\.run: wait for it or stop it"),
    ):
        train(config)


def test_a_folder_that_cannot_be_made_is_told(config: TrainingConfig) -> None:
    config.run_folder.write_text("a file")
    with pytest.raises(GoloisError, match=r"cannot make the folder of the run, .*network\.run: File exists; choose"):
        train(config)


def test_another_seed_gives_another_network(finished: Finished, config: TrainingConfig) -> None:
    train(replace(config, seed=2, positions=16))
    assert not np.allclose(weights_of(config.output)[0], weights_of(finished.config.output)[0], atol=1e-3)


@pytest.mark.usefixtures("compiled")
def test_a_network_learns_to_continue_a_line(config: TrainingConfig) -> None:
    """Both players put their stones side by side along the tenth row; the next stone is where the line goes on."""
    line = GameRecord(np.arange(9 * 19 + 2, 9 * 19 + 15, dtype=np.uint16), result="B+R", id="line")
    few = replace(config, positions=16 * 100, epoch_positions=16 * 100, learning_rate=0.02)
    with GameStore.create(Path(config.output).with_name("line.h5")) as store:
        store.append([line])
        train(few, store=store)
        network = keras.models.load_model(few.output, compile=False)
        learned = evaluate(network.predict_on_batch, select_positions(store, "all", GameFilter()))
    assert learned.positions == 13
    assert learned.top1 > 0.7
    assert learned.value_mse < 0.1


def test_a_small_board_is_learned_from_its_games_by_a_network_of_the_usual_board(
    finished: Finished, small_games_path: Path, tmp_path: Path
) -> None:
    shape = NetworkShape("residual", blocks=1, filters=8, board_size=7)
    config = small_run(small_games_path, tmp_path, shape=shape, start_from=finished.config.output, learning_rate=1e-9)
    result = train(config)
    assert result.validation.positions == 32
    np.testing.assert_allclose(weights_of(config.output)[0], weights_of(finished.config.output)[0], atol=1e-5)
    assert load_config(config.run_folder).board_size == 7
    network = NetworkEvaluator(understand(config.output), "small", precision="float32")
    planes = positions(6, 7)
    policy, value = network.evaluate(planes)
    expected = keras.models.load_model(config.output, compile=False).predict_on_batch(planes)
    np.testing.assert_allclose(policy, expected[0], atol=1e-5)
    np.testing.assert_allclose(value, expected[1][:, 0], atol=1e-5)


def test_by_the_clock_a_run_ends_when_its_minutes_are_over(config: TrainingConfig) -> None:
    reports: list[Report] = []
    result = train(replace(config, positions=None, minutes=2 / 60, epoch_positions=1_000_000), reports.append)
    assert result.seconds >= 2
    assert reports[-1].epoch_ends
    assert reports[-1].part == 1.0
    assert reports[-1].learning_rate < config.highest_rate


def test_a_snapshot_is_the_network_on_its_way(config: TrainingConfig) -> None:
    result = train(replace(config, snapshots=(0.34,), epoch_positions=96))
    (snapshot,) = result.snapshots
    assert snapshot.name == "network-34.h5"
    assert not np.allclose(weights_of(str(snapshot))[0], weights_of(config.output)[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "sgd", "accumulate": 2, "clip": 0.0},
        {"optimizer": "adamw", "label_smoothing": 0.1, "averaging": 0.0, "weight_decay": 0.0},
        {"precision": "mixed_bfloat16", "shape": NetworkShape("mobile", 1, 8, 8, 361, "batch")},
    ],
    ids=lambda changes: next(iter(changes.values())),
)
def test_every_way_to_train_gives_finite_float32_weights(config: TrainingConfig, changes: dict[str, object]) -> None:
    train(replace(config, **({"positions": 32} | changes)))  # type: ignore[arg-type]
    for weights in weights_of(config.output):
        assert weights.dtype == np.float32
        assert np.isfinite(weights).all()


def test_training_starts_from_another_networks_weights(finished: Finished, config: TrainingConfig) -> None:
    slow = replace(config, start_from=finished.config.output, learning_rate=1e-9, positions=16)
    train(slow)
    np.testing.assert_allclose(weights_of(slow.output)[0], weights_of(finished.config.output)[0], atol=1e-5)
    with pytest.raises(GoloisError, match="is another network than residual_2x8"):
        train(replace(slow, shape=NetworkShape(blocks=2, filters=8)))


def test_training_starts_from_a_network_that_lacks_a_part_of_the_value_head(
    config: TrainingConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Networks of earlier versions did not normalize the value's features."""
    with monkeypatch.context() as earlier:
        earlier.setattr("keras.layers.BatchNormalization", lambda **_: lambda x: x)
        old = build(config.shape)
    old.save(tmp_path / "old.h5", include_optimizer=False)
    new = compiled_model(config, start_from=str(tmp_path / "old.h5"))
    assert new.count_params() == old.count_params() + 4 * 32
    for layer in old.layers:
        for before, after in zip(layer.get_weights(), new.get_layer(layer.name).get_weights(), strict=True):
            np.testing.assert_array_equal(before, after)


def test_of_a_teacher_alone_nothing_is_learned_about_results(
    finished: Finished, config: TrainingConfig, games_path: Path, tmp_path: Path
) -> None:
    """Every game has the other winner in the second run, and the network is the same."""
    with GameStore.open(games_path) as games, GameStore.create(tmp_path / "turned.h5") as turned:
        turned.append([replace(game, result={"B+R": "W+R", "W+R": "B+R"}[game.result]) for game in games])
    taught = replace(config, teacher=finished.config.output, teacher_share=1.0)
    train(taught)
    other = replace(taught, games=(str(tmp_path / "turned.h5"),), output=str(tmp_path / "turned" / "network.h5"))
    train(other)
    for first, second in zip(weights_of(taught.output), weights_of(other.output), strict=True):
        np.testing.assert_allclose(first, second, atol=1e-6)


def test_a_teacher_of_other_planes_is_refused(finished: Finished, config: TrainingConfig) -> None:
    pupil = replace(config, teacher=finished.config.output, shape=replace(config.shape, planes=8))
    with pytest.raises(GoloisError, match=r"the teacher .*network\.h5 reads 6 planes of a 19x19 board, the network 8"):
        train(pupil)


def test_the_value_head_can_be_trained_alone(finished: Finished, config: TrainingConfig) -> None:
    alone = replace(config, start_from=finished.config.output, only_value=True)
    train(alone)
    before, after = (keras.models.load_model(run.output, compile=False) for run in (finished.config, alone))
    for old, new in zip(before.layers, after.layers, strict=True):
        kept = [np.array_equal(a, b) for a, b in zip(old.get_weights(), new.get_weights(), strict=True)]
        assert all(kept) != (old.name.startswith("value") and bool(kept)), old.name
    with pytest.raises(GoloisError, match="learns nothing from an untrained network: name a network to start from"):
        replace(config, only_value=True)


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_step(config: TrainingConfig) -> None:
    with pytest.raises(TrainingDiverged, match=r"the loss became (nan|inf) at step [2-4] \(position \d+"):
        train(replace(config, optimizer="sgd", learning_rate=1e30, clip=0.0, warmup=0.0))
    assert not Path(config.output).exists()


def test_after_a_divergence_the_last_good_weights_are_kept(finished: Finished, tmp_path: Path) -> None:
    more = replace(finished.copied(tmp_path), positions=192, learning_rate=1e38, clip=0.0, warmup=0.0)
    with pytest.raises(TrainingDiverged, match=r"the weights of step 6 are kept in"):
        train(more, resume=True)
    assert Path(more.output).read_bytes() == Path(finished.config.output).read_bytes()


def test_a_run_without_validation_games_trains_all_the_same(games_path: Path, config: TrainingConfig) -> None:
    with GameStore.open(games_path) as whole, GameStore.create(Path(config.output).with_name("train.h5")) as one:
        one.append([whole.game(0)])
        result = train(replace(config, positions=16), store=one)
    assert result.validation is None
    assert result.network.exists()


def test_patience_stops_a_run_that_does_not_get_better(config: TrainingConfig) -> None:
    result = train(
        replace(config, positions=16 * 60, epoch_positions=16, patience=1, learning_rate=1e-12, optimizer="sgd")
    )
    assert result.stopped_early
    assert result.positions < 16 * 60


def test_a_full_disk_leaves_the_last_checkpoint_whole(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = replace(finished.copied(tmp_path), positions=192)
    before = (more.run_folder / "checkpoint.npz").read_bytes()

    def no_room(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("nets.training.checkpoint.np.savez", no_room)
    with pytest.raises(GoloisError, match=r"No space left on device; the last checkpoint is whole"):
        train(more, resume=True)
    assert (more.run_folder / "checkpoint.npz").read_bytes() == before


def test_a_damaged_checkpoint_is_told(finished: Finished, tmp_path: Path) -> None:
    config = finished.copied(tmp_path)
    checkpoint = config.run_folder / "checkpoint.npz"
    checkpoint.write_bytes(checkpoint.read_bytes()[:1000])
    with pytest.raises(GoloisError, match=r"checkpoint\.npz is no checkpoint of this run"):
        train(config, resume=True)


def test_a_configuration_is_read_back_as_it_was_written(config: TrainingConfig) -> None:
    written = replace(config, filter=GameFilter("6d", handicap=False, komi=(5.5, 7.5)), snapshots=(0.25, 0.5))
    written.save()
    assert load_config(written.run_folder) == written


def test_what_is_no_configuration_is_told(config: TrainingConfig, tmp_path: Path) -> None:
    with pytest.raises(GoloisError, match="holds no training run to resume"):
        load_config(tmp_path)
    config.save()
    path = config.run_folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"colour": "red"}))
    with pytest.raises(GoloisError, match=r"config\.json is no configuration of a training run"):
        load_config(config.run_folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"games": ()}, "no game records"),
        ({"minutes": 3.0}, "exactly one of them"),
        ({"batch": 0}, "batch is 0"),
        ({"warmup": 1.0}, r"warmup is 1\.0"),
        ({"optimizer": "adam"}, "optimizer 'adam'"),
        ({"precision": "float8"}, "precision 'float8'"),
        ({"snapshots": (1.5,)}, r"snapshot 1\.5"),
        ({"epoch_positions": 5}, "smaller than one batch"),
    ],
)
def test_settings_that_cannot_work_are_told_before_the_run(
    config: TrainingConfig, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(GoloisError, match=message):
        replace(config, **changes)  # type: ignore[arg-type]


def test_the_learning_rate_rises_and_falls_as_a_cosine() -> None:
    rates = [learning_rate(part, highest=1.0, warmup=0.1) for part in (0, 0.05, 0.1, 0.55, 1.0)]
    assert rates == pytest.approx([0, 0.5, 1, 0.01 + 0.99 / 2, 0.01])


def test_progress_counts_steps_or_the_clock() -> None:
    assert Progress(steps=10, seconds=None, step=4).part == 0.4
    by_clock = Progress(steps=None, seconds=100.0, earlier=25.0)
    assert by_clock.part == 0.25  # the clock stands until the first step is done
    by_clock.begin()
    assert 0.25 < by_clock.part < 0.3


def test_muon_makes_a_step_of_equal_size_in_all_directions() -> None:
    """Singular values from 0.02 to 1 all come out near 1."""
    random = np.random.default_rng(1)
    left, right = (np.linalg.qr(random.normal(size=(n, 12)))[0] for n in (40, 12))
    matrix = (left * np.geomspace(0.02, 1, 12)) @ right.T
    for one in (matrix, matrix.T):
        step = np.asarray(orthogonalized(keras.ops.convert_to_tensor(one.astype(np.float32))))
        singular = np.linalg.svd(step, compute_uv=False)
        assert step.shape == one.shape
        assert singular.min() > 0.3
        assert singular.max() < 1.4


def test_muon_moves_kernels_only() -> None:
    network = build_network("mobile", blocks=1, filters=16)
    moved = {variable.path.split("/", 1)[0] for variable in network.trainable_variables if is_matrix(variable)}
    assert {"stem", "block1_widen", "block1_narrow", "block1_squeeze", "value_hidden"} <= moved
    assert not {"block1_depthwise", "policy_points", "value"} & moved
    assert not any(is_matrix(v) for v in network.trainable_variables if v.path.endswith("bias"))
