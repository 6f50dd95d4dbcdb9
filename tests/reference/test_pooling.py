"""The reference of assignment 03 against torch, on hundreds of random shapes."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from reference.pooling import avg_pool2d, feature_map_shapes, max_pool2d


def test_both_pools_agree_with_torch_in_float64():
    """Values and shapes for 400 random pools, with and without a stride, of every sign."""
    rng = np.random.default_rng(3)
    for _ in range(400):
        channels, size = int(rng.integers(1, 5)), int(rng.integers(1, 6))
        height, width = (int(rng.integers(size, 15)) for _ in range(2))
        stride = int(rng.integers(1, 6)) if rng.random() < 0.7 else None
        x = rng.standard_normal((channels, height, width)) + rng.choice([-5, 0, 5])
        there = torch.from_numpy(x)
        expected = F.max_pool2d(there, size, stride).numpy()
        np.testing.assert_array_equal(max_pool2d(x, size, stride), expected)
        expected = F.avg_pool2d(there, size, stride).numpy()
        np.testing.assert_allclose(avg_pool2d(x, size, stride), expected, rtol=1e-12, atol=1e-12)


def test_both_pools_agree_with_torch_on_bytes():
    """Bytes are pooled as if they were float64: no overflow, no lost fraction, for 100 pools."""
    rng = np.random.default_rng(4)
    for _ in range(100):
        size, stride = rng.integers(1, 5, 2).tolist()
        x = rng.integers(0, 256, (2, 9, 7), np.uint8)
        there = torch.from_numpy(x.astype(float))
        np.testing.assert_array_equal(
            max_pool2d(x, size, stride), F.max_pool2d(there, size, stride).numpy()
        )
        np.testing.assert_allclose(
            avg_pool2d(x, size, stride), F.avg_pool2d(there, size, stride).numpy(), rtol=1e-12
        )


def test_feature_map_shapes_are_those_of_torch_modules():
    """The shapes of empty tensors on their way through 300 random stacks of modules."""
    rng = np.random.default_rng(5)
    for _ in range(300):
        shape = tuple(rng.integers((1, 1, 1), (5, 60, 60)).tolist())
        y, layers, expected = torch.empty(shape, device="meta"), [], []
        for _ in range(int(rng.integers(0, 6))):
            stride, padding, filters = rng.integers((1, 0, 1), (4, 4, 20)).tolist()
            room = min(y.shape[1:])
            if rng.random() < 0.5:
                k = int(rng.integers(1, min(room + 2 * padding, 7) + 1))
                layers.append(("conv", filters, k, stride, padding))
                y = nn.Conv2d(y.shape[0], filters, k, stride, padding, device="meta")(y)
            else:
                k = int(rng.integers(1, min(room, 4) + 1))
                layers.append(("pool", k, stride))
                y = nn.MaxPool2d(k, stride)(y)
            expected.append(tuple(y.shape))
        assert feature_map_shapes(shape, layers) == expected
