"""A TFLite model as a graph: operators, who makes which tensor, constants with sparsity and half precision undone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flatbuffer import Table


class Op(IntEnum):
    """Operator codes of the TFLite schema that matter here; all others are only passed through."""

    CONV_2D = 3
    DEPTHWISE_CONV_2D = 4
    DEQUANTIZE = 6
    CUSTOM = 32
    """In these files with constant weights only MediaPipe's Convolution2DTransposeBias; see :data:`WEIGHTED`."""
    PRELU = 54
    DENSIFY = 124


WEIGHTED = (Op.CONV_2D, Op.DEPTHWISE_CONV_2D, Op.CUSTOM, Op.PRELU)
_DTYPES = {0: "<f4", 1: "<f2", 2: "<i4"}
_INDEX_DTYPES = {1: "<i4", 2: "<u2", 3: "u1"}
_SPARSE = 1


@dataclass(frozen=True)
class Operator:
    """One node: its code and the numbers of its input and output tensors."""

    code: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


class Model:
    """The first subgraph of a ``.tflite`` file given as bytes.  Raises ValueError if it is not one."""

    def __init__(self, data: bytes) -> None:
        if data[4:8] != b"TFL3":
            raise ValueError("not a TFLite model (version 3)")
        root = Table.root(data)
        graph = next(root.tables(2))
        codes = [max(code.scalar(0, "b"), code.scalar(3, "i")) for code in root.tables(1)]
        self._tensors = list(graph.tables(0))
        self._buffers = list(root.tables(4))
        self.outputs = {self.name(int(i)): int(i) for i in graph.array(2, "<i4")}
        self.operators = [
            Operator(codes[op.scalar(0, "I")], tuple(op.array(1, "<i4").tolist()), tuple(op.array(2, "<i4").tolist()))
            for op in graph.tables(3)
        ]

    def name(self, tensor: int) -> str:
        return self._tensors[tensor].text(3)

    @cached_property
    def _producers(self) -> dict[int, Operator]:
        return {output: op for op in self.operators for output in op.outputs}

    def constant(self, tensor: int) -> NDArray[Any]:
        """Value of a constant tensor in its stored precision, looked up through DEQUANTIZE and DENSIFY."""
        producer = self._producers.get(tensor)
        if producer is not None:
            if producer.code not in (Op.DEQUANTIZE, Op.DENSIFY):
                raise ValueError(f"tensor {self.name(tensor)!r} is computed, not constant")
            return self.constant(producer.inputs[0])
        table = self._tensors[tensor]
        raw = self._buffers[table.scalar(2, "I")].array(0, "u1").tobytes()
        values = np.frombuffer(raw, _DTYPES[table.scalar(1, "b")])
        shape = tuple(table.array(0, "<i4").tolist())
        sparsity = table.table(6)
        return values.reshape(shape) if sparsity is None else densify(values, shape, sparsity)

    def weighted_operators(self, outputs: tuple[str, ...]) -> list[Operator]:
        """Convolutions and PReLUs needed for the named outputs, each after all that it depends on.

        The order is depth first along the inputs, output by output: the order in which a hand-written network that
        computes those outputs one after the other would meet its layers.
        """
        done: set[int] = set()
        ordered: list[Operator] = []
        stack = [(self.outputs[name], False) for name in reversed(outputs)]
        while stack:
            tensor, ready = stack.pop()
            op = self._producers.get(tensor)
            if op is None or id(op) in done:
                continue
            if ready:
                done.add(id(op))
                ordered.append(op)
            else:
                stack.append((tensor, True))
                stack.extend((i, False) for i in reversed(op.inputs))
        return [op for op in ordered if op.code in WEIGHTED and self._has_weights(op)]

    def _has_weights(self, op: Operator) -> bool:
        if op.code != Op.CUSTOM:
            return True
        try:
            return self.constant(op.inputs[1]).ndim == 4
        except (IndexError, ValueError):
            return False


def densify(values: NDArray[Any], shape: tuple[int, ...], sparsity: Table) -> NDArray[Any]:
    """Dense array of ``shape`` from the values of TFLite's sparse format; blocks are not supported."""
    if sparsity.array(0, "<i4").tolist() != list(range(len(shape))) or len(sparsity.array(1, "<i4")):
        raise ValueError("sparse tensor with permuted axes or blocks is not supported")
    at = np.zeros(1, np.int64)
    for axis, size in zip(sparsity.tables(2), shape, strict=True):
        if axis.scalar(0, "b") == _SPARSE:
            segments, columns = _indices(axis, 2), _indices(axis, 4)
            at = np.repeat(at, np.diff(segments)) * size + columns
        else:
            at = (at[:, None] * size + np.arange(size)).ravel()
    dense = np.zeros(int(np.prod(shape)), values.dtype)
    dense[at] = values[: len(at)]
    return dense.reshape(shape)


def _indices(axis: Table, field: int) -> NDArray[np.int64]:
    holder = axis.table(field + 1)
    if holder is None:
        raise ValueError("sparse axis without indices")
    return holder.array(0, _INDEX_DTYPES[axis.scalar(field, "B")]).astype(np.int64)
