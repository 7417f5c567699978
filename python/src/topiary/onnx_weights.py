"""The stored numbers of an ONNX file, with nothing but numpy (protobuf's wire format, onnx.proto3)."""
from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .errors import TopiaryError

Array = NDArray[np.generic]

# Fields of onnx.proto3: ModelProto.graph, GraphProto.initializer, and those of TensorProto.
GRAPH, INITIALIZER = 7, 5
DIMS, DATA_TYPE, FLOAT_DATA, INT64_DATA, NAME, RAW_DATA, EXTERNAL, LOCATION = 1, 2, 4, 7, 8, 9, 13, 14
# TensorProto.DataType -> numpy; other kinds hold no weights that this package needs.
DTYPES: dict[int, str] = {1: "<f4", 6: "<i4", 7: "<i8", 10: "<f2", 11: "<f8"}

Value = int | memoryview


def _varint(buffer: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = buffer[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7


def _fields(buffer: memoryview) -> Iterator[tuple[int, Value]]:
    """(field number, value) in the order of the file: an int of a varint, else the bytes."""
    at = 0
    while at < len(buffer):
        key, at = _varint(buffer, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(buffer, at)
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = _varint(buffer, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise TopiaryError(f"byte {at}: expected protobuf, got wire type {kind}")
        if at + size > len(buffer):
            raise TopiaryError(f"byte {at}: expected {size} bytes, got {len(buffer) - at}: the file is cut short")
        yield key >> 3, buffer[at : at + size]
        at += size


def _integers(value: Value) -> list[int]:
    """A repeated integer field: one number, or many packed into bytes."""
    if isinstance(value, int):
        return [value]
    found, at = [], 0
    while at < len(value):
        number, at = _varint(value, at)
        found.append(number)
    return found


def _tensor(buffer: memoryview) -> tuple[str, Array | None]:
    name, kind, dims = "", 0, []
    raw, floats, integers = b"", b"", []
    for field, value in _fields(buffer):
        if field == DIMS:
            dims += _integers(value)
        elif field == DATA_TYPE and isinstance(value, int):
            kind = value
        elif field == INT64_DATA:
            integers += _integers(value)
        elif isinstance(value, memoryview):
            if field == NAME:
                name = bytes(value).decode()
            elif field == RAW_DATA:
                raw = bytes(value)
            elif field == FLOAT_DATA:
                floats += bytes(value)
            elif field == EXTERNAL:
                raise TopiaryError(f"tensor {name or '?'}: its numbers lie in another file; save the network as one file")
    if kind not in DTYPES:
        return name, None
    data: Array
    if integers:
        data = np.array(integers, dtype=np.uint64).astype("<i8")
    else:
        data = np.frombuffer(raw or floats, dtype=DTYPES[kind])
    return name, data.reshape(dims)


def read_weights(file: bytes | str | os.PathLike[str]) -> dict[str, Array]:
    """Every initialiser of an ONNX file, by name, in the file's order and the file's shape.

    A PyTorch module of the same names takes them with `load_state_dict`.
    """
    if isinstance(file, bytes):
        data = file
    else:
        with open(file, "rb") as opened:
            data = opened.read()
    weights: dict[str, Array] = {}
    for field, graph in _fields(memoryview(data)):
        if field != GRAPH or not isinstance(graph, memoryview):
            continue
        for part, tensor in _fields(graph):
            if part == INITIALIZER and isinstance(tensor, memoryview):
                name, numbers = _tensor(tensor)
                if numbers is not None:
                    weights[name] = numbers
    if not weights:
        raise TopiaryError("expected an ONNX file with initialisers, got none")
    return weights
