"""Counts the exported networks by PyTorch's own modules, as a yardstick: prints one object of JSON.

Parameters: sum of numel. Multiply-accumulates of one picture, by hooks: convolutions, linear layers, and in attention,
whose projections run without modules, those and the two products.
"""
import json

import torch
from torch import nn
from torchvision import models
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.swin_transformer import ShiftedWindowAttention, SwinTransformer
from torchvision.models.vision_transformer import VisionTransformer

CLASSES = 10


def convnext():
    blocks = [CNBlockConfig(24, 48, 2), CNBlockConfig(48, 96, 2), CNBlockConfig(96, None, 2)]
    return ConvNeXt(blocks, num_classes=CLASSES)


def swin():
    sizes = {"patch_size": [4, 4], "embed_dim": 24, "depths": [2, 2], "num_heads": [2, 4], "window_size": [4, 4]}
    return SwinTransformer(**sizes, num_classes=CLASSES)


def vit():
    sizes = {"image_size": 32, "patch_size": 4, "num_layers": 4, "num_heads": 3, "hidden_dim": 96, "mlp_dim": 384}
    return VisionTransformer(**sizes, num_classes=CLASSES)


NETWORKS = {
    "resnet18": (lambda: models.resnet18(num_classes=CLASSES), 64),
    "mobilenet_v2": (lambda: models.mobilenet_v2(num_classes=CLASSES), 64),
    "densenet121": (lambda: models.densenet121(num_classes=CLASSES), 64),
    "efficientnet_b0": (lambda: models.efficientnet_b0(num_classes=CLASSES), 64),
    "convnext_nano": (convnext, 64),
    "vit_tiny": (vit, 32),
    "swin_nano": (swin, 64),
}


def convolution(module, inputs, output):
    return output[0].numel() * module.weight[0].numel()


def linear(module, inputs, output):
    return output[0].numel() * module.in_features


def attention(module, inputs, output):
    # Its inputs come by name, and hooks see only those by place
    _, tokens, width = output[0].shape
    return 4 * tokens * width * width + 2 * tokens * tokens * width


def windows(module, inputs, output):
    # The projections' own modules are called as functions; every token looks at its window
    _, height, width, channels = inputs[0].shape
    tokens, window = height * width, module.window_size[0] * module.window_size[1]
    return 4 * tokens * channels * channels + 2 * tokens * window * channels


RULES = {nn.Conv2d: convolution, nn.Linear: linear, nn.MultiheadAttention: attention, ShiftedWindowAttention: windows}


def count(build, size):
    model = build().eval()
    macs = []
    for module in model.modules():
        rule = RULES.get(type(module))
        if rule:
            module.register_forward_hook(lambda m, x, y, rule=rule: macs.append(rule(m, x, y)))
    with torch.no_grad():
        model(torch.zeros(1, 3, size, size))
    return {"params": sum(p.numel() for p in model.parameters()), "pure": sum(macs)}


print(json.dumps({name: count(*network) for name, network in NETWORKS.items()}))
