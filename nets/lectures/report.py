"""What a lecture shows: text and tables on the terminal, results kept by name, curves and pictures as PNG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

from golois.files import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Curve = Sequence[float] | np.ndarray


class Report:
    """Collects what a lecture found and shows it at once.

    Attributes:
        results: every result so far, by name; this is what the tests look at.
        lecture: the lecture's own figure for those results that have one.
        plots: folder for the PNG files, or None to draw nothing.
    """

    def __init__(self, plots: Path | None = None, console: Console | None = None) -> None:
        self.plots = plots
        self.console = console or Console(highlight=False)
        self.results: dict[str, float] = {}
        self.lecture: dict[str, float] = {}
        self._digits: dict[str, int] = {}

    def say(self, text: str) -> None:
        """Print a sentence or a few."""
        self.console.print(text, markup=False)

    def result(self, name: str, value: Any, lecture: float | None = None, digits: int = 4) -> None:
        """Keep one number under its name, with the lecture's own figure where it gives one."""
        self.results[name] = float(value)
        self._digits[name] = digits
        if lecture is not None:
            self.lecture[name] = lecture

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Print a table; floats are shown with four significant digits."""
        table = Table(title=title, title_justify="left")
        for column in columns:
            table.add_column(column)
        for row in rows:
            table.add_row(*(f"{cell:.4g}" if isinstance(cell, float) else str(cell) for cell in row))
        self.console.print(table)

    def summary(self) -> None:
        """Print all results, the lecture's figures beside them."""
        if not self.results:
            return
        rows = []
        for name, value in self.results.items():
            theirs = self.lecture.get(name)
            rows.append([name, f"{value:.{self._digits[name]}g}", "" if theirs is None else f"{theirs:.9g}"])
        if self.lecture:
            self.table("Results", ["", "here", "lecture"], rows)
        else:
            self.table("Results", ["", "here"], [row[:2] for row in rows])

    def curves(
        self,
        name: str,
        curves: Mapping[str, Curve],
        *,
        x: Curve | None = None,
        x_label: str = "epoch",
        y_label: str = "loss",
        log: bool = False,
    ) -> None:
        """Draw curves into NAME.png.

        Args:
            name: of the file.
            curves: legend -> y values.
            x: x values of every curve; None means 1, 2, 3 ... (epochs).
            x_label: under the x axis.
            y_label: beside the y axis.
            log: a logarithmic y axis.
        """

        def draw(axes: Axes) -> None:
            for legend, values in curves.items():
                axes.plot(np.arange(1, len(values) + 1) if x is None else x, values, label=legend)
            axes.set(xlabel=x_label, ylabel=y_label, title=name, yscale="log" if log else "linear")
            axes.grid(alpha=0.3)
            axes.legend()

        self._figure(name, [draw])

    def pictures(self, name: str, pictures: Mapping[str, np.ndarray], columns: int = 6) -> None:
        """Draw pictures (H, W) or (H, W, 3) side by side into NAME.png, each under its title."""

        def painter(title: str, picture: np.ndarray) -> Any:
            def draw(axes: Axes) -> None:
                axes.imshow(np.squeeze(picture), cmap="gray")
                axes.set_title(title, fontsize=8)
                axes.axis("off")

            return draw

        self._figure(name, [painter(title, picture) for title, picture in pictures.items()], columns, cell=1.6)

    def draw(self, name: str, *draws: Any) -> None:
        """Draw panels into NAME.png, each by a function that gets Matplotlib axes."""
        self._figure(name, list(draws))

    def _figure(self, name: str, draws: Sequence[Any], columns: int = 3, cell: float = 5.0) -> None:
        if self.plots is None:
            return
        # Figure without pyplot: no window system is asked for and no global state is left behind
        from matplotlib.figure import Figure

        columns = min(columns, len(draws))
        rows = -(-len(draws) // columns)
        figure = Figure(figsize=(cell * columns, cell * 0.8 * rows if cell > 2 else cell * 1.15 * rows))
        figure.set_layout_engine("constrained")
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes, draw in zip(panels, draws, strict=False):
            draw(axes)
        for axes in panels[len(draws) :]:
            axes.axis("off")
        path = self.plots / f"{name}.png"
        write_whole(path, lambda temporary: figure.savefig(temporary, dpi=110))
        self.say(f"drawn: {path}")
