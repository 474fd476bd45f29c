"""The converter, on TFLite files written here by hand: no wheel is needed."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import nn

from core.regression.blazeface import FullRangeNet, ShortRangeNet
from core.regression.convert.assemble import state_dict
from core.regression.convert.flatbuffer import Table
from core.regression.convert.tflite import Model, Op, densify
from core.regression.landmark_net import LandmarkNet
from core.weights import load_weights, read_manifest, save_weights

FLOAT32, FLOAT16 = 0, 1


def flatbuffer(fields: dict[int, Any]) -> bytes:
    """A file whose root table has ``fields``: int, str, array, dict (table) or list of dicts (vector of tables)."""
    out = bytearray(b"\0\0\0\0TFL3")
    struct.pack_into("<I", out, 0, write(out, fields))
    return bytes(out)


def write(out: bytearray, value: Any) -> int:
    """Append a table, vector or string; gives its position."""
    out += bytes(-len(out) % 4)
    if isinstance(value, dict):
        return write_table(out, value)
    at = len(out)
    if isinstance(value, list):
        out += struct.pack("<I", len(value)) + bytes(4 * len(value))
        for i, item in enumerate(value):
            slot = at + 4 + 4 * i
            struct.pack_into("<I", out, slot, write(out, item) - slot)
        return at
    data = value.encode() if isinstance(value, str) else np.ascontiguousarray(value).tobytes()
    out += struct.pack("<I", len(value)) + data
    return at


def write_table(out: bytearray, fields: dict[int, Any]) -> int:
    size = 4 + 2 * (max(fields, default=-1) + 1)
    vtable = len(out)
    out += struct.pack("<HH", size, 4 + 4 * len(fields)) + bytes(size - 4)
    out += bytes(-len(out) % 4)
    at = len(out)
    out += struct.pack("<i", at - vtable)
    slots = {}
    for number, value in fields.items():
        struct.pack_into("<H", out, vtable + 4 + 2 * number, len(out) - at)
        slots[number] = len(out)
        out += struct.pack("<i", value) if isinstance(value, int) else bytes(4)
    for number, value in fields.items():
        if not isinstance(value, int):
            struct.pack_into("<I", out, slots[number], write(out, value) - slots[number])
    return at


class Graph:
    """A TFLite model under construction."""

    def __init__(self) -> None:
        self.tensors: list[dict[int, Any]] = []
        self.buffers: list[dict[int, Any]] = [{}]
        self.codes: list[int] = []
        self.operators: list[dict[int, Any]] = []

    def tensor(self, name: str, shape: tuple[int, ...], data: NDArray[Any] | None = None, sparsity: Any = None) -> int:
        fields: dict[int, Any] = {0: np.array(shape, "<i4"), 1: FLOAT32, 2: 0, 3: name}
        if data is not None:
            fields |= {1: FLOAT16 if data.dtype == np.float16 else FLOAT32, 2: len(self.buffers)}
            self.buffers.append({0: np.frombuffer(data.tobytes(), "u1")})
        self.tensors.append(fields if sparsity is None else fields | {6: sparsity})
        return len(self.tensors) - 1

    def apply(self, code: int, inputs: list[int], name: str, shape: tuple[int, ...] = ()) -> int:
        output = self.tensor(name, shape)
        self.codes.append(code)
        fields = {0: len(self.codes) - 1, 1: np.array(inputs, "<i4"), 2: np.array([output], "<i4")}
        self.operators.append(fields)
        return output

    def half(self, name: str, values: NDArray[Any]) -> int:
        """A constant stored in half precision behind DEQUANTIZE."""
        stored = self.tensor(name, values.shape, values.astype(np.float16))
        return self.apply(Op.DEQUANTIZE, [stored], name + "_dequantized", values.shape)

    def model(self, *outputs: int) -> bytes:
        graph = {0: self.tensors, 1: np.zeros(0, "<i4"), 2: np.array(outputs, "<i4"), 3: self.operators}
        codes = [{0: min(code, 127), 3: code} for code in self.codes]
        return flatbuffer({0: 3, 1: codes, 2: [graph], 4: self.buffers})


def tiny() -> tuple[bytes, dict[str, NDArray[np.float32]]]:
    """Pointwise, depthwise, PReLU; and a second output from the pointwise one alone.  The weights as torch has them."""
    rng = np.random.default_rng(3)
    point, depth = rng.normal(size=(3, 1, 1, 2)), rng.normal(size=(1, 3, 3, 3))
    biases = rng.normal(size=(3, 3))
    g = Graph()
    image = g.tensor("image", (1, 4, 4, 2))
    slope = g.half("slope", biases[2].reshape(1, 1, 3))
    first = g.apply(Op.CONV_2D, [image, g.half("w1", point), g.half("b1", biases[0])], "first")
    side = g.apply(Op.PRELU, [first, g.half("side_slope", biases[1])], "side")
    second = g.apply(Op.DEPTHWISE_CONV_2D, [first, g.half("w2", depth), g.half("b2", biases[1])], "second")
    last = g.apply(Op.PRELU, [second, slope], "last")
    expected = {
        "0.weight": point.transpose(0, 3, 1, 2),
        "0.bias": biases[0],
        "1.weight": depth.transpose(3, 0, 1, 2),
        "1.bias": biases[1],
        "2.weight": biases[2],
        "3.weight": biases[1],
    }
    return g.model(side, last), {k: v.astype(np.float16).astype(np.float32) for k, v in expected.items()}


def tiny_net() -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(2, 3, 1), nn.Conv2d(3, 3, 3, groups=3), nn.PReLU(3), nn.PReLU(3))


def test_weights_go_to_the_layers_in_the_order_of_the_data() -> None:
    data, expected = tiny()
    tensors = state_dict(Model(data), ("last", "side"), tiny_net())
    assert set(tensors) == set(expected)
    for name, value in expected.items():
        assert tensors[name].dtype == torch.float16
        np.testing.assert_array_equal(tensors[name].float().numpy(), value, err_msg=name)


def test_converting_again_gives_the_same_bytes(tmp_path: Path) -> None:
    files = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        tensors = state_dict(Model(tiny()[0]), ("last", "side"), tiny_net())
        files.append(save_weights("tiny", tensors, {"licence": "none"}, folder).read_bytes())
    assert files[0] == files[1]


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (nn.Sequential(nn.Conv2d(2, 3, 1)), "4 layers"),
        (nn.Sequential(nn.Conv2d(2, 5, 1), nn.Conv2d(3, 3, 3, groups=3), nn.PReLU(3), nn.PReLU(3)), "0.weight is"),
        (nn.Sequential(nn.Conv2d(2, 3, 1), nn.Conv2d(3, 3, 3), nn.PReLU(3), nn.PReLU(3)), "CONV_2D was expected"),
    ],
)
def test_a_network_of_another_shape_is_refused(net: nn.Sequential, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        state_dict(Model(tiny()[0]), ("last", "side"), net)


def test_a_file_that_is_no_model_is_refused() -> None:
    with pytest.raises(ValueError, match="not a TFLite model"):
        Model(b"PK\3\4" + bytes(64))


def test_absent_fields_have_their_defaults() -> None:
    root = Table.root(flatbuffer({1: 7}))
    assert (root.scalar(0, "i", 5), root.scalar(1, "i"), root.scalar(9, "i")) == (5, 7, 0)
    assert (
        root.table(2) is None and list(root.tables(3)) == [] and root.text(4) == "" and len(root.array(5, "<i4")) == 0
    )


def compressed(dense: NDArray[np.float16], kind: int) -> tuple[NDArray[np.float16], dict[int, Any]]:
    """TFLite's sparse form with the last axis compressed, by loops; ``kind`` 1, 2, 3: int32, uint16, uint8."""
    segments, columns, values = [0], [], []
    for row in dense.reshape(-1, dense.shape[-1]):
        for column, value in enumerate(row):
            if value:
                columns.append(column)
                values.append(value)
        segments.append(len(columns))
    dtype = {1: "<i4", 2: "<u2", 3: "u1"}[kind]
    axes: list[dict[int, Any]] = [{0: 0, 1: n} for n in dense.shape[:-1]]
    axes.append({0: 1, 2: kind, 3: {0: np.array(segments, dtype)}, 4: kind, 5: {0: np.array(columns, dtype)}})
    return np.array(values, np.float16), {0: np.arange(dense.ndim, dtype="<i4"), 2: axes}


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 4), min_size=1, max_size=4), st.sampled_from([1, 2, 3]))
def test_sparse_tensors_come_back_dense(seed: int, shape: list[int], kind: int) -> None:
    rng = np.random.default_rng(seed)
    dense = (rng.normal(size=shape) * (rng.random(shape) < 0.4)).astype(np.float16)
    values, sparsity = compressed(dense, kind)
    got = densify(values, tuple(shape), Table.root(flatbuffer(sparsity)))
    np.testing.assert_array_equal(got, dense)


