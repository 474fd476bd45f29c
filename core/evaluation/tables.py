"""The paper's tables as Markdown: 1 and 2 by protocol, 3 for its ablation, 5 for time; and α's smoothness."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence

from .methods import LearnedModel
from .smoothness import LIMIT, Smoothness
from .summary import KidValue, Value

Values = Mapping[str, Mapping[str, Value]]

BETTER = {
    "CSIM": "↑",
    "CSIM target": "↑",
    "identity distance": "↓",
    "same person": "↑",
    "SSIM": "↑",
    "PSNR": "↑",
    "PRMSE dlib": "↓",
    "AUCON dlib": "↑",
    "expression error dlib": "↓",
    "PRMSE 478": "↓",
    "AUCON 478": "↑",
    "expression error 478": "↓",
    "face found dlib": "↑",
    "face found 478": "↑",
}
"""Scores in the order of the rows, and which way is better."""

_UNITS = {"PSNR": " (dB)", "PRMSE dlib": " (°)", "PRMSE 478": " (°)"}

_COMPONENTS = {
    "landmarks": "detector and landmarks (mesh regression)",
    "fit": "fit (mesh regression)",
    "regression": "mix and mesh (mesh regression)",
    "encode": "encoder, once a source",
    "motion": "motion net, or geometric flow",
    "occlusion": "occlusion net",
    "warp": "warp",
    "decode": "decoder",
}


def scores_table(values: Values, kids: Mapping[str, KidValue]) -> list[str]:
    """Methods as columns; mean and, in brackets, the 95 % interval of the difference to the geometric flow."""
    methods = list(values)
    rows = [
        [f"{name} {arrow}{_UNITS.get(name, '')}", *(_cell(values[m].get(name), name) for m in methods)]
        for name, arrow in BETTER.items()
        if any(name in values[m] for m in methods)
    ]
    if kids:
        rows.append(["KID ↓ (± standard error)", *(_kid_cell(kids[m]) for m in methods)])
    return table(["", *methods], rows)


def ablation_table(values: Values, models: Sequence[LearnedModel]) -> list[str]:
    """Table 3: the paper's columns, and what each variant's training saw."""
    rows = []
    for model in models:
        cells = [_cell(values[model.name].get(name), name) for name in ("CSIM", "PRMSE dlib", "AUCON dlib")]
        rows.append([model.name, *cells, f"{model.steps:,} × {model.batch} = {model.pairs_seen:,}"])
    return table(["", "CSIM ↑", "PRMSE dlib ↓ (°)", "AUCON dlib ↑", "steps × batch = pairs seen"], rows)


def times_table(times: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Table 5: methods as columns, components as rows, medians in ms."""
    stages = [stage for stage in _COMPONENTS if any(found.get(stage) for found in times.values())]
    rows = [
        [_COMPONENTS[stage], *(f"{found[stage]:.1f}" if found.get(stage) else "–" for found in times.values())]
        for stage in stages
    ]
    return table(["median ms", *times], rows)


def smoothness_table(found: Mapping[str, Sequence[Smoothness]]) -> list[str]:
    """Per method: median and worst ratio of largest to mean step, and how many pairs keep within the limit."""
    rows = []
    for method, pairs in found.items():
        row = [method]
        for ratios in ([p.image for p in pairs], [p.landmarks for p in pairs if p.landmarks is not None]):
            within = f"{sum(r <= LIMIT for r in ratios)} of {len(pairs)}"
            row += [f"{statistics.median(ratios):.2f} / {max(ratios):.2f}", within] if ratios else ["–", within]
        rows.append(row)
    heads = ["largest / mean step: median, worst", f"within {LIMIT:g}"]
    return table(["", *(f"{kind}: {head}" for kind in ("image", "landmarks") for head in heads)], rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table."""
    return [_line(head), "|---" * len(head) + "|", *(_line(row) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Value | None, name: str) -> str:
    if value is None:
        return "–"
    digits = 2 if name in _UNITS else 3
    if math.isnan(value.low):
        return f"{value.mean:.{digits}f}"
    return f"{value.mean:.{digits}f} ({value.low:+.{digits}f} … {value.high:+.{digits}f})"


def _kid_cell(value: KidValue) -> str:
    text = f"{value.value:.3f} ± {value.error:.3f}"
    return text if math.isnan(value.low) else f"{text} ({value.low:+.3f} … {value.high:+.3f})"
