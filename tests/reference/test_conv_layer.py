"""The reference of assignment 02 against torch, on hundreds of random shapes."""

import numpy as np
import torch
import torch.nn.functional as F

from reference.conv_layer import conv2d, output_size, pad2d, receptive_field


def test_conv2d_output_size_and_pad2d_agree_with_torch():
    """Values in float64, sizes and frames, with and without bias, for 300 random layers."""
    rng = np.random.default_rng(2)
    for _ in range(300):
        channels, filters, stride = rng.integers(1, 5, 3).tolist()
        kh, kw = rng.integers(1, 6, 2).tolist()
        padding = int(rng.integers(0, 4))
        height, width = (int(rng.integers(max(1, k - 2 * padding), 13)) for k in (kh, kw))
        x = rng.standard_normal((channels, height, width))
        weight = rng.standard_normal((filters, channels, kh, kw))
        bias = rng.standard_normal(filters) if rng.random() < 0.7 else None
        there = [None if a is None else torch.from_numpy(a) for a in (x, weight, bias)]
        expected = F.conv2d(*there, stride=stride, padding=padding).numpy()
        found = conv2d(x, weight, bias, stride=stride, padding=padding)
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)
        sizes = tuple(output_size(n, k, stride, padding) for n, k in ((height, kh), (width, kw)))
        assert found.shape == (filters, *sizes)
        framed = F.pad(there[0], (padding,) * 4).numpy()
        np.testing.assert_array_equal(pad2d(x, padding), framed)


def test_receptive_field_is_where_the_gradient_of_torch_is_not_zero():
    """The first and the last input with a gradient, for 100 random stacks of layers."""
    rng = np.random.default_rng(3)
    for _ in range(100):
        kernels = rng.integers(1, 6, rng.integers(0, 5)).tolist()
        layers = [(kernel, int(rng.integers(1, min(kernel, 3) + 1))) for kernel in kernels]
        x = torch.ones(1, 1, 700, dtype=torch.float64, requires_grad=True)
        y = x
        for kernel, stride in layers:
            y = F.conv1d(y, torch.ones(1, 1, kernel, dtype=torch.float64), stride=stride)
        y[0, 0, y.shape[2] // 2].backward()
        (reached,) = np.nonzero(x.grad[0, 0].numpy())
        assert receptive_field(layers) == reached[-1] - reached[0] + 1
