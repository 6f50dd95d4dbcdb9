"""The reference of assignment 06 against gradients by hand in NumPy, and against scikit-learn."""

import numpy as np
import torch
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import minmax_scale
from torch import nn

from autograder.data import embedded
from reference.lenet import LeNet
from reference.mnist import evaluate, learned_kernels, normalize, predict, train, train_epoch


class Softmax:
    """Softmax regression in NumPy, with the gradient of its cross-entropy written out."""

    def __init__(self, model, momentum=0.0):
        self.weight, self.bias = (p.detach().numpy().copy() for p in model[1].parameters())
        self.speeds = [np.zeros_like(self.weight), np.zeros_like(self.bias)]
        self.momentum = momentum

    def step(self, x, labels, lr):
        """One step of gradient descent; the losses before it."""
        x = x.reshape(len(x), -1)
        logits = x @ self.weight.T + self.bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        losses = -np.log(odds[np.arange(len(x)), labels])
        error = (odds - np.eye(10)[labels]) / len(x)
        for w, speed, slope in zip(
            (self.weight, self.bias), self.speeds, (error.T @ x, error.sum(axis=0)), strict=True
        ):
            speed *= self.momentum
            speed += slope
            w -= lr * speed
        return losses


def linear():
    """A network of a single dense layer, in float64."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10)).double()


def drawn(rng, count):
    """Pictures in float64 and their labels."""
    images, labels = 0.3 * rng.standard_normal((count, 1, 28, 28)), rng.integers(0, 10, count)
    return torch.from_numpy(images), torch.from_numpy(labels)


def test_normalize_follows_the_formula():
    """All 256 pixels, in the type and shape that torch wants; the argument may be read-only."""
    images = np.random.default_rng(0).integers(0, 256, (7, 28, 28), np.uint8)
    images[0].flat[:256] = range(256)
    images.flags.writeable = False
    found = normalize(images)
    assert found.dtype == torch.float32
    expected = (images[:, None] / 255 - 0.1307) / 0.3081
    np.testing.assert_allclose(found.numpy(), expected, rtol=0, atol=1e-6)


def test_train_epoch_is_gradient_descent_on_the_cross_entropy():
    """Losses and weights of softmax regression, over batches of different sizes."""
    rng = np.random.default_rng(1)
    for _ in range(10):
        model, (images, labels) = linear(), drawn(rng, 31)
        ours, batches = Softmax(model), list(zip(images.split(8), labels.split(8), strict=True))
        losses = [ours.step(x.numpy(), y.numpy(), 0.1) for x, y in batches]
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        found = train_epoch(model.eval(), iter(batches), optimizer)
        np.testing.assert_allclose(found, np.concatenate(losses).mean(), rtol=1e-10)
        np.testing.assert_allclose(model[1].weight.detach().numpy(), ours.weight, atol=1e-12)
        np.testing.assert_allclose(model[1].bias.detach().numpy(), ours.bias, atol=1e-12)
        assert model.training


def test_train_is_sgd_with_momentum():
    """With all pictures in one batch the order does not matter: losses and weights by hand."""
    model, (images, labels) = linear(), drawn(np.random.default_rng(2), 25)
    ours = Softmax(model, momentum=0.9)
    losses = [ours.step(images.numpy(), labels.numpy(), 0.2).mean() for _ in range(8)]
    np.testing.assert_allclose(train(model, images, labels, 8, lr=0.2), losses, rtol=1e-8)
    np.testing.assert_allclose(model[1].weight.detach().numpy(), ours.weight, atol=1e-8)


def test_train_shuffles_by_its_seed_alone():
    """Each picture once an epoch in a new order; equal seeds give equal weights, with dropout."""
    images, labels = drawn(np.random.default_rng(3), 20)
    images[:, 0, 0, 0] = torch.arange(20)
    weights, orders = [], []
    for seed, state in ((4, 0), (4, 1), (5, 0)):
        torch.manual_seed(9)
        seen, model = [], nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(784, 10)).double()
        model.register_forward_pre_hook(lambda _, given, log=seen: log.append(given[0][:, 0, 0, 0]))
        torch.manual_seed(state)
        before = torch.get_rng_state()
        train(model, images, labels, 3, batch_size=8, seed=seed)
        assert torch.equal(torch.get_rng_state(), before)
        assert [len(batch) for batch in seen] == [8, 8, 4] * 3
        orders.append(torch.cat(seen).reshape(3, 20).tolist())
        weights.append(model[2].weight.detach().clone())
    assert orders[0] == orders[1] != orders[2]
    assert all(sorted(order) == list(range(20)) for order in orders[0])
    assert len({tuple(order) for order in orders[0] + orders[2]}) == 6
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_evaluate_and_predict_agree_with_scikit_learn():
    """Accuracies over batches of different sizes, and without gradients."""
    rng = np.random.default_rng(4)
    for _ in range(10):
        model, (images, labels) = nn.Sequential(linear(), nn.Dropout(0.9)), drawn(rng, 50)
        labels[:20] = model.eval()(images[:20]).argmax(dim=1)
        found = predict(model.train(), images)
        assert found.dtype == torch.int64
        batches = zip(images.split(8), labels.split(8), strict=True)
        assert evaluate(model.train(), batches) == accuracy_score(labels, found)
        assert not found.requires_grad


def test_learned_kernels_agree_with_scikit_learn():
    """Each kernel from 0 to 1; the model stays as it is."""
    model = LeNet()
    before = model.c1.weight.detach().clone()
    expected = minmax_scale(before.reshape(6, 25).numpy(), axis=1).reshape(6, 5, 5)
    np.testing.assert_allclose(learned_kernels(model), expected, atol=1e-6)
    assert torch.equal(model.c1.weight, before)


def test_lenet_learns_to_read():
    """Three epochs on the embedded digits read nine of ten, and losses fall."""
    torch.manual_seed(0)
    digits, model = embedded(), LeNet()
    images, labels = normalize(digits.train_images), torch.from_numpy(digits.train_labels)
    losses = train(model, images, labels, 3, batch_size=16, lr=0.03)
    assert losses[0] > losses[1] > losses[2]
    test = normalize(digits.test_images), torch.from_numpy(digits.test_labels)
    assert evaluate(model, [test]) > 0.9
    assert (predict(model, test[0]) == test[1]).double().mean() > 0.9
