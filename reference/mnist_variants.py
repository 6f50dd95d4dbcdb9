"""Correct solutions of assignment 06 in other styles: none of them may lose a point.

They differ in the generator that shuffles, in the number type of the result, in who computes what,
and in whether the result shares memory with an argument.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from autograder.check import variant
from reference.mnist import (
    evaluate,
    learned_kernels,
    normalize,
    predict,
    train,
    train_epoch,
)

# --- normalize -----------------------------------------------------------------------------------


@variant(of=normalize)
def normalize_in_numpy(images):
    """All in float64, turned into a tensor of float32 in the end."""
    values = (images[:, np.newaxis, :, :] / 255.0 - 0.1307) / 0.3081
    return torch.tensor(values, dtype=torch.float32)


@variant(of=normalize)
def normalize_in_place(images):
    """A copy that is changed in place."""
    pixels = torch.from_numpy(np.array(images)).float()
    return pixels.div_(255).sub_(0.1307).div_(0.3081).reshape(-1, 1, 28, 28)


@variant(of=normalize)
def normalize_by_table(images):
    """There are only 256 pixels: each looks up what becomes of it."""
    table = ((torch.arange(256, dtype=torch.float64) / 255 - 0.1307) / 0.3081).float()
    return torch.stack([table[torch.from_numpy(image.astype(np.int64))][None] for image in images])


# --- train_epoch ---------------------------------------------------------------------------------


@variant(of=train_epoch)
def train_epoch_with_a_criterion(model, batches, optimizer):
    """A loss module that adds up; gradients are cleared after the step; a float of NumPy."""
    criterion, losses, sizes = nn.CrossEntropyLoss(reduction="sum"), [], []
    model.zero_grad()
    model.train(True)
    for pictures, labels in batches:
        loss = criterion(model(pictures), labels)
        (loss / len(labels)).backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        losses.append(loss.item())
        sizes.append(len(labels))
    return np.sum(losses) / np.sum(sizes)


@variant(of=train_epoch)
def train_epoch_by_hand(model, batches, optimizer):
    """The cross-entropy from its definition, gradients from autograd.grad."""
    model.train()
    parameters = [weights for group in optimizer.param_groups for weights in group["params"]]
    every_loss = []
    for images, labels in iter(batches):
        logits = model(images)
        losses = logits.logsumexp(dim=1) - logits[range(len(labels)), labels]
        for weights, slope in zip(
            parameters, torch.autograd.grad(losses.mean(), parameters), strict=True
        ):
            weights.grad = slope
        optimizer.step()
        every_loss += losses.detach().tolist()
    return sum(every_loss) / len(every_loss)


@variant(of=train_epoch)
def train_epoch_with_a_closure(model, batches, optimizer):
    """Lets the optimizer ask for the loss."""
    model.train()
    seen, mean = 0, 0.0
    for images, labels in batches:

        def loss_of(images=images, labels=labels):
            optimizer.zero_grad()
            loss = F.nll_loss(F.log_softmax(model(images), dim=-1), labels)
            loss.backward()
            return loss

        loss = optimizer.step(loss_of).item()
        seen += labels.shape[0]
        mean += (loss - mean) * labels.shape[0] / seen  # a running mean
    return mean


# --- evaluate ------------------------------------------------------------------------------------


@variant(of=evaluate)
def evaluate_all_at_the_end(model, batches):
    """Every answer is kept; the mode is put back as it was."""
    before = model.training
    model.train(False)
    with torch.inference_mode():
        answers = [model(images).max(dim=1).indices == labels for images, labels in batches]
    model.train(before)
    return torch.cat(answers).double().mean().item()


@variant(of=evaluate)
def evaluate_in_numpy(model, batches):
    """Counts in NumPy, answers with a float of NumPy."""
    model.eval()
    right = []
    for images, labels in batches:
        with torch.no_grad():
            logits = model(images).numpy()
        right.extend(np.argmax(logits, axis=1) == labels.numpy())
    return np.mean(right)


@variant(of=evaluate)
def evaluate_picture_by_picture(model, batches):
    """One picture at a time."""
    model = model.eval()
    good = bad = 0
    for images, labels in batches:
        for image, label in zip(images, labels.tolist(), strict=True):
            with torch.no_grad():
                logits = model(image[None])[0].tolist()
            if logits.index(max(logits)) == label:
                good += 1
            else:
                bad += 1
    return good / (good + bad)


# --- train ---------------------------------------------------------------------------------------


@variant(of=train)
def train_with_a_generator(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """A generator of its own for the order, the global one for dropout."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    losses = []
    for _ in range(epochs):
        order = torch.randperm(images.shape[0], generator=generator)
        parts = torch.split(order, batch_size)
        losses += [train_epoch(model, ((images[p], labels[p]) for p in parts), optimizer)]
    return losses


