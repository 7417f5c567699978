"""Writes the files that the tests of weights read, with PyTorch: narrow members of published families, as people save them.

Beside each file stand PyTorch's own logits for two pictures (`outputs.json`), and of some full networks the names and sizes of
their tensors (`names.json`). Needs torch, torchvision, timm and safetensors.
Command: python3 tests/packages/zoo/weights/write.py
"""
import json
import os

import timm
import torch
from safetensors.torch import save_file
from timm.models.convnext import ConvNeXt as TimmConvNeXt
from timm.models.deit import VisionTransformerDistilled
from timm.models.vision_transformer import VisionTransformer as TimmVit
from torch import nn
from torch.nn.functional import pad, relu
from torchvision import models
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.mobilenetv2 import Conv2dNormActivation, InvertedResidual
from torchvision.models.resnet import BasicBlock, Bottleneck, conv1x1
from torchvision.models.vision_transformer import VisionTransformer

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "written")
CLASSES = 10


class Resnet(nn.Module):
    """torchvision's blocks, narrow; `small`: for 32x32 pictures."""

    def __init__(self, block, depths, width, small=False):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3 if small else 7, 1 if small else 2, 1 if small else 3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.pool = nn.Identity() if small else nn.MaxPool2d(3, 2, 1)
        inplanes, self.stages = width, len(depths)
        for stage, depth in enumerate(depths):
            planes, blocks = width * 2**stage, []
            for i in range(depth):
                stride = 2 if stage > 0 and i == 0 else 1
                down = None
                if stride != 1 or inplanes != planes * block.expansion:
                    down = nn.Sequential(
                        conv1x1(inplanes, planes * block.expansion, stride), nn.BatchNorm2d(planes * block.expansion)
                    )
                blocks.append(block(inplanes, planes, stride, down))
                inplanes = planes * block.expansion
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inplanes, CLASSES)

    def forward(self, x):
        x = self.pool(relu(self.bn1(self.conv1(x))))
        for stage in range(self.stages):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.fc(x.mean((2, 3)))


class Padded(nn.Module):
    """A basic block whose shortcut has no parameters: every second pixel, zeros for the new channels."""

    def __init__(self, inplanes, planes, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.stride, self.side = stride, (planes - inplanes) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        return relu(y + pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.side, self.side)))


class CifarResnet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.layer1 = nn.Sequential(Padded(8, 8, 1))
        self.layer2 = nn.Sequential(Padded(8, 16, 2))
        self.linear = nn.Linear(16, CLASSES)

    def forward(self, x):
        x = self.layer2(self.layer1(relu(self.bn1(self.conv1(x)))))
        return self.linear(x.mean((2, 3)))


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        layers, before = [], 3
        for stage in [[8], [8, 8], [16], [16], [16]]:
            for width in stage:
                layers += [nn.Conv2d(before, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
                before = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(16, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, CLASSES)
        )

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Mobilenet(nn.Module):
    def __init__(self):
        super().__init__()
        six = {"norm_layer": nn.BatchNorm2d, "activation_layer": nn.ReLU6}
        self.features = nn.Sequential(
            Conv2dNormActivation(3, 8, stride=2, **six),
            InvertedResidual(8, 8, 1, 1),
            InvertedResidual(8, 8, 1, 3),
            InvertedResidual(8, 12, 2, 3),
            Conv2dNormActivation(12, 24, kernel_size=1, **six),
        )
        self.classifier = nn.Sequential(nn.Dropout(), nn.Linear(24, CLASSES))

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


VIT = {"img_size": 32, "patch_size": 8, "embed_dim": 24, "depth": 2, "num_heads": 3, "num_classes": CLASSES}


def draw(model):
    """Nothing stays neutral: no scale of 1, no shift of 0, no statistic of a fresh network."""
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if not tensor.is_floating_point():
                continue
            if "running_var" in name or (tensor.dim() == 1 and name.endswith("weight")) or "layer_scale" in name:
                tensor.uniform_(0.5, 1.5)
            elif tensor.dim() == 1:
                tensor.normal_(0, 0.1)
            elif any(part in name for part in ("embed", "token", "position")) or not tensor.any():
                tensor.normal_(0, 0.1)
    return model.eval()


def pictures():
    i = torch.arange(2 * 3 * 32 * 32, dtype=torch.int64)
    return ((i * 7919 % 251).float() / 125 - 1).reshape(2, 3, 32, 32)


def rounded(model, dtype):
    """The weights as a file of another precision gives them back."""
    state = {k: v.to(dtype) if v.is_floating_point() else v for k, v in model.state_dict().items()}
    model.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in state.items()})
    return state