def test_a_sparse_weight_is_found_behind_its_operators() -> None:
    dense = np.diag([1.0, 0.0, -2.0]).astype(np.float16).reshape(3, 1, 1, 3)
    values, sparsity = compressed(dense, 3)
    g = Graph()
    densified = g.apply(Op.DENSIFY, [g.tensor("sparse", dense.shape, values, sparsity)], "dense", dense.shape)
    weight = g.apply(Op.DEQUANTIZE, [densified], "w", dense.shape)
    last = g.apply(Op.CONV_2D, [g.tensor("image", (1, 2, 2, 3)), weight, g.half("b", np.zeros(3))], "last")
    tensors = state_dict(Model(g.model(last)), ("last",), nn.Sequential(nn.Conv2d(3, 3, 1)))
    np.testing.assert_array_equal(tensors["0.weight"].numpy(), dense.transpose(0, 3, 1, 2))


def test_blocks_and_permuted_axes_are_refused() -> None:
    with pytest.raises(ValueError, match="permuted"):
        densify(np.zeros(1), (1, 1), Table.root(flatbuffer({0: np.array([1, 0], "<i4"), 2: [{1: 1}, {1: 1}]})))


@pytest.mark.parametrize(
    ("name", "net"),
    [("face_detector_short", ShortRangeNet), ("face_detector_full", FullRangeNet), ("face_landmarks", LandmarkNet)],
)
def test_committed_weights_fit_and_say_where_they_are_from(name: str, net: type[nn.Module]) -> None:
    tensors = load_weights(name)
    net().load_state_dict(tensors, strict=True)
    assert all(t.dtype == torch.float16 and bool(t.isfinite().all()) for t in tensors.values())
    entry = read_manifest()[name]
    assert entry["licence"] == "Apache-2.0" and "mediapipe-0.10.21" in entry["source"]
    assert entry["architecture"] == f"{net.__module__}.{net.__name__}"
