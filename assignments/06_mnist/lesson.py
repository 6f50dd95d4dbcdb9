# %% [markdown]
# # Training: a network learns to read digits
#
# LeNet stands ready: five layers, 61,706 weights, all of them drawn at random. Show it a 7, and it
# may say 3. In this notebook it learns to read. Nobody will tell it what a loop or a stroke is. It
# gets pictures and labels, and a number that says how wrong it was. The rest is a small step
# downhill, some thousand times over.
#
# The road we take:
#
# 1. the pictures, and how a network likes them,
# 2. how wrong is a guess? The cross-entropy,
# 3. how to get better: gradients, steps, momentum,
# 4. one pass over the pictures,
# 5. how good is it? The accuracy,
# 6. the whole training,
# 7. what it has learned: kernels and feature maps,
# 8. what it gets wrong, and what you find out about it.

# %% [markdown]
# ## How to work with this notebook
#
# * **Fill in the stubs.** Where you see `# YOUR CODE HERE` and `raise NotImplementedError()`,
#   replace both lines by your code. Keep the function's name and its parameters. The docstring
#   says what goes in and what must come out.
# * **Go from top to bottom.** Below each stub stands a visible check: run it, read its message,
#   repair, run again. Until you have filled in a stub its check stops with `NotImplementedError`.
#   Figures that need code you have not written yet show a grey card instead.
# * **Don't delete, copy or move cells**, and don't edit the given ones. You may add cells of your
#   own wherever you like.
# * **How the points work.** After you hand in, your functions are called with other pictures, other
#   batches and other networks than LeNet. Each such test earns its own points. The visible checks
#   are a guide, not the whole story. In the end a network is trained by your functions and has to
#   read digits that it has never seen, and whose labels nobody tells it.
# * **What every function must respect**: the arrays and tensors you are given stay as they were. A
#   model is changed only where training it is the task.
# * **Allowed**: everything of torch. **Not allowed**: weights that were trained elsewhere.
# * **Before you hand in**: restart the kernel and run all cells. It takes about a minute.

# %%
import gzip
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# %% [markdown]
# Here is LeNet, as in the last assignment: C1, tanh, mean, C3, tanh, mean, C5, tanh, F6, tanh,
# output.


# %%
class LeNet(nn.Module):
    """LeNet-5 for pictures (N, 1, 28, 28): ten logits for each of them."""

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5, padding=2)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(400, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)
        self.shrink = nn.Sequential(nn.Tanh(), nn.AvgPool2d(2))

    def forward(self, images):
        maps = self.shrink(self.c3(self.shrink(self.c1(images))))
        units = torch.tanh(self.c5(torch.flatten(maps, 1)))
        return self.output(torch.tanh(self.f6(units)))


# %% [markdown]
# The next two cells hold drawing tools, and what finds the pictures. You need not read them, but
# run them.

# %%
BLUE, ORANGE, GREEN, INK, PALE = "#2c6da4", "#d8772a", "#3c8d5a", "#333333", "#e9e9e6"
GREY, SKY, SAND, LEAF = "#8a8a8a", "#cfe0ee", "#f6dfc6", "#d3e8d8"  # pale blue, orange, green

plt.rcParams.update({
    "figure.facecolor": "white", "figure.dpi": 90, "figure.constrained_layout.use": True,
    "font.size": 10, "axes.titlesize": 11, "axes.titlecolor": INK, "axes.edgecolor": "#888888",
    "axes.spines.top": False, "axes.spines.right": False, "image.cmap": "gray",
    "legend.frameon": False, "lines.linewidth": 1.8,
})  # fmt: skip


def figure(*needed):
    """Draw the function below at once; show a grey card while a question it needs is a stub."""

    def draw(function):
        try:
            function()
        except NotImplementedError:
            plt.close("all")
            _, ax = plt.subplots(figsize=(7, 0.8))
            ax.set_facecolor(PALE)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
            ax.text(0.5, 0.5, "This figure waits for " + ", ".join(needed), ha="center",
                    va="center", color="#777777", transform=ax.transAxes)  # fmt: skip
        plt.show()

    return draw


def show_picture(ax, picture, title="", **more):
    """Draw brightness without axes."""
    ax.imshow(picture, **more)
    ax.set(xticks=[], yticks=[])
    ax.set_title(title, fontsize=9)
    ax.spines[:].set_visible(False)


def show_map(ax, values, title=""):
    """Draw signed values: blue is −1, white is zero, red is 1."""
    show_picture(ax, values, title, cmap="RdBu_r", vmin=-1, vmax=1)
    ax.spines[:].set_visible(True)


# %%
FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
         "t10k-labels-idx1-ubyte")  # fmt: skip


