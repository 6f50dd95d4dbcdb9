"""The reference of assignment 05 against torch's own functions, in float64."""

import numpy as np
import torch
import torch.nn.functional as F

from reference.lenet import LeNet, export_parameters, lenet_forward


def layers_by_torch(x, model):
    """All values that one picture has on its way through the layers of a model."""
    c1 = F.conv2d(x, model.c1.weight, model.c1.bias, padding=2).tanh()
    s2 = F.avg_pool2d(c1, 2)
    c3 = F.conv2d(s2, model.c3.weight, model.c3.bias).tanh()
    s4 = F.avg_pool2d(c3, 2)
    c5 = F.linear(s4.reshape(400), model.c5.weight, model.c5.bias).tanh()
    f6 = F.linear(c5, model.f6.weight, model.f6.bias).tanh()
    logits = F.linear(f6, model.output.weight, model.output.bias)
    return {"c1": c1, "s2": s2, "c3": c3, "s4": s4, "c5": c5, "f6": f6, "logits": logits}


def test_lenet_forward_agrees_with_torch_in_every_layer():
    """Values and keys for 20 networks and pictures."""
    rng = np.random.default_rng(5)
    for seed in range(20):
        torch.manual_seed(seed)
        model, x = LeNet().double(), rng.standard_normal((1, 28, 28))
        with torch.no_grad():
            expected = layers_by_torch(torch.from_numpy(x), model)
        found = lenet_forward(x, export_parameters(model))
        assert list(found) == list(expected)
        for name, values in expected.items():
            np.testing.assert_allclose(found[name], values.numpy(), rtol=1e-10, atol=1e-12)


def test_both_forwards_agree_on_a_batch():
    """The logits of LeNet in float64 are those of lenet_forward, and in float32 nearly so."""
    rng = np.random.default_rng(6)
    for dtype, tolerance in ((torch.float64, 1e-10), (torch.float32, 1e-5)):
        model, x = LeNet().to(dtype), torch.from_numpy(rng.standard_normal((9, 1, 28, 28)))
        parameters = export_parameters(model)
        expected = [lenet_forward(picture, parameters)["logits"] for picture in x.numpy()]
        found = model(x.to(dtype)).detach().numpy()
        np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def test_lenet_forward_reads_bytes_and_leaves_its_arguments_alone():
    """A picture of uint8 is worth as much as one of float64, and all arguments may be read-only."""
    rng = np.random.default_rng(7)
    x, parameters = rng.integers(0, 256, (1, 28, 28), np.uint8), export_parameters(LeNet())
    parameters["c1.weight"] = parameters["c1.weight"] / 255
    for array in (x, *parameters.values()):
        array.flags.writeable = False
    before = set(parameters)
    found, expected = (lenet_forward(x.astype(t), parameters) for t in (np.uint8, np.float64))
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name])
    assert set(parameters) == before


def test_export_parameters_is_what_torch_would_save():
    """The ten arrays of a model's state, and a model that can still learn."""
    model = LeNet()
    found, expected = export_parameters(model), model.state_dict()
    assert set(found) == set(expected)
    assert sum(array.size for array in found.values()) == 61_706
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values.numpy())
    assert all(parameter.requires_grad for parameter in model.parameters())
