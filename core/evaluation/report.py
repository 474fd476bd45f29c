"""The report as Markdown."""

from __future__ import annotations

from typing import Any

TITLES = {
    "self": "Same person: two frames of one clip, whole crop, placement driving, α = 1",
    "cross": "Different people: placement source, α = 1",
}


def markdown(report: dict[str, Any]) -> str:
    """Tables of means (median in brackets), one per protocol."""
    text = [
        f"Split `{report['split']}`, {report['pairs']} pairs per protocol, seed {report['seed']}.",
        "Pose and expression are scored with the landmark net that also drives.",
    ]
    for name, title in TITLES.items():
        methods = report[name]
        scores = [score for score in next(iter(methods.values())) if score != "pairs"]
        text += ["", f"### {title}", "", f"| | {' | '.join(scores)} |", "|---" * (len(scores) + 1) + "|"]
        for method, values in methods.items():
            cells = [f"{values[s]['mean']:.3f} ({values[s]['median']:.3f})" if s in values else "–" for s in scores]
            text.append(f"| {method} | {' | '.join(cells)} |")
    return "\n".join(text) + "\n"