def mnist_folder():
    """The folder with the four files of MNIST, plain or gzipped; None where there is none."""
    folders = [
        os.environ.get("AUTOGRADER_DATA"),
        "data",
        "data/mnist",
        "~/.cache/cnn-autograder/mnist",
    ]
    for place in [Path(name).expanduser() for name in folders if name]:
        if all((place / name).exists() or (place / f"{name}.gz").exists() for name in FILES):
            return place
    return None


def read_idx(folder, name):
    """The array in an IDX file: zero, zero, type, number of axes, their lengths, the values."""
    plain = folder / name
    raw = plain.read_bytes() if plain.exists() else gzip.decompress(
        (folder / f"{name}.gz").read_bytes())  # fmt: skip
    axes = raw[3]
    shape = np.frombuffer(raw, ">u4", axes, offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * axes).reshape(shape)


def small_digits():
    """The 1,797 digits of scikit-learn, 8 x 8, enlarged to 20 x 20 in a frame of 4 pixels."""
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise ImportError(
            "There are no pictures: neither MNIST nor scikit-learn was found. Run"
            " `%pip install scikit-learn` in a cell of your own, or put the four files of MNIST"
            " into a folder `data` beside this notebook."
        ) from None

    digits = load_digits()
    places = np.clip(0.4 * np.arange(20) - 0.3, 0, 7)[:, None]  # bilinear
    stretch = np.maximum(1 - np.abs(places - np.arange(8)), 0)
    images = np.zeros((1797, 28, 28), np.uint8)
    images[:, 4:24, 4:24] = np.round(stretch @ digits.images @ stretch.T * 255 / 16)
    order = np.random.RandomState(0).permutation(1797)
    images, labels = images[order], digits.target[order].astype(np.int64)
    return images[:1437], labels[:1437], images[1437:], labels[1437:]


def load_pictures(most=4000):
    """Pictures uint8 (N, 28, 28) and labels (N,) to train with, and others to test with.

    MNIST where its files are found, at most so many of its pictures; else scikit-learn's digits.
    """
    place = mnist_folder()
    if place:
        found = [read_idx(place, name) for name in FILES]
        pictures = [
            array[:size] for array, size in zip(found, (most, most, 2000, 2000), strict=True)
        ]
        pictures = [part.astype(np.int64) if part.ndim == 1 else part for part in pictures]
        told = f"MNIST from {place}"
    else:
        pictures, told = small_digits(), "the digits of scikit-learn, as MNIST was not found here"
    print(f"Pictures: {told}; {len(pictures[1]):,} to train with, {len(pictures[3]):,} to test.")
    return pictures


