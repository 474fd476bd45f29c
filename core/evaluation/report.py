"""Puts a run's tables together as Markdown, and its scores as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .methods import GEOMETRIC, LearnedModel
from .protocols import PROTOCOLS, Protocol
from .run_pair import Outcome
from .smoothness import STEPS, Smoothness
from .summary import KidValue, Value
from .tables import ablation_table, scores_table, smoothness_table, times_table

TITLES = {
    "self": "Table 1, same person: two frames of one clip in one crop, placement driving, α = 1",
    "pseudo": "Table 1b, same person: a real photo from a pseudo-source made of it, placement driving, α = 1",
    "cross": "Table 2, different people: placement source, α = 1",
}

NOTES = f"""\
Means; in brackets the 95 % interval of the mean paired difference to `{GEOMETRIC}` (bootstrap over source people, in
Table 1 over source frames: pairs that share one are not independent; people outside the split are not covered).

- **dlib**: 68 landmarks and face embedding by dlib, which neither drive nor train anything here. **478**: the landmark
  net that also drives. Pose: weak perspective (dlib) or Procrustes (478) of the rigid landmarks to the mean face.
  PRMSE: root mean square of the yaw, pitch and roll differences to the driver. Expression error and AUCON: eight
  action quantities of the frontalised landmarks, compared with the driver's.
- **CSIM**: cosine of dlib's 128-d embeddings of output and source ("target": of output and driver). They lie close
  together (two people have about 0.83), so do not compare with other networks' CSIM. **Identity distance**: Euclidean,
  to the source; **same person**: share of distances below 0.6.
- **KID**: unbiased, polynomial kernel, of EfficientNet-Lite2's pooled features, z-scored by all real pictures of the
  split; the real set is what the protocol draws from. Pairs of one source person (Table 1: frame) are left out, and the
  error is the jackknife's over these. No loss uses this network, but its smaller sibling Lite0 (other weights, strides
  2 to 16) is the perceptual loss.
- Scores of a face are means over the outputs where one was found; **face found** says how many those are.\
"""


@dataclass(frozen=True)
class Run:
    """Everything a run found.

    ``outcomes``  protocol → pairs;  ``real`` how many real pictures KID compares with;  ``times`` method → stage → ms.
    """

    facts: Mapping[str, Any]
    outcomes: Mapping[Protocol, Sequence[Outcome]]
    scores: Mapping[Protocol, Mapping[str, Mapping[str, Value]]]
    kids: Mapping[Protocol, Mapping[str, KidValue]]
    real: Mapping[Protocol, int]
    times: Mapping[str, Mapping[str, float]]
    smoothness: Mapping[str, Sequence[Smoothness]]
    models: Sequence[LearnedModel]
    missing: Sequence[str]


def markdown(run: Run) -> str:
    """The whole report."""
    facts = " · ".join(f"{name} {value}" for name, value in run.facts.items() if name != "machine")
    text = [f"# Evaluation\n\n{facts}\n", NOTES, *(f"\n**{sentence}**" for sentence in run.missing)]
    for protocol in PROTOCOLS:
        outcomes = run.outcomes[protocol]
        if outcomes:
            sources, units = (len({getattr(o, name) for o in outcomes}) for name in ("source", "unit"))
            kind = "frames" if protocol == "self" else "people"
            counts = f"{len(outcomes)} pairs of {sources} sources, {units} {kind}; {run.real[protocol]} real pictures"
            text += [f"\n## {TITLES[protocol]}\n\n{counts}\n"]
            text += scores_table(run.scores[protocol], run.kids[protocol])
        else:
            text += [f"\n## {TITLES[protocol]}\n\nThe split has no faces for this protocol."]
    variants = [model for model in run.models if model.network.kind == "paper"]
    if variants and run.outcomes["cross"]:
        text += [
            "\n## Table 3, the paper's variants: different people\n",
            *ablation_table(run.scores["cross"], variants),
        ]
        if len({model.pairs_seen for model in variants}) > 1:
            text += ["\nThe budgets differ: this is no fair comparison of the variants."]
    text += [f"\n## Table 5, time per component\n\n{run.facts['machine']}\n", *times_table(run.times)]
    if run.smoothness:
        pairs = len(next(iter(run.smoothness.values())))
        text += [f"\n## α from 0 to 1 in {STEPS} steps, {pairs} pairs of different people\n"]
        text += smoothness_table(run.smoothness)
    return "\n".join(text) + "\n"


def json_lines(run: Run) -> str:
    """One line for every pair, method and protocol, then one for every path of α."""
    lines: list[dict[str, Any]] = [
        {"protocol": o.protocol, "method": method, "pair": o.number, "source": o.source, "driving": o.driving, **scores}
        for outcomes in run.outcomes.values()
        for o in outcomes
        for method, scores in o.scores.items()
    ]
    lines += [
        {"protocol": "alpha", "method": method, "pair": k, **asdict(each)}
        for method, pairs in run.smoothness.items()
        for k, each in enumerate(pairs)
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


def summary_json(run: Run) -> str:
    """Means, intervals, KID and times, for whoever goes on with the numbers; NaN as null."""
    content = {
        "facts": dict(run.facts),
        "scores": {p: {m: {n: asdict(v) for n, v in s.items()} for m, s in run.scores[p].items()} for p in run.scores},
        "kid": {p: {m: asdict(v) for m, v in run.kids[p].items()} for p in run.kids},
        "times_ms": {m: dict(v) for m, v in run.times.items()},
    }
    return json.dumps(_finite(content), indent=1) + "\n"


def model_scores(run: Run, name: str) -> str:
    """Means of one model by protocol, as ``python -m core.training.export --scores`` takes them."""
    found: dict[str, dict[str, float | int | str]] = {}
    for protocol, outcomes in run.outcomes.items():
        if outcomes:
            found[protocol] = {"pairs": len(outcomes)}
            found[protocol] |= {score: round(value.mean, 4) for score, value in run.scores[protocol][name].items()}
            if name in run.kids[protocol]:
                found[protocol]["KID"] = round(run.kids[protocol][name].value, 4)
    return json.dumps(found, indent=1) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return None if isinstance(value, float) and value != value else value
