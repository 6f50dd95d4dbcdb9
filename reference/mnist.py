"""Training a network to read digits: the reference solutions of assignment 06.

A network learns from pictures with labels: it guesses, the loss says how wrong the guess was, the
gradient says in which direction each weight should move, and the optimizer moves it a little. All
of this works for any network that turns pictures into logits, so nothing here knows about LeNet
but `learned_kernels`.
"""

import numpy as np
import torch
import torch.nn.functional as F


def normalize(images):
    """Pictures as a network likes them: from `uint8` (N, 28, 28) to float32 (N, 1, 28, 28).

        value = (pixel / 255 − 0.1307) / 0.3081

    First the pixels 0 … 255 are scaled to 0 … 1. Then the mean of all of MNIST's pixels is taken
    off, and the rest is divided by their standard deviation. The two numbers are always the same,
    whatever pictures come in. The new axis is that of the channels: there is one, grey.

    Returns a torch tensor of type float32. `images` is a NumPy array and stays as it is.

    Example: a black pixel becomes −0.4242, a white one 2.8215.
    """
    scaled = torch.from_numpy(images.astype(np.float32)) / 255
    return ((scaled - 0.1307) / 0.3081).unsqueeze(1)


def train_epoch(model, batches, optimizer):
    """One pass over `batches`: for each of them one step of the optimizer on the cross-entropy.

    `batches` gives pairs `(images, labels)`: images (B, 1, 28, 28) of float32, labels (B,) of
    int64. It can be read once, it may have no length, and the last batch may be smaller than the
    others. `model` maps images to logits (B, 10); `optimizer` belongs to the model's weights.
    The model is trained in training mode, and left in it.

    Returns the mean loss per picture as a Python float: of every picture the loss that it had just
    before its batch made its step, and the mean over all pictures.

    Example: two batches of 64 and 32 pictures, with mean losses of 2.4 and 1.8, give 2.2.
    """
    model.train()
    total, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count


def evaluate(model, batches):
    """The accuracy of `model`: which part of all pictures in `batches` gets its right label.

    `batches` is as for `train_epoch`: pairs `(images, labels)`, read once, perhaps without a
    length, the last one perhaps smaller. The label that the model gives is the place (0 … 9) of its
    largest logit. The model works in evaluation mode and without gradients; its weights stay as
    they are. In which mode it is left does not matter.

    Returns a Python float between 0 and 1.

    Example: 9 of 10 right in one batch and 1 of 2 in the other give 10 / 12 = 0.8333.
    """
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            right += (model(images).argmax(dim=1) == labels).sum().item()
            count += len(labels)
    return right / count


def train(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """Train `model` on `images` (N, 1, 28, 28) and `labels` (N,): `epochs` times over all of them.

    The optimizer is stochastic gradient descent with learning rate `lr` and momentum 0.9, one for
    the whole training. In every epoch all pictures are put into a new random order and cut into
    batches of `batch_size`; the last one may be smaller. So every picture is used once an epoch,
    with its own label.

    All randomness comes from `seed`. The same seed gives the same weights, whatever random numbers
    were drawn before the call, even for a model with dropout; another seed gives another order.
    The model is changed in place.

    Returns the mean losses that `train_epoch` gives, as a list with one float for each epoch.
    """
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    losses = []
    with torch.random.fork_rng(devices=[]):  # dropout draws from the global generator
        torch.manual_seed(seed)
        for _ in range(epochs):
            order = torch.randperm(len(images))
            batches = ((images[part], labels[part]) for part in order.split(batch_size))
            losses.append(train_epoch(model, batches, optimizer))
    return losses


def learned_kernels(model):
    """The six kernels of layer C1 of `model` as small pictures, from 0 (black) to 1 (white).

    `model.c1.weight` has the shape (6, 1, 5, 5). Each kernel is scaled by itself: its smallest
    weight becomes 0, its largest becomes 1, all others lie between in proportion.

    Returns a NumPy array (6, 5, 5) of floats. The model stays as it is and can go on learning.

    Example: a kernel that holds the weights −2, 0 and 2 becomes one of 0, 0.5 and 1.
    """
    kernels = model.c1.weight.detach().numpy()[:, 0]  # (6, 5, 5)
    low = kernels.min(axis=(1, 2), keepdims=True)
    high = kernels.max(axis=(1, 2), keepdims=True)
    return (kernels - low) / (high - low)


def predict(model, images):
    """The label that `model` gives to each of the `images` (N, 1, 28, 28), which are normalized.

    It is the place (0 … 9) of the largest logit. The model works in evaluation mode and without
    gradients; its weights stay as they are.

    Returns an int64 tensor (N,); a NumPy array of int64 is as good.

    Example: logits [[0.1, 3.0, −2.0, …], [5.2, 0.3, 0.4, …]] give [1, 0].
    """
    model.eval()
    with torch.no_grad():
        return model(images).argmax(dim=1)
