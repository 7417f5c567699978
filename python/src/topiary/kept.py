"""Cuts a PyTorch module to the channels that `topiary prune` kept."""
from __future__ import annotations

import copy
import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Union

import numpy as np

from .errors import BadKept
from .network import _evaluating, _torch
from .onnx_weights import Array, read_weights

if TYPE_CHECKING:
    import torch
    from torch import nn

    Module = TypeVar("Module", bound=nn.Module)


class KeptAxis(TypedDict):
    """One axis of one initialiser, and which of its places stayed, ascending."""

    initializer: str
    axis: int
    kept: list[int]


Kept = Union[str, "os.PathLike[str]", Sequence[KeptAxis]]


File = bytes | str | os.PathLike[str]


def _beside(kept: Kept) -> Mapping[str, Array]:
    """The numbers of the pruned file that `topiary prune` wrote with this JSON, where it is still there."""
    if not isinstance(kept, (str, os.PathLike)):
        return {}
    path = os.fspath(kept).removesuffix(".kept.json") + ".onnx"
    return read_weights(path) if os.path.isfile(path) else {}


def _entries(kept: Kept) -> Sequence[KeptAxis]:
    if not isinstance(kept, (str, os.PathLike)):
        return kept
    with open(kept, encoding="utf-8") as file:
        entries: Sequence[KeptAxis] = json.load(file)
    return entries


def _by_value(numbers: Array, state: Mapping[str, torch.Tensor]) -> list[tuple[str, bool]]:
    """Parameters that hold these numbers, and whether they hold them transposed."""
    found = []
    for name, tensor in state.items():
        own = tensor.detach().cpu().numpy()
        if own.shape == numbers.shape and np.array_equal(own, numbers):
            found.append((name, False))
        elif own.ndim == 2 and own.T.shape == numbers.shape and np.array_equal(own.T, numbers):
            found.append((name, True))
    return found[:1]


def _sliced(numbers: Array, axes: Mapping[int, list[int]]) -> Array:
    for axis, where in axes.items():
        numbers = numbers.take(where, axis)
    return numbers


class _Places:
    """Which parameter an initialiser of the file is, and whether the file has it transposed.

    A linear layer of a sequence is a MatMul in the file: its weight stands transposed there, under its own name or under
    none. A square one cannot be told by its shape, so numbers decide where there are any to look at.
    """

    def __init__(self, state: Mapping[str, torch.Tensor], base: Mapping[str, Array], pruned: Mapping[str, Array]) -> None:
        self._state, self._base, self._pruned = state, base, pruned

    def of(self, initializer: str, axes: Mapping[int, list[int]]) -> tuple[str, bool]:
        fitting = [place for place in self._candidates(initializer) if self._fits(place, axes)]
        cut = self._pruned.get(initializer)
        if cut is not None and len(fitting) > 1:
            same = [place for place in fitting if np.array_equal(self._narrow(place, axes), cut)]
            fitting = same or [place for place in fitting if self._narrow(place, axes).shape == cut.shape]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise BadKept(f"{initializer}: expected one way to read it, got a square weight; hand over the file: pruned=")
        if initializer in self._state:
            shape = tuple(self._state[initializer].shape)
            said = ", ".join(f"{max(where, default=-1)} on axis {axis}" for axis, where in axes.items())
            raise BadKept(f"{initializer}: expected places below {shape}, got {said}")
        raise BadKept(
            f"{initializer}: expected the name of a parameter, got one that the module does not have. "
            "Export with topiary.export, which keeps names, or hand over the file that was pruned: onnx="
        )

    def _candidates(self, initializer: str) -> list[tuple[str, bool]]:
        if initializer in self._state:
            return [(initializer, turned) for turned in (False, True)][: self._state[initializer].ndim]
        return _by_value(self._base[initializer], self._state) if initializer in self._base else []

    def _fits(self, place: tuple[str, bool], axes: Mapping[int, list[int]]) -> bool:
        name, turned = place
        shape = tuple(self._state[name].shape)
        if turned and len(shape) != 2:
            return False
        seen = shape[::-1] if turned else shape
        return all(axis < len(seen) and where and max(where) < seen[axis] for axis, where in axes.items())

    def _narrow(self, place: tuple[str, bool], axes: Mapping[int, list[int]]) -> Array:
        numbers: Array = self._state[place[0]].detach().cpu().numpy()
        return _sliced(numbers.T if place[1] else numbers, axes)


Cuts = Mapping[str, Mapping[int, list[int]]]


def _cuts(entries: Sequence[KeptAxis], places: _Places) -> Cuts:
    """Parameter -> axis -> places that stay, all of the module."""
    asked: dict[str, dict[int, list[int]]] = {}
    for entry in entries:
        asked.setdefault(entry["initializer"], {})[entry["axis"]] = entry["kept"]
    cuts: dict[str, dict[int, list[int]]] = {}
    for initializer, axes in asked.items():
        name, turned = places.of(initializer, axes)
        own = {1 - axis if turned else axis: where for axis, where in axes.items()}
        if cuts.setdefault(name, own) != own:
            raise BadKept(f"{name}: expected one list of places, got two that differ")
    return cuts


