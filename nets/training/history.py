"""The epochs of a run as a table and as curves."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from golois.files import write_whole
from nets.evaluation import Evaluation
from nets.training.progress import Report

Row = dict[str, float]


def row_of(report: Report, seconds: float) -> Row:
    """Return the row of one epoch."""
    row: Row = {
        "epoch": report.epoch,
        "step": report.step,
        "positions": report.positions,
        "seconds": round(seconds, 1),
        "learning_rate": report.learning_rate,
        "loss": report.loss,
        "policy_loss": report.policy_loss,
        "policy_accuracy": report.policy_accuracy,
        "value_mse": report.value_mse,
        "positions_per_second": round(report.speed, 1),
    }
    measured: Evaluation | None = report.validation
    if measured is not None:
        row |= {
            "validation_top1": measured.top1,
            "validation_top5": measured.top5,
            "validation_policy_loss": measured.policy_loss,
            "validation_value_mse": measured.value_mse,
            "validation_constant_mse": measured.constant_mse,
        }
    return row


def write_history(rows: Sequence[Row], folder: Path) -> None:
    """Write history.csv and curves.png into the run's folder."""
    if not rows:
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    table = csv.DictWriter(text, names, lineterminator="\n")
    table.writeheader()
    table.writerows(
        {name: f"{value:.6g}" if isinstance(value, float) else value for name, value in row.items()} for row in rows
    )
    write_whole(folder / "history.csv", text.getvalue())
    write_whole(folder / "curves.png", lambda path: _draw(rows, path))


def _draw(rows: Sequence[Row], path: Path) -> None:
    from matplotlib.figure import Figure  # without pyplot: no window, no global state

    figure = Figure(figsize=(10, 7.5))
    panels = figure.subplots(
        2, 2, gridspec_kw={"hspace": 0.35, "left": 0.07, "right": 0.97, "top": 0.95, "bottom": 0.07}
    )
    _panel(panels[0][0], rows, "policy cross-entropy", ("policy_loss", "validation_policy_loss"))
    _panel(panels[0][1], rows, "policy accuracy", ("policy_accuracy", "validation_top1", "validation_top5"))
    _panel(panels[1][0], rows, "value mse", ("value_mse", "validation_value_mse", "validation_constant_mse"))
    _panel(panels[1][1], rows, "learning rate", ("learning_rate",))
    figure.savefig(path, dpi=100)


def _panel(axes: object, rows: Sequence[Row], title: str, names: tuple[str, ...]) -> None:
    for name in names:
        points = [(row["positions"], row[name]) for row in rows if name in row]
        if points:
            axes.plot(*zip(*points, strict=True), marker=".", label=name.replace("_", " "))  # type: ignore[attr-defined]
    axes.set_title(title)  # type: ignore[attr-defined]
    axes.set_xlabel("positions")  # type: ignore[attr-defined]
    axes.grid(alpha=0.3)  # type: ignore[attr-defined]
    axes.legend()  # type: ignore[attr-defined]
