"""The reference of assignment 04 against torch: its modules' own numbers of parameters."""

from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from reference.parameters import (
    count_connections,
    count_conv_parameters,
    count_dense_parameters,
    count_lenet_parameters,
    memory_bytes,
)


def learnt(*modules):
    """How many parameters the modules have together."""
    return sum(parameter.numel() for module in modules for parameter in module.parameters())


def test_count_dense_parameters_and_memory_bytes_agree_with_torch():
    """200 random networks in three precisions, and the one of the lecture."""
    rng = np.random.default_rng(4)
    networks = [rng.integers(1, 3000, rng.integers(2, 7)).tolist() for _ in range(200)]
    dtypes = (torch.float16, torch.float32, torch.float64)
    for index, sizes in enumerate([*networks, [128 * 128 * 3, 4096, 10]]):
        dtype = dtypes[index % 3]
        layers = [nn.Linear(*pair, dtype=dtype, device="meta") for pair in pairwise(sizes)]
        count = count_dense_parameters(sizes)
        assert count == learnt(*layers)
        parameters = [parameter for layer in layers for parameter in layer.parameters()]
        stored = sum(parameter.nbytes for parameter in parameters)
        assert memory_bytes(count, dtype.itemsize) == stored


def test_the_numbers_of_the_lecture():
    """The network of the lecture, without the biases that its slide gives to the inputs."""
    assert count_dense_parameters([49152, 4096, 10]) == 201_371_658 == 201_420_810 - 49_152
    assert memory_bytes(201_371_658) == 805_486_632
    assert count_conv_parameters(3, 16, 5, 5) == 1_216
    assert count_connections((3, 32, 32), 16, 5) == {"conv": 940_800, "dense": 38_535_168}


def test_count_conv_parameters_agrees_with_torch():
    """300 random layers, with and without biases, with oblong kernels."""
    rng = np.random.default_rng(5)
    for _ in range(300):
        channels, filters, kh, kw = rng.integers(1, 40, 4).tolist()
        bias = bool(rng.random() < 0.5)
        layer = nn.Conv2d(channels, filters, (kh, kw), bias=bias, device="meta")
        assert count_conv_parameters(channels, filters, kh, kw, bias) == learnt(layer)
        if bias:
            assert count_conv_parameters(channels, filters, kh, kw) == learnt(layer)


def test_count_connections_agrees_with_torch():
    """300 random layers: a convolution of ones with ones adds up how many products there are."""
    rng = np.random.default_rng(6)
    for _ in range(300):
        channels, filters, stride = rng.integers(1, 5, 3).tolist()
        kernel, padding = rng.integers((1, 0), (6, 4)).tolist()
        sides = rng.integers(max(1, kernel - 2 * padding), 13, 2)
        framed = torch.ones(channels, *(sides + 2 * padding).tolist(), dtype=torch.float64)
        weight = torch.ones(filters, channels, kernel, kernel, dtype=torch.float64)
        y = F.conv2d(framed, weight, stride=stride)
        inputs = channels * int(sides.prod())
        dense = nn.Linear(inputs, y.numel(), bias=False, device="meta")
        found = count_connections((channels, *sides.tolist()), filters, kernel, stride, padding)
        assert found == {"conv": int(y.sum()), "dense": learnt(dense)}


def test_count_lenet_parameters_agrees_with_a_network_that_runs():
    """LeNet-5 as torch modules, which fit together on a picture of 28 × 28."""
    c1, c3 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
    c5, f6, output = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)
    maps = nn.Sequential(c1, nn.Tanh(), nn.AvgPool2d(2), c3, nn.Tanh(), nn.AvgPool2d(2))
    whole = nn.Sequential(maps, nn.Flatten(), c5, nn.Tanh(), f6, nn.Tanh(), output)
    assert whole(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    layers = {"c1": c1, "c3": c3, "c5": c5, "f6": f6, "output": output, "total": whole}
    assert count_lenet_parameters() == {name: learnt(layer) for name, layer in layers.items()}