def _groups(part: Any, cuts: Mapping[int, list[int]], before: int, outputs_axis: int) -> int:
    """Of a convolution after the cut: whole groups have left, or each has become narrower."""
    kept = cuts.get(outputs_axis)
    if kept is None or part.groups == 1:
        return int(part.groups)
    width = before // part.groups
    whole = {place // width for place in kept}
    return len(whole) if len(kept) == len(whole) * width else int(part.groups)


def _restate(torch: Any, part: Any, cuts: Mapping[int, list[int]], before: torch.Size) -> None:
    """A module states its widths beside its tensors; they follow them."""
    nn = torch.nn
    width: tuple[int, ...] = tuple(part.weight.shape) if getattr(part, "weight", None) is not None else ()
    if isinstance(part, nn.modules.conv._ConvTransposeNd):
        part.groups = _groups(part, cuts, before[0], 0)
        part.in_channels, part.out_channels = width[0], width[1] * part.groups
    elif isinstance(part, nn.modules.conv._ConvNd):
        part.groups = _groups(part, cuts, before[0], 0)
        part.in_channels, part.out_channels = width[1] * part.groups, width[0]
    elif isinstance(part, nn.modules.batchnorm._NormBase):
        part.num_features = len(part.running_mean if part.running_mean is not None else part.weight)
    elif isinstance(part, nn.Linear):
        part.out_features, part.in_features = width
    elif isinstance(part, nn.LayerNorm):
        part.normalized_shape = tuple(width)
    elif isinstance(part, nn.GroupNorm):
        part.num_channels = width[0]
    elif isinstance(part, nn.Embedding):
        part.num_embeddings, part.embedding_dim = width
    elif isinstance(part, nn.PReLU):
        part.num_parameters = width[0]
    elif isinstance(part, nn.MultiheadAttention):
        raise BadKept(f"{type(part).__name__}: its queries, keys and values were cut; it states one width for all of them")


def apply_kept(
    model: Module,
    kept: Kept,
    *,
    pruned: File | None = None,
    onnx: File | None = None,
    example: torch.Tensor | None = None,
) -> Module:
    """A narrower copy of the module: the channels that `topiary prune` kept, with their numbers.

    kept: the `.kept.json` beside the pruned file, or its entries. pruned: that file; it is looked for beside the JSON, and
    where it was trained after the cut (`--finetune`), its numbers are the copy's. onnx: the file that went in, where it
    names weights in its own way; they are then found by their numbers. example: a batch to run through the copy, so that
    widths that the module's own code states (a reshape, a padded shortcut) are found here and now.
    """
    torch = _torch()
    small = read_weights(pruned) if pruned is not None else _beside(kept)
    narrow = copy.deepcopy(model)
    state = {**dict(narrow.named_parameters(remove_duplicate=False)), **dict(narrow.named_buffers(remove_duplicate=False))}
    places = _Places(state, read_weights(onnx) if onnx is not None else {}, small)
    cuts = _cuts(_entries(kept), places)
    done: dict[int, Any] = {}
    for place, part in narrow.named_modules():
        own = {**part._parameters, **part._buffers}
        touched: Mapping[int, list[int]] = {}
        before = own["weight"].shape if own.get("weight") is not None else torch.Size()
        for name, tensor in own.items():
            full = f"{place}.{name}" if place else name
            axes = cuts.get(full, {})
            if tensor is None or not axes:
                continue
            # A tensor that two modules share stays shared.
            part.__dict__["_parameters" if name in part._parameters else "_buffers"][name] = done.setdefault(
                id(tensor), _cut(torch, tensor, axes)
            )
            touched = axes if name == "weight" else touched or axes
        if touched:
            _restate(torch, part, touched, before)
    _take(torch, narrow, small)
    if example is not None:
        with torch.no_grad(), _evaluating(narrow):
            try:
                narrow(example)
            except RuntimeError as error:
                raise BadKept(f"the narrow module does not run, since its own code states a width: {error}") from error
    return narrow


def _take(torch: Any, narrow: nn.Module, small: Mapping[str, Array]) -> None:
    """The file's numbers, where it was trained after the cut; a transposed weight is told by its numbers."""
    for name, tensor in narrow.state_dict().items():
        numbers = small.get(name)
        if numbers is None or numbers.dtype.kind != "f":
            continue
        own = tensor.detach().cpu().numpy()
        if numbers.shape != own.shape or (own.ndim == 2 and np.array_equal(own.T, numbers)):
            numbers = numbers.T
        if numbers.shape == own.shape:
            tensor.copy_(torch.from_numpy(np.array(numbers)))


def _cut(torch: Any, tensor: Any, axes: Mapping[int, list[int]]) -> Any:
    numbers = tensor.detach()
    for axis, where in axes.items():
        numbers = numbers.index_select(axis, torch.tensor(where, device=numbers.device))
    if isinstance(tensor, torch.nn.Parameter):
        return torch.nn.Parameter(numbers.clone(), requires_grad=tensor.requires_grad)
    return numbers.clone()