@variant(of=train)
def train_with_a_data_loader(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """A DataLoader shuffles."""
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(seed)
    loader = DataLoader(TensorDataset(images, labels), batch_size=batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    return [train_epoch(model, loader, optimizer) for _ in range(epochs)]


@variant(of=train)
def train_with_numpy(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """NumPy draws the order; the loop over the batches is written out."""
    torch.manual_seed(seed + 1)
    rng = np.random.default_rng(seed)
    optimizer = torch.optim.SGD([{"params": model.parameters()}], lr=lr, momentum=0.9)
    history = []
    model.train()
    for _ in range(epochs):
        order = rng.permutation(len(images))
        total = 0.0
        for first in range(0, len(order), batch_size):
            part = torch.from_numpy(order[first : first + batch_size])
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images[part]), labels[part])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(part)
        history.append(np.float64(total / len(order)))
    return history


@variant(of=train)
def train_without_an_optimizer(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """Momentum by hand; the shuffling is Python's own."""
    import random

    shuffler = random.Random(seed)
    torch.manual_seed(seed)
    weights = list(model.parameters())
    speeds = [torch.zeros_like(w) for w in weights]
    losses = []
    model.train()
    for _ in range(epochs):
        order = list(range(len(labels)))
        shuffler.shuffle(order)
        every = []
        while order:
            part, order = order[:batch_size], order[batch_size:]
            each = F.cross_entropy(model(images[part]), labels[part], reduction="none")
            slopes = torch.autograd.grad(each.mean(), weights)
            with torch.no_grad():
                for w, speed, slope in zip(weights, speeds, slopes, strict=True):
                    speed.mul_(0.9).add_(slope)
                    w.sub_(lr * speed)
            every.extend(each.tolist())
        losses.append(sum(every) / len(every))
    return losses


# --- learned_kernels -----------------------------------------------------------------------------


@variant(of=learned_kernels)
def learned_kernels_one_by_one(model):
    """A loop over the kernels, in Python numbers."""
    pictures = []
    for kernel in model.c1.weight.tolist():
        numbers = [w for row in kernel[0] for w in row]
        low, span = min(numbers), max(numbers) - min(numbers)
        pictures.append([[(w - low) / span for w in row] for row in kernel[0]])
    return np.array(pictures)


@variant(of=learned_kernels)
def learned_kernels_in_torch(model):
    """All at once in torch, an array in the end."""
    with torch.no_grad():
        flat = model.c1.weight.clone().reshape(6, 25)
        flat -= flat.min(dim=1, keepdim=True).values
        flat /= flat.max(dim=1, keepdim=True).values
    return flat.reshape(6, 5, 5).numpy()


@variant(of=learned_kernels)
def learned_kernels_by_peak_to_peak(model):
    """`np.ptp` knows the distance from the smallest to the largest."""
    weights = dict(model.named_parameters())["c1.weight"].data.numpy().astype(np.float64)
    weights = weights[:, 0, :, :]
    return (weights - weights.min(axis=(1, 2))[:, None, None]) / np.ptp(
        weights, axis=(1, 2), keepdims=True
    )


# --- predict -------------------------------------------------------------------------------------


@variant(of=predict)
def predict_as_an_array(model, images):
    """A NumPy array of int64."""
    model.eval()
    with torch.inference_mode():
        return np.argmax(model(images).numpy(), axis=-1)


@variant(of=predict)
def predict_in_portions(model, images):
    """At most 100 pictures at once, probabilities in between."""
    model.eval()
    labels = []
    for part in images.split(100):
        with torch.no_grad():
            labels.append(model(part).softmax(dim=1).topk(1, dim=1).indices[:, 0])
    return torch.cat(labels)


@variant(of=predict)
def predict_by_sorting(model, images):
    """The last of the sorted logits; the model is left in the mode in which it came."""
    mode = model.training
    model.eval()
    with torch.no_grad():
        order = model(images).argsort(dim=1)
    model.train(mode)
    return order[:, 9].clone()
