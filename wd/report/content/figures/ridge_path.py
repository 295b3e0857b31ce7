"""The path of the optimum in many dimensions: norm, losses and degrees of freedom over λ."""

from __future__ import annotations

import numpy as np

from wd.report.content.figures.reference_lines import describe_lines, draw_lines, find_lines
from wd.report.content.looks import LOSSES
from wd.report.read.curves import band, name_curves, set_decay_axis
from wd.report.read.figures import Drawing, figure
from wd.report.read.labels import Labels
from wd.report.read.numbers import write, write_exactly
from wd.report.read.readings import Readings, spread
from wd.report.read.series import line_up_decays, stack
from wd.report.read.style import Style


@figure("ridge_path")
def ridge_path(readings: Readings, labels: Labels, style: Style) -> Drawing:
    """Draw what becomes of the exact optimum over λ, a panel for each of three quantities."""
    cells = line_up_decays(readings, "reference", implementation="ridge")
    decays = np.array([cell.setting.weight_decay for cell in cells])
    drawn = style.figure(165, rows=3)
    norm, loss, freedom = list(drawn.axes)
    rows = []
    numbers = {
        "least": write_exactly(float(decays[0])),
        "most": write_exactly(float(decays[-1])),
        "seeds": f"{len(cells[0].seeds):,}",
    }
    panels = {"w_norm": norm, "train_loss": loss, "test_loss": loss, "effective_dof": freedom}
    for axes in drawn.axes:
        set_decay_axis(axes, decays, labels("axis", "weight_decay"))
    for name, axes in panels.items():
        spreads = [spread(values) for values in stack(cells, name)]
        dashes = LOSSES.get(name, "solid")
        band(axes, decays, spreads, style, "exact", labels("ridge_path", name), dashes)
        rows += [(name, each, *triple) for each, triple in zip(decays, spreads, strict=True)]
        numbers |= {f"{name}_first": write(spreads[0][0]), f"{name}_last": write(spreads[-1][0])}
    lines = find_lines(readings, cells[0].setting)
    draw_lines(loss, lines, style, labels)
    numbers["lines"] = describe_lines(lines, labels)
    for axes, name in ((norm, "w_norm"), (loss, "loss"), (freedom, "effective_dof")):
        axes.set_ylabel(labels("axis", name))
        axes.set_ylim(bottom=0)
    name_curves(loss, style)
    header = ("quantity", "weight_decay", "median", "percentile_5", "percentile_95")
    return Drawing(drawn, header, rows, numbers)