def flat_model():
    """The smallest network of all, for checks: one dense layer, and all its weights are zero."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    model[1].weight.data.zero_()
    model[1].bias.data.zero_()
    return model


# %% [markdown]
# ## 1. The pictures, and how a network likes them
#
# **MNIST** is the best known collection of handwritten digits: 70,000 pictures of 28 × 28 pixels,
# prepared from forms that employees of an American agency and high school students had filled in.
# If you have its four files, put them into a folder `data` beside this notebook. If not, nothing is
# lost: scikit-learn carries 1,797 real handwritten digits of its own. They are smaller and a bit
# blurred, and a network learns to read them in seconds.

# %% show=true
pictures, labels, test_pictures, test_labels = load_pictures()


@figure()
def a_look_at_the_pictures():
    _, axes = plt.subplots(3, 12, figsize=(11, 3.3))
    for ax, picture, label in zip(axes.flat, pictures, labels, strict=False):
        show_picture(ax, picture, label)


# %% [markdown]
# The pixels are whole numbers from 0 (paper) to 255 (ink). A network likes numbers around zero, of
# a size around one: then tanh is neither asleep nor deaf, and steps of one size suit all weights.
# So we **normalize**. First we divide by 255, then we take off the mean of all pixels and divide by
# their standard deviation. For MNIST these two are known, 0.1307 and 0.3081. We use them always, in
# training and in testing, for MNIST and for all other digits: two pictures that look alike must
# look alike to the network, too.
#
# torch wants one more thing: an axis for the channels. Pictures come as `(N, 28, 28)` and have to
# become `(N, 1, 28, 28)`, for there is one channel, grey. And its weights are of the type float32,
# so the pictures have to be float32 as well.
#
# ### Question `normalize(images)`

# %% solution="normalize"

# %% test="normalize"
raw = np.zeros((3, 28, 28), np.uint8)
raw[1], raw[2, 0, 1] = 255, 51
seen = normalize(raw)
assert isinstance(seen, torch.Tensor), f"A tensor should come back, not a {type(seen).__name__}."
assert seen.shape == (3, 1, 28, 28), (
    f"Three pictures should become (3, 1, 28, 28); yours is {tuple(seen.shape)}."
)
assert seen.dtype == torch.float32, f"The numbers should be float32; yours are {seen.dtype}."
black, white, dark = seen[0, 0, 5, 5].item(), seen[1, 0, 5, 5].item(), seen[2, 0, 0, 1].item()
assert np.isclose(black, -0.42421, atol=1e-4), (
    f"A black pixel should become (0 - 0.1307) / 0.3081 = -0.4242; yours becomes {black:.4f}."
)
assert np.isclose(white, 2.82149, atol=1e-4), (
    f"A white pixel should become (1 - 0.1307) / 0.3081 = 2.8215; yours becomes {white:.4f}."
)
assert np.isclose(dark, 0.22493, atol=1e-4), (
    f"A pixel of 51 is one fifth of white and should become 0.2249; yours becomes {dark:.4f}."
)
print("normalize: all visible checks passed.")

# %% [markdown]
# ## 2. How wrong is a guess? The cross-entropy
#
# LeNet gives ten logits $z_0, \dots, z_9$ for each picture: any numbers, the larger the more it
# believes in that digit. The **softmax** makes probabilities of them, positive and with the sum 1:
#
# $$ p_k = \frac{e^{z_k}}{e^{z_0} + e^{z_1} + \dots + e^{z_9}} . $$
#
# The **cross-entropy** asks one thing only: how much probability did the *right* digit get?
#
# $$ \text{loss} = -\log p_\text{right} . $$
#
# If it got all, the loss is 0. If it got a half, the loss is 0.69, and the smaller its share, the
# faster the loss grows: who is sure and wrong pays dearly. For a batch we take the mean.
#
# **By hand.** An untrained network gives about the same logit to all ten digits. What is its loss?
# And what is the loss of one that always gives the right digit 90 %?
#
# <details><summary>Compare</summary>
#
# −log(1/10) = 2.303: every training should begin near this number. −log(0.9) = 0.105.
#
# </details>
#
# In torch, `F.cross_entropy(logits, labels)` does it all: softmax, logarithm, and the mean over the
# batch. It expects the **logits**. Give it probabilities, and the softmax is taken twice; that does
# not crash, it only learns badly. One of the most frequent mistakes of all.


# %% show=true
@figure()
def the_price_of_being_wrong():
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.2), width_ratios=[1.25, 1])
    logits = np.array([0.5, -1.0, 0.2, 2.4, -0.5, 1.6, -2.0, 0.1, 1.2, -0.3])
    odds = np.exp(logits) / np.exp(logits).sum()
    tints = [ORANGE if k == 3 else SKY for k in range(10)]
    left.bar(np.arange(10) - 0.2, logits, 0.38, color=tints, alpha=0.5)
    left.bar(np.arange(10) + 0.2, odds, 0.38, color=tints, edgecolor=INK, lw=0.6)
    left.axhline(0, color=INK, lw=0.6)
    for k in range(10):
        left.text(k + 0.2, odds[k] + 0.06, f"{odds[k]:.0%}", ha="center", fontsize=8)
    left.set(title="pale: ten logits; framed: their probabilities", xticks=range(10))
    p = np.linspace(0.005, 1, 300)
    right.plot(p, -np.log(p), color=BLUE)
    for share in (0.03, 0.1, odds[3], 0.9):
        right.plot(share, -np.log(share), "o", color=ORANGE)
        right.annotate(f"{share:.0%}: {-np.log(share):.2f}", (share, -np.log(share)),
                       (6, 6), textcoords="offset points", fontsize=9)  # fmt: skip
    right.set(title="the loss", xlabel="probability of the right digit", ylim=(0, 5))


# %% [markdown]
# ## 3. How to get better: gradients, steps, momentum
#
# The loss depends on all 61,706 weights. For each of them torch can find out what would happen if
# it were a tiny bit larger: that is the **gradient**. It points uphill. So we move every weight a
# small step against it, and the **learning rate** says how small:
#
# $$ w \leftarrow w - \text{lr} \cdot \frac{\partial\, \text{loss}}{\partial w} . $$
#
# That is **gradient descent**. It is called *stochastic* (SGD) if the loss is that of a small batch
# and not that of all pictures: less exact, but a hundred steps for the price of one.
#
# **Momentum** gives the walker some mass. He keeps nine tenths of his speed and adds the new slope:
#
# $$ v \leftarrow 0.9\, v + \text{gradient}, \qquad w \leftarrow w - \text{lr} \cdot v . $$
#
# On a long slope he picks up speed, and in a narrow valley he stops zigzagging.
#
# In torch an **optimizer** does the walking. Here is one with a single weight, whose "loss" is
# $(w - 3)^2$. Note the four lines inside the loop. They are the same for all networks in the world.


# %%
def walk(rate, momentum, steps=25):
    """Where a walker comes by who starts at 0 and looks for the lowest point of (w − 3)²."""
    place = torch.zeros(1, requires_grad=True)
    walker = torch.optim.SGD([place], lr=rate, momentum=momentum)
    path = []
    for _ in range(steps):
        walker.zero_grad()  # forget the slope of the step before
        height = (place - 3).square().sum()  # where are we?
        height.backward()  # how steep is it here? The answer is kept in place.grad
        walker.step()  # one step downhill
        path.append(place.item())
    return path


first_steps = walk(0.1, 0.0, steps=2)  # 0.6 and 1.08: can you tell why?


# %% show=true
@figure()
def walkers():
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.2))
    for rate, tint in zip((0.01, 0.1, 0.95), (GREY, BLUE, ORANGE), strict=True):
        left.plot([0, *walk(rate, 0.0)], "o-", ms=3, color=tint, label=f"lr = {rate}")
    for momentum, tint in zip((0.0, 0.5, 0.9), (BLUE, GREEN, ORANGE), strict=True):
        right.plot([0, *walk(0.02, momentum, 60)], color=tint, label=f"momentum {momentum}")
    for ax, title in ((left, "too small, good, nearly too large"), (right, "lr = 0.02: with mass")):
        ax.axhline(3, color=PALE, zorder=0)
        ax.set(title=title, xlabel="step", ylabel="w")
        ax.legend()


# %% [markdown]
# `zero_grad` deserves a word. `backward` does not *set* the gradients, it *adds* to what is there.
# If nobody clears them, each step is made with the sum of all slopes since the beginning. And if
# they are cleared between `backward` and `step`, there is no slope at all when the step is made.
#
# ## 4. One pass over the pictures
#
# One pass over all the pictures is called an **epoch**. The pictures come in batches; for each of
# them: forget, look, find the slope, make a step.
#
# Two more things. Some layers behave differently while a network learns: dropout switches units off
# at random, batch normalization watches the batch. `model.train()` tells them to, `model.eval()`
# tells them to stop. LeNet has no such layers, but your function shall work for all networks.
#
# And we want to watch the loss. Note it for each batch *before* the step, and return the mean over
# all pictures. The last batch may be smaller than the others, so a mean of means is not the mean.
#
# **By hand.** A batch of 64 pictures has the mean loss 2.0, a last one of 16 has 1.0. What is the
# mean over all 80 pictures?
#
# <details><summary>Compare</summary>
#
# (64 · 2.0 + 16 · 1.0) / 80 = 1.8, not 1.5.
#
# </details>
#
# ### Question `train_epoch(model, batches, optimizer)`
#
# `batches` is anything that a `for` loop can go through, once, and that gives pairs of pictures and
# labels. Don't ask for its length: a stream has none.

# %% solution="train_epoch"

# %% test="train_epoch"
model, paper = flat_model(), torch.zeros(4, 1, 28, 28)  # on empty paper only the biases matter
threes, fives = torch.full((4,), 3), torch.full((4,), 5)
found = train_epoch(model.eval(), [(paper, threes)], torch.optim.SGD(model.parameters(), lr=1.0))
assert isinstance(found, float), f"A Python float should come back, not a {type(found).__name__}."
assert np.isclose(found, np.log(10), atol=1e-4), (
    "A network that gives all ten digits the same logit has the loss log(10) = 2.3026 before its"
    f" first step; yours is {found:.4f}. Is it the cross-entropy of the logits, before the step?"
)
assert model.training, "After the pass the model should be in training mode. Who has told it?"
bias = model[1].bias.tolist()
assert np.allclose(bias, [-0.1, -0.1, -0.1, 0.9] + 6 * [-0.1], atol=1e-4), (
    "All four pictures are threes, each digit has the probability 0.1, and lr is 1: the step moves"
    f" the bias of the 3 up by 0.9 and all others down by 0.1. Yours are {np.round(bias, 3)}."
)
model = flat_model()
stream = ((paper[:count], kind[:count]) for count, kind in ((4, threes), (1, fives)))
found = train_epoch(model, stream, torch.optim.SGD(model.parameters(), lr=1.0))
odds = np.exp(np.where(np.arange(10) == 3, 0.9, -0.1))
odds /= odds.sum()  # what the network believes after its first step
assert np.isclose(found, (4 * np.log(10) - np.log(odds[5])) / 5, atol=1e-4), (
    f"Four pictures cost 2.3026 each, the fifth {-np.log(odds[5]):.4f}, so the mean over all is"
    f" {(4 * np.log(10) - np.log(odds[5])) / 5:.4f}; yours is {found:.4f}."
)
expected = np.where(np.arange(10) == 3, 0.9, -0.1) - odds + (np.arange(10) == 5)
bias = model[1].bias.tolist()
assert np.allclose(bias, expected, atol=1e-4), (
    f"After two batches the biases should be\n{np.round(expected, 3)}; yours are\n"
    f"{np.round(bias, 3)}\nAre the gradients of the first batch forgotten before the second?"
)
print("train_epoch: all visible checks passed.")

# %% [markdown]
# ## 5. How good is it? The accuracy
#
# The loss is what the network works on. What we want to know is simpler: which part of the pictures
# does it get right? For each picture the guess is the place of its largest logit, and the
# **accuracy** is the number of right guesses divided by the number of pictures.
#
# Nothing is learned here. So the network is put into evaluation mode, where nothing is left to
# chance, and torch is told not to keep what it would need for gradients: see `torch.no_grad` in
# torch's documentation. That saves time and memory.
#
# ### Question `evaluate(model, batches)`

# %% solution="evaluate"

# %% test="evaluate"
model, watched = flat_model(), []
model[1].bias.data[7] = 1.0  # this network says 7, whatever it sees
model[1].register_forward_hook(lambda part, given, out: watched.append((part.training, out)))
answers = torch.tensor([7, 7, 7, 1, 2, 7, 0, 7, 7, 3])
paper = torch.zeros(10, 1, 28, 28)
found = evaluate(model.train(), iter([(paper[:8], answers[:8]), (paper[8:], answers[8:])]))
assert isinstance(found, float), f"A Python float should come back, not a {type(found).__name__}."
assert np.isclose(found, 0.6), (
    f"6 of the 10 labels are a 7, so the accuracy is 0.6; yours is {found:.4f}."
    " May a batch of two count as much as a batch of eight?"
)
assert not watched[0][0], "The model should be in evaluation mode while it is evaluated."
assert not watched[0][1].requires_grad, "torch still keeps everything it needs for gradients."
print("evaluate: all visible checks passed.")

# %% [markdown]
# ## 6. The whole training
#
# Now put it together. One optimizer for the whole training: SGD with momentum 0.9. In each epoch a
# **new random order** of all pictures, cut into batches. Why random? If all zeros came first and
# then all ones, the network would forget the zeros while it learns the ones. And why new? So that
# no two pictures always meet in the same batch.
#
# Random, but such that it can be **repeated**: the same `seed` has to give the same weights, to the
# last digit, whatever happened before the call. Keep in mind that not only your order is drawn at
# random, but dropout draws, too, and it asks torch's global generator.
#
# Useful: `torch.manual_seed`, `torch.randperm`, and that a tensor of indices picks rows of another
# tensor.
#
# ### Question `train(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0)`

# %% solution="train"

# %% test="train"
paper, digits = torch.zeros(10, 1, 28, 28), torch.arange(10) % 3
paper[:, 0, 0, 0] = torch.arange(10)  # the first pixel tells which picture it is
model, log = flat_model(), []
model.register_forward_pre_hook(lambda part, given: log.append(given[0][:, 0, 0, 0].tolist()))
found = train(model, paper, digits, epochs=3, batch_size=4, lr=0.0)
assert isinstance(found, list) and len(found) == 3, (
    f"Three epochs give three losses, not {found!r}."
)
assert np.allclose(found, np.log(10), atol=1e-4), (
    f"With lr = 0 nothing is learned: all losses should be 2.3026; yours are {found}."
)
assert paper[:, 0, 0, 0].tolist() == list(range(10)), (
    "Your function has changed the pictures it was given. Take rows in another order, and leave"
    " the tensor itself as it is."
)
assert [len(batch) for batch in log] == [4, 4, 2] * 3, (
    "Ten pictures in batches of four make batches of 4, 4 and 2 in each epoch; yours have"
    f" {[len(batch) for batch in log]}."
)
orders = [log[first] + log[first + 1] + log[first + 2] for first in (0, 3, 6)]
assert all(sorted(order) == list(range(10)) for order in orders), (
    f"Every picture should be used once in an epoch. Your first epoch used {orders[0]}."
)
assert orders[0] != orders[1] != orders[2], "Every epoch should have a new order."
model = flat_model()
train(model, torch.zeros(10, 1, 28, 28), torch.full((10,), 3), epochs=2, lr=0.1)
first = np.where(np.arange(10) == 3, 0.09, -0.01)  # the biases after the first step
slope = np.exp(first) / np.exp(first).sum() - (np.arange(10) == 3)
expected = first - 0.1 * (0.9 * -10 * first + slope)
bias = model[1].bias.tolist()
assert np.allclose(bias, expected, atol=1e-4), (
    f"After two steps with momentum 0.9 the biases should be\n{np.round(expected, 4)}\nand yours"
    f" are\n{np.round(bias, 4)}\nIs it one optimizer for all epochs, with momentum?"
)
results = []
for state in (0, 1):
    torch.manual_seed(5)
    drops = nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(784, 10))
    torch.manual_seed(state)
    train(drops, paper, digits, epochs=2, batch_size=4, seed=11)
    results.append(drops[2].weight.detach().clone())
assert torch.equal(*results), (
    "The same seed gave two different networks, as other random numbers were drawn before the call."
)
print("train: all visible checks passed.")

# %% [markdown]
# The great moment. Your functions train LeNet on the pictures. After every epoch it is asked twice
# how good it is: on the pictures it has learned from, and on the test pictures.


# %% show=true
KNOWN = {}  # what has been trained, so that each figure need not train again


def readers(epochs=10):
    """LeNet before and after its training, the losses, and two accuracies for each epoch."""
    if not KNOWN:
        images, targets = normalize(pictures), torch.tensor(labels)
        some = [(images[:1000], targets[:1000])]
        others = [(normalize(test_pictures), torch.tensor(test_labels))]
        torch.manual_seed(1)
        young, model = LeNet(), LeNet()
        model.load_state_dict(young.state_dict())
        losses, accuracies = [], [(evaluate(model, some), evaluate(model, others))]
        for epoch in range(epochs):  # one by one, to ask in between
            losses += train(model, images, targets, 1, batch_size=32, lr=0.03, seed=epoch)
            accuracies.append((evaluate(model, some), evaluate(model, others)))
        KNOWN.update(young=young, model=model, losses=losses, accuracies=accuracies)
    return KNOWN


@figure("normalize", "train_epoch", "evaluate", "train")
def learning_curves():
    known = readers()
    own, test = np.array(known["accuracies"]).T
    print(
        f"LeNet reads {test[-1]:.1%} of the test pictures, and {test[0]:.1%} before the training."
    )
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.3))
    left.axhline(np.log(10), ls=":", color=GREY)
    left.text(len(own) - 1, np.log(10) - 0.14, "guessing: log(10)", ha="right", color=GREY)
    left.plot(range(1, len(own)), known["losses"], "o-", color=ORANGE)
    left.set(title="mean loss", xlabel="epoch", ylim=(0, 2.5))
    right.axhline(0.1, ls=":", color=GREY)
    right.plot(own, "o-", ms=4, color=GREY, label="on the pictures it has learned from")
    right.plot(test, "o-", ms=4, color=BLUE, label="on test pictures")
    right.set(title="accuracy", xlabel="epoch", ylim=(0, 1.02))
    right.legend(loc="center right")


# %% [markdown]
# Which of the two curves on the right is the accuracy? **The blue one.** A network with a good
# memory gets all its own pictures right and may still fail on others; only pictures that it has
# never seen tell what it has understood. Whoever reports the grey curve reports a memory.
#
# Play with it, in a cell of your own: `train(LeNet(), ...)` with a tenth of the pictures, with
# `lr=0.5`, with `lr=0.001`, with `batch_size=1000`. Which curves break, and how?

# %% [markdown]
# ## 7. What it has learned
#
# The six kernels of C1 were noise in the beginning. What are they now? They hold positive and
# negative numbers, so to see them as pictures we scale each by itself: its smallest weight is drawn
# black (0), its largest white (1).
#
# ### Question `learned_kernels(model)`
#
# Return the six pictures as one NumPy array. The weights of the model must not change, so mind
# which memory you write to.

# %% solution="learned_kernels"

# %% test="learned_kernels"
model = LeNet()
ramp = torch.arange(150, dtype=torch.float32).reshape(6, 1, 5, 5)
model.c1.weight.data = ramp * torch.tensor([1.0, -1, 2, 0.5, 3, -2]).reshape(6, 1, 1, 1)
before = model.c1.weight.detach().clone()
found = learned_kernels(model)
assert isinstance(found, np.ndarray), f"An array should come back, not a {type(found).__name__}."
assert found.shape == (6, 5, 5), f"Six pictures of 5 x 5 are (6, 5, 5); yours is {found.shape}."
for number, kernel in enumerate(found):
    low, high = kernel.min(), kernel.max()
    assert np.isclose(low, 0) and np.isclose(high, 1), (
        f"Kernel {number} should reach from 0 to 1; yours reaches from {low:.3f} to {high:.3f}."
    )
assert np.isclose(found[2, 2, 2], 0.5) and np.isclose(found[1, 0, 0], 1), (
    "Kernel 2 rises evenly, so its centre is 0.5. Kernel 1 falls, so it begins with 1."
)
assert torch.equal(model.c1.weight, before), "Your function has changed the weights of the model."
print("learned_kernels: all visible checks passed.")


# %% show=true
@figure("normalize", "train_epoch", "evaluate", "train", "learned_kernels")
def kernels_before_and_after():
    known = readers()
    _, axes = plt.subplots(2, 6, figsize=(9, 3.3))
    for row, (key, name) in zip(axes, {"young": "before", "model": "after"}.items(), strict=True):
        kernels = learned_kernels(known[key])
        for number, ax in enumerate(row):
            show_picture(ax, kernels[number], f"kernel {number}, {name}", vmin=0, vmax=1)


# %% [markdown]
# Small kernels of a small network do not look like a textbook, and yet: do you find edges, lines,
# directions? Compare with what you drew by hand in the first assignment. Remember as well that they
# are seen through the tanh and the next layer: a kernel and its negative are worth the same.
#
# **A CNN in action.** This is what LeNet sees while it reads. Follow one digit from left to right.
# Each map of C1 says "here is what I am looking for", red for yes and blue for the opposite. In C3
# the same digit is taken apart into sixteen maps of 10 × 10, and at the end stand ten
# probabilities.


# %% show=true
@figure("normalize", "train_epoch", "evaluate", "train", "learned_kernels")
def a_cnn_in_action():
    model = readers()["model"].eval()
    chosen = [int(np.flatnonzero(test_labels == digit)[0]) for digit in (2, 4, 7, 8)]
    shown = normalize(test_pictures[chosen])
    c1 = torch.tanh(model.c1(shown))
    c3 = torch.tanh(model.c3(F.avg_pool2d(c1, 2))).detach().numpy()
    odds, c1 = torch.softmax(model(shown), 1).detach().numpy(), c1.detach().numpy()
    for index, place in enumerate(chosen):
        paper = plt.figure(figsize=(13, 1.75))
        parts = paper.subfigures(1, 4, width_ratios=[1, 2.6, 4.6, 1.9])
        show_picture(parts[0].subplots(), test_pictures[place], f"a {test_labels[place]}")
        for number, ax in enumerate(parts[1].subplots(2, 3).flat):
            show_map(ax, c1[index, number], f"C1, {number}" if index == 0 else "")
        for number, ax in enumerate(parts[2].subplots(2, 8).flat):
            show_map(ax, c3[index, number], f"C3, {number}" if index == 0 else "")
        ax = parts[3].subplots()
        tints = [ORANGE if digit == odds[index].argmax() else SKY for digit in range(10)]
        ax.bar(range(10), odds[index], color=tints)
        ax.set(xticks=range(10), ylim=(0, 1), yticks=[0, 1])


# %% [markdown]
# ## 8. What it gets wrong
#
# One function is missing: the one for whoever wants to *use* the network. Pictures in, labels out.
#
# ### Question `predict(model, images)`

# %% solution="predict"

# %% test="predict"
model, watched = flat_model(), []
model[1].weight.data[4, 0] = model[1].weight.data[9, 783] = 1.0  # a corner for the 4, one for the 9
model[1].register_forward_hook(lambda part, given, out: watched.append((part.training, out)))
shown = torch.zeros(3, 1, 28, 28)
shown[0, 0, 0, 0], shown[1, 0, 27, 27], shown[2, 0, 0, 0], shown[2, 0, 27, 27] = 2, 2, 1, 3
found = predict(model.train(), shown)
assert isinstance(found, torch.Tensor | np.ndarray), (
    f"A tensor of labels should come back, not a {type(found).__name__}."
)
assert tuple(found.shape) == (3,), f"Three pictures have three labels, not {tuple(found.shape)}."
assert "int64" in str(found.dtype), f"Labels should be int64; yours are {found.dtype}."
assert found.tolist() == [4, 9, 9], f"The labels should be [4, 9, 9]; yours are {found.tolist()}."
assert not watched[0][0], "The model should be in evaluation mode while it predicts."
assert not watched[0][1].requires_grad, "torch still keeps everything it needs for gradients."
print("predict: all visible checks passed.")

# %% [markdown]
# A **confusion matrix** counts what was taken for what: one row for each true digit, one column for
# each guess. On the diagonal stands what went well; everything else is a confusion. Below you see
# the test pictures that LeNet got wrong, those first of which it was most certain.


# %% show=true
@figure("normalize", "train_epoch", "evaluate", "train", "predict")
def what_it_gets_wrong():
    model = readers()["model"]
    guesses = torch.as_tensor(predict(model, normalize(test_pictures))).numpy()
    table = np.zeros((10, 10), int)
    np.add.at(table, (test_labels, guesses), 1)
    paper = plt.figure(figsize=(12, 4.6))
    left, right = paper.subfigures(1, 2, width_ratios=[1, 1.45])
    ax = left.subplots()
    errors = table * (1 - np.eye(10, dtype=int))
    ax.imshow(errors, cmap="Oranges", vmin=0, vmax=max(errors.max(), 1) * 1.3)
    for (row, column), count in np.ndenumerate(table):
        if count:
            tint = "#bbbbbb" if row == column else INK
            ax.text(column, row, count, ha="center", va="center", fontsize=8, color=tint)
    ax.set(xticks=range(10), yticks=range(10), xlabel="guess", ylabel="truth",
           title=f"{errors.sum()} of {len(guesses)} are wrong")  # fmt: skip
    odds = torch.softmax(model.eval()(normalize(test_pictures)), 1).detach().numpy().max(axis=1)
    wrong = np.flatnonzero(guesses != test_labels)
    wrong = wrong[np.argsort(-odds[wrong])][:15]
    axes = right.subplots(3, 5)
    for ax in axes.flat:
        ax.axis("off")
    for ax, place in zip(axes.flat, wrong, strict=False):
        told = f"{test_labels[place]} → {guesses[place]}  ({odds[place]:.0%})"
        show_picture(ax, test_pictures[place], told)


# %% [markdown]
# One more experiment. Move every test digit to the right, pixel by pixel (what leaves the picture
# enters on the other side), and ask again. A convolution moves along with the digit, and the pools
# forgive a pixel or so. But C5 looks at fixed places, and it has only seen digits in the middle.
# How far does LeNet follow?


# %% show=true
@figure("normalize", "train_epoch", "evaluate", "train", "predict")
def how_far_it_follows():
    model, moves = readers()["model"], range(-6, 7)
    rates = []
    for move in moves:
        guesses = predict(model, normalize(np.roll(test_pictures, move, axis=2)))
        rates.append(np.mean(torch.as_tensor(guesses).numpy() == test_labels))
    paper = plt.figure(figsize=(11, 3))
    left, right = paper.subfigures(1, 2, width_ratios=[1, 1.4])
    for ax, move in zip(left.subplots(1, 3), (-4, 0, 4), strict=True):
        told = f"moved by {move}".replace("-", "−")
        show_picture(ax, np.roll(test_pictures[1], move, axis=1), told)
    ax = right.subplots()
    ax.axhline(0.1, ls=":", color=GREY)
    ax.plot(moves, rates, "o-", color=BLUE)
    ax.set(title="accuracy on moved digits", xlabel="moved to the right by", ylim=(0, 1.02))


# %% [markdown]
# ### Question `explore` (written)
#
# Open a demo of a convolutional network that runs in the browser: the one that the material of the
# lecture links to, or another one, such as *CNN Explainer*, or Adam Harley's interactive
# visualization of a network that reads digits. Play with it for a quarter of an hour: draw, click
# on units, follow the lines back to the picture. Then write about 200 words:
#
# 1. **The demo.** Which layers does it have, and what do you see in each of them? Pick one unit of
#    an early and one of a late layer: what does it respond to? Change your drawing a little (a gap
#    in a stroke, a shift, a slant): what changes in the first layer, and what in the last?
# 2. **Your own LeNet.** Which digits does it confuse most often? Look at the pictures above: what
#    do they have in common, and why might *this* network, with these kernels and pools, mistake the
#    one for the other? What would you try in order to improve it?

# %% [markdown] written="explore"
# *Your answer here.*

# %% [markdown]
# ## What you should be able to explain
#
# Close the notebook, take a sheet of paper, and explain, as if to someone who has missed the
# lecture:
#
# * Why are pictures normalized, and why always with the same two numbers?
# * What does the cross-entropy measure? With which value does a training begin, and why? Why does
#   it want logits?
# * What is a gradient, and what does the learning rate do? What changes with momentum?
# * Which four things happen for every batch? What goes wrong if one is forgotten, or if two change
#   places?
# * What is a batch, what is an epoch? Why are the pictures shuffled?
# * What do `model.train()` and `model.eval()` change, and for which layers? What has `no_grad` to
#   do with it? (Nothing. So why are they mentioned in the same breath?)
# * Why is the accuracy measured on pictures that the network has not learned from?
# * How can the same training be repeated to the last digit?
# * What do the kernels of C1 look for? What stands in a confusion matrix?
#
# **Before you hand in:** restart the kernel, run all cells, and check that every visible check
# prints its last line. Then read your written answer once more, aloud.