def one_storage(state):
    """Views of one long storage, every matrix transposed in it."""
    flat = torch.empty(sum(v.numel() for v in state.values() if v.is_floating_point()))
    views, at = {}, 0
    for name, value in state.items():
        if not value.is_floating_point():
            continue
        dims = list(value.shape)
        place = flat[at : at + value.numel()]
        at += value.numel()
        views[name] = place.view(dims[::-1]).permute(*reversed(range(len(dims)))) if dims else place.view(())
        views[name].copy_(value)
    return views


OUTPUTS = {}


def keep(file, model, save):
    torch.manual_seed(len(OUTPUTS))
    save(os.path.join(FOLDER, file), draw(model))
    with torch.no_grad():
        OUTPUTS[file] = [round(v, 6) for v in model(pictures()).flatten().tolist()]


def checkpoint(dtype=torch.float32, wrap=lambda state: state, prefix=""):
    def save(path, model):
        state = {prefix + name: value for name, value in rounded(model, dtype).items()}
        torch.save(wrap(state), path)

    return save


def write_files():
    keep("resnet-basic.pt", Resnet(BasicBlock, [1, 2], 8), lambda path, m: torch.save(m.state_dict(), path))
    keep(
        "resnet-bottleneck.pt",
        Resnet(Bottleneck, [1, 1], 8),
        checkpoint(torch.float16, lambda state: {"epoch": 90, "best_acc1": 76.1, "state_dict": state}, "module."),
    )
    keep("resnet-projected.pt", Resnet(BasicBlock, [1, 1, 1], 4, small=True), checkpoint(torch.float64))
    keep("resnet-padded.pt", CifarResnet(), lambda path, m: torch.save({"net": one_storage(m.state_dict())}, path))
    keep("vgg.pt", Vgg(), checkpoint(torch.bfloat16))
    keep("mobilenet-v2.pt", Mobilenet(), lambda path, m: torch.save(m.state_dict(), path, pickle_protocol=4))
    keep(
        "convnext-torchvision.safetensors",
        ConvNeXt([CNBlockConfig(8, 16, 1), CNBlockConfig(16, None, 1)], 0.0, 0.5, CLASSES),
        lambda path, m: save_file(rounded(m, torch.float16), path),
    )
    keep(
        "convnext-timm.safetensors",
        TimmConvNeXt(depths=(1, 1, 2, 1), dims=(4, 8, 8, 12), num_classes=CLASSES, ls_init_value=0.5),
        lambda path, m: save_file(rounded(m, torch.bfloat16), path, metadata={"format": "pt"}),
    )
    keep("vit-torchvision.pt", VisionTransformer(32, 8, 2, 3, 24, 96, num_classes=CLASSES), checkpoint(torch.float16))
    keep("vit-timm.safetensors", TimmVit(**VIT), lambda path, m: save_file(m.state_dict(), path))
    keep("deit-distilled.pt", VisionTransformerDistilled(**VIT), checkpoint(wrap=lambda state: {"model": state}))


class Evil:
    def __reduce__(self):
        return (os.system, ("touch /tmp/topiary-was-here",))


def write_refused():
    weights = {"fc.weight": torch.ones(2, 2)}
    path = lambda name: os.path.join(FOLDER, name)
    torch.save({"state_dict": weights, "args": Evil()}, path("evil.pt"))
    torch.save(nn.Linear(2, 2), path("whole-module.pt"))
    torch.save(weights, path("legacy.pt"), _use_new_zipfile_serialization=False)
    torch.jit.save(torch.jit.script(nn.Linear(2, 2)), path("script.pt"))
    torch.save([1, 2], path("list.pt"))
    torch.save({"epoch": 3}, path("no-tensors.pt"))
    torch.save({"fc.weight": torch.ones(2, 2, dtype=torch.int64), "fc.bias": torch.ones(2)}, path("integers.pt"))


# Names that differ from those of the zoo.
FULL = {
    "vgg16": lambda: timm.create_model("vgg16_bn"),
    "mobilenet-v2": lambda: timm.create_model("mobilenetv2_100"),
    "convnext-tiny": lambda: timm.create_model("convnext_tiny"),
    "vit-base": models.vit_b_16,
    "vit-base-patch32": lambda: timm.create_model("vit_base_patch32_224"),
}


def write_names():
    with torch.device("meta"):
        networks = {model: build().state_dict() for model, build in FULL.items()}
    return {model: {name: list(v.shape) for name, v in state.items()} for model, state in networks.items()}


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    write_files()
    write_refused()
    for name, content in (("outputs", OUTPUTS), ("names", write_names())):
        with open(os.path.join(FOLDER, f"{name}.json"), "w") as file:
            json.dump(content, file, separators=(",", ":"))
            file.write("\n")
