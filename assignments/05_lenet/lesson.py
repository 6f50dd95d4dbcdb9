# %% [markdown]
# # LeNet-5: the forward pass
#
# Kernels, strides, padding, channels, pools, weights to be counted: you have met all the parts. Now
# we build the machine. LeNet-5 was published in 1998 by Yann LeCun, Léon Bottou, Yoshua Bengio and
# Patrick Haffner ("Gradient-based learning applied to document recognition", Proceedings of the
# IEEE) to read handwritten digits, on cheques among other things. It is small enough to be held in
# the head, and yet nearly every network for pictures that came after it is built on its plan.
#
# You will write it twice. First in **NumPy**, where every number can be looked at, then in
# **torch**, where it will be able to learn. At last you carry the weights from the one over to the
# other. If both then give the same ten numbers you have most likely understood both.
#
# The road we take:
#
# 1. LeNet on one page, and its sizes,
# 2. what stands between the layers: tanh, and the pool that takes the mean,
# 3. from maps to a row of numbers: the layer C5,
# 4. the forward pass in NumPy,
# 5. the same in torch,
# 6. from torch back to NumPy.

# %% [markdown]
# ## How to work with this notebook
#
# * **Fill in the stubs.** Where you see `# YOUR CODE HERE` and `raise NotImplementedError()`,
#   replace both lines by your code. Keep the names and the parameters. The docstring says what goes
#   in and what must come out.
# * **Go from top to bottom.** Below each stub stands a visible check: run it, read its message,
#   repair, run again. Until you have filled in a stub its check stops with `NotImplementedError`.
#   Figures that need code you have not written yet show a grey card instead.
# * **Don't delete, copy or move cells**, and don't edit the given ones. You may add cells of your
#   own wherever you like.
# * **How the points work.** After you hand in, your code is called with other pictures and other
#   weights than the ones you see. Every layer earns its own points: a mistake in C1 does not cost
#   you those of C3. The visible checks are a guide, not the whole story.
# * **What every function must respect**: the arrays and dicts you are given stay as they were.
# * **Not allowed** in `lenet_forward`: torch and its relatives. There you work with NumPy. In
#   `LeNet` and `export_parameters` all of torch is allowed.
# * **You may use what you have written before.** If your `conv2d` and `avg_pool2d` from the earlier
#   assignments are good, copy them into the cell of `lenet_forward`, above or inside the function.
# * **Before you hand in**: restart the kernel and run all cells.

# %%
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F  # noqa: F401 - for what students write
from torch import nn

# %% [markdown]
# The next cell holds drawing tools, and a pen that writes digits. You need not read it, but run it.

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


def bare(ax, left, right, bottom, top, title=""):
    """An empty sheet of paper: equal scales, no axes; `bottom` > `top` points downwards."""
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", title=title)
    ax.axis("off")


def box(ax, x, y, width, height, fill=PALE, edge="white", lw=1.5, **more):
    """A rectangle with its first corner at (x, y)."""
    ax.add_patch(plt.Rectangle((x, y), width, height, fc=fill, ec=edge, lw=lw, **more))


def write(ax, x, y, text, **more):
    """Text that is centred at (x, y)."""
    ax.text(x, y, str(text), **{"ha": "center", "va": "center", "color": INK} | more)


def show_map(ax, values, title="", limit=1.0):
    """Draw signed values: blue is −limit, white is zero, red is limit."""
    ax.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit)
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set_visible(True)


PEN = {  # where the pen goes: rounded lines, from (left, top) to (right, bottom) in 0 … 1
    2: [[(0.2, 0.3), (0.25, 0.02), (0.8, 0.02), (0.85, 0.4), (0.4, 0.7), (0.15, 0.98),
         (0.4, 0.95), (0.9, 0.97)]],
    3: [[(0.2, 0.12), (0.5, -0.05), (0.95, 0.12), (0.75, 0.45), (0.4, 0.46), (0.95, 0.5),
         (0.95, 0.95), (0.5, 1.05), (0.15, 0.88)]],
    4: [[(0.55, 0.0), (0.4, 0.3), (0.12, 0.62), (0.4, 0.62), (0.95, 0.6)],
        [(0.72, 0.3), (0.7, 0.6), (0.68, 1.0)]],
    7: [[(0.15, 0.06), (0.5, 0.04), (0.95, 0.02), (0.7, 0.4), (0.5, 0.7), (0.45, 1.0)]],
    8: [[(0.8, 0.15), (0.45, -0.08), (0.1, 0.2), (0.45, 0.45), (0.95, 0.65), (0.85, 1.05),
         (0.3, 1.1), (0.1, 0.75), (0.5, 0.5), (0.9, 0.3), (0.75, 0.05)]],
}  # fmt: skip


def written(digit, lean=0.12, width=1.25):
    """A digit as a pen writes it: brightness (28, 28) from 0 to 1."""
    y, x = np.mgrid[:28, :28]
    ink = np.zeros((28, 28))
    for line in PEN[digit]:
        points = np.array(line)
        for _ in range(4):  # cut the corners, again and again
            near, far = points[:-1], points[1:]
            cuts = np.stack([0.75 * near + 0.25 * far, 0.25 * near + 0.75 * far], axis=1)
            points = np.concatenate([points[:1], cuts.reshape(-1, 2), points[-1:]])
        across = 7.5 + 12.5 * points[:, 0] + lean * 19 * (0.5 - points[:, 1])
        down = 4.5 + 18.5 * points[:, 1]
        for (x0, y0), (x1, y1) in pairwise(zip(across, down, strict=True)):
            length = max((x1 - x0) ** 2 + (y1 - y0) ** 2, 1e-9)
            place = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length, 0, 1)
            away = np.hypot(x - x0 - place * (x1 - x0), y - y0 - place * (y1 - y0))
            ink = np.maximum(ink, np.clip(width + 0.5 - away, 0, 1))
    return ink


# %% [markdown]
# ## 1. LeNet on one page
#
# On the left a picture comes in, on the right ten numbers come out, one for each digit. These ten
# are called **logits**. The largest of them is the network's guess.


# %% show=true
@figure()
def lenet_on_one_page():
    paper = plt.figure(figsize=(13, 4.3), dpi=110, layout="none")
    ax = paper.add_axes([0, 0, 1, 1])
    ax.imshow(written(3), extent=(0.4, 5.0, 7.6, 3.0), cmap="gray", zorder=2)
    box(ax, 0.4, 3.0, 4.6, 4.6, "none", INK, 1, zorder=3)

    def pile(x, y, side, count, tint, spread):
        for index in reversed(range(count)):
            shift = spread * index / (count - 1)
            box(ax, x + shift, y - shift, side, side, tint, INK, 0.8, zorder=2 - shift / 100)

    def beam(near, far, colour):
        (x, y, width), (u, v, narrow) = near, far
        for down in (0, 1):
            ax.plot([x + width, u], [y + down * width, v + down * narrow], color=colour, lw=0.9,
                    zorder=4)  # fmt: skip
        box(ax, x, y, width, width, colour, colour, 1.5, alpha=0.35, zorder=4)
        box(ax, u, v, narrow, narrow, colour, colour, 1, zorder=4)

    pile(6.6, 4.0, 4.6, 6, SAND, 1.5)
    pile(13.7, 5.0, 2.6, 6, SKY, 1.2)
    pile(19.2, 5.4, 2.0, 16, SAND, 2.2)
    pile(24.6, 6.1, 1.2, 16, SKY, 1.6)
    for left, height, tint in ((29.2, 6.4, LEAF), (31.7, 5.2, LEAF), (34.2, 2.6, SAND)):
        box(ax, left, 5.3 - height / 2, 0.55, height, tint, INK, 0.8)
    fine, coarse = 4.6 / 28, 2.6 / 14  # a pixel of the picture and of C1, a value of S2
    window = (0.4 + 9 * fine, 3.0 + 8 * fine, 5 * fine)  # columns 9 to 13, rows 8 to 12
    beam(window, (6.6 + 11 * fine, 4.0 + 10 * fine, fine), ORANGE)  # its middle: column 11, row 10
    window = (6.6 + 18 * fine, 4.0 + 22 * fine, 2 * fine)
    beam(window, (13.7 + 9 * coarse, 5.0 + 11 * coarse, coarse), BLUE)
    beam((13.7 + 3 * coarse, 5.0 + 4 * coarse, 5 * coarse), (19.8, 6.2, 0.2), ORANGE)
    beam((20.4, 6.6, 0.4), (25.32, 6.82, 0.24), BLUE)
    for near, far in (((27.4, 4.5), (29.2, 2.1)), ((25.8, 7.3), (29.2, 8.5)),
                      ((29.75, 2.1), (31.7, 2.7)), ((29.75, 8.5), (31.7, 7.9)),
                      ((32.25, 2.7), (34.2, 4.0)), ((32.25, 7.9), (34.2, 6.6))):  # fmt: skip
        ax.plot(*zip(near, far, strict=True), color=GREEN, lw=0.9)
    for x, name, size in ((2.7, "picture", "1 × 28 × 28"), (9.6, "C1", "6 × 28 × 28"),
                          (15.6, "S2", "6 × 14 × 14"), (21.3, "C3", "16 × 10 × 10"),
                          (26.0, "S4", "16 × 5 × 5"), (29.5, "C5", "120"), (32.0, "F6", "84"),
                          (34.5, "output", "10")):  # fmt: skip
        write(ax, x, 9.5, name, fontsize=12)
        write(ax, x, 10.2, size, fontsize=10, color=GREY)
    kernels, mean = ("6 kernels 5 × 5\nframe 2, tanh", "16 kernels\n5 × 5, tanh"), "mean of\n2 × 2"
    for x, text, colour in ((6.0, kernels[0], ORANGE), (13.0, mean, BLUE),
                            (18.2, kernels[1], ORANGE), (23.7, mean, BLUE),
                            (28.3, "dense\ntanh", GREEN), (30.9, "dense\ntanh", GREEN),
                            (33.4, "dense", GREEN)):  # fmt: skip
        write(ax, x, 1.15, text, fontsize=9, color=colour)
    bare(ax, 0, 35.6, 10.8, 0.2)


# %% [markdown]
# Layers with a **C** are convolutions, those with an **S** pools ("subsampling"), and **F** is
# "fully connected", which we have called dense. C5 has a C in its name though we draw it as a dense
# layer; section 3 tells why both are right.
#
# We build LeNet as it is built today: each kernel of C3 reads all six maps of S2 (in 1998 some were
# left out to save time), the pools have no weights, and the output is a plain dense layer.
#
# **By hand.** Cover the figure with a sheet of paper, and fill in this table. You have learned how
# to in the assignments on layers, pools and parameters.
#
# | layer | windows | stride | padding | shape of the result | weights and biases |
# |:--|:--|:--|:--|:--|---:|
# | picture | | | | 1 × 28 × 28 | |
# | C1 | 6 kernels of 5 × 5 | 1 | 2 | ? | ? |
# | S2 | mean of 2 × 2 | 2 | 0 | ? | ? |
# | C3 | 16 kernels of 5 × 5 | 1 | 0 | ? | ? |
# | S4 | mean of 2 × 2 | 2 | 0 | ? | ? |
# | C5 | dense | | | 120 | ? |
# | F6 | dense | | | 84 | ? |
# | output | dense | | | 10 | ? |
#
# <details><summary>Compare</summary>
#
# Shapes: 6 × 28 × 28, 6 × 14 × 14, 16 × 10 × 10, 16 × 5 × 5 (that is 400 numbers).
# Weights and biases: 156, 0, 2,416, 0, 48,120, 10,164, 850, in all 61,706.
#
# </details>
#
# More than three quarters of all weights belong to C5. The convolutions, which do most of the work,
# have hardly any.

# %% [markdown]
# ## 2. What stands between the layers
#
# **tanh.** After C1, C3, C5 and F6 every single number $a$ is replaced by
#
# $$ \tanh(a) = \frac{e^a - e^{-a}}{e^a + e^{-a}}, $$
#
# which lies between −1 and 1. Small numbers hardly change, large ones are cut off softly. Why
# bother? Because a weighted sum of weighted sums is a weighted sum again: **without anything bent
# in between, all the layers together can do no more than a single one.** Such a bend is called an
# *activation*. Later networks took ReLU, $\max(a, 0)$, which is faster; LeNet took tanh.
#
# **The mean.** S2 and S4 replace every window of 2 × 2 by its mean. Here the order matters: the
# mean of bent numbers is not the bent mean.
#
# **By hand.** A window holds the sums 6, −6, 6 and 6. What comes out if tanh is taken first (as in
# LeNet), and what if the mean is taken first? ($\tanh(6)$ is as good as 1.)
#
# <details><summary>Compare</summary>
#
# tanh first: (1 − 1 + 1 + 1) / 4 = 0.5. Mean first: tanh(12 / 4) = tanh(3) = 0.995. The former says
# "three of four are on", the latter "the loud ones have won".
#
# </details>


# %% show=true
@figure()
def bends_and_orders():
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.3), width_ratios=[1, 1.2])
    a = np.linspace(-4, 4, 201)
    left.axhline(0, color=PALE, zorder=0)
    left.axvline(0, color=PALE, zorder=0)
    left.plot(a, np.maximum(a, 0), ":", color=GREY, label="ReLU")
    left.plot(a, 1 / (1 + np.exp(-a)), "--", color=GREEN, label="sigmoid")
    left.plot(a, np.tanh(a), color=ORANGE, label="tanh")
    left.set(title="three ways to bend a line", ylim=(-1.3, 2.2), xlabel="a")
    left.legend(loc="upper left")
    rng = np.random.default_rng(1)
    sums = rng.normal(0, 3, (300, 4))
    first, last = np.tanh(sums).mean(axis=1), np.tanh(sums.mean(axis=1))
    right.plot([-1, 1], [-1, 1], color=PALE, lw=3, zorder=0)
    right.scatter(first, last, s=10, color=BLUE)
    right.set(title="300 windows of four: the order matters", xlabel="tanh first, then the mean",
              ylabel="mean first, then tanh", aspect="equal")  # fmt: skip


# %% [markdown]
# ## 3. From maps to a row of numbers: C5
#
# S4 holds 16 maps of 5 × 5. To a dense layer they are one long row of 400 numbers: first map 0, row
# by row, then map 1, and so on. Each of the 120 units of C5 has 400 weights of its own, one for
# each number of the row:
#
# $$ \text{C5}[o] = \tanh\Big(b[o] + \sum_{i=0}^{399} W[o, i] \cdot \text{row}[i]\Big). $$
#
# The 120 × 400 weights are a matrix, so the sums are a product of a matrix and a vector. Both this
# order of the 400 and the shape `(out, in)` of the matrix are those of torch; if we keep to them
# the weights of one implementation fit the other.


# %% show=true
@figure()
def sixteen_maps_in_a_row():
    paper = plt.figure(figsize=(12.5, 2.7), dpi=100, layout="none")
    ax = paper.add_axes([0, 0, 1, 1])
    tints = plt.cm.viridis(np.linspace(0.15, 0.95, 16))
    shown = (0, 1, 15)
    for place, index in enumerate(shown):
        left = 0.6 + 7.2 * place + (1.6 if index == 15 else 0)
        for row, column in np.ndindex(5, 5):
            box(ax, left + column, 0.6 + row, 1, 1, tints[index], "white", 1)
            if index < 15 and row == 0:
                write(ax, left + column + 0.5, 1.1, 25 * index + column, fontsize=8, color="white")
        write(ax, left + 2.5, 6.2, f"map {index}", fontsize=10)
    write(ax, 15.0, 3.1, "…", fontsize=20, color=GREY)
    for place in range(36):
        index = 0 if place < 25 else 1
        box(ax, 0.6 + 0.62 * place, 8.0, 0.62, 1, tints[index], "white", 0.6)
        if place in (0, 1, 2, 3, 4, 24, 25, 26):
            write(ax, 0.91 + 0.62 * place, 8.5, place, fontsize=7, color="white")
    write(ax, 23.9, 8.5, "…", fontsize=20, color=GREY)
    for place in range(6):
        box(ax, 25.0 + 0.62 * place, 8.0, 0.62, 1, tints[15], "white", 0.6)
    write(ax, 28.41, 8.5, 399, fontsize=7)
    write(ax, 36, 3.1, "16 maps of 5 × 5", fontsize=12)
    write(ax, 36, 8.5, "one row of 400", fontsize=12)
    bare(ax, 0, 41, 9.6, 0)


# %% [markdown]
# And why the C? Because a convolution can do the same. Take a kernel that is as large as the whole
# stack of maps, 16 × 5 × 5. There is exactly one place where it fits, so its feature map is one
# number: bias plus the sum of 400 products. 120 such kernels make 120 numbers. A dense layer *is* a
# convolution that has no room to move. If the picture were larger there would be room, and C5 would
# slide.

# %% [markdown]
# ## 4. The forward pass in NumPy
#
# ### Question `lenet_forward(x, parameters)`
#
# One picture goes in, and a dict with the values of all seven layers comes out, so that you can
# look at each of them. The weights come in a dict, too, under the names of the layers.
#
# Some advice:
#
# * Convolve once, pool once, and use them twice. Small functions of your own are welcome.
# * A kernel of C3 has the shape (6, 5, 5). It reads all six maps, and the six results are added up.
# * Print the shapes on the way. If `s4` is not (16, 5, 5) the 400 weights of C5 do not fit.

# %% solution="lenet_forward"

# %% [markdown]
# For the check, and for the figures below, here is a LeNet that does nothing: all its weights are
# zero. Into such silence we can put single weights and see what each of them does.

# %%
LENET_SHAPES = {
    "c1.weight": (6, 1, 5, 5),
    "c1.bias": (6,),
    "c3.weight": (16, 6, 5, 5),
    "c3.bias": (16,),
    "c5.weight": (120, 400),
    "c5.bias": (120,),
    "f6.weight": (84, 120),
    "f6.bias": (84,),
    "output.weight": (10, 84),
    "output.bias": (10,),
}


def silent_lenet():
    """Parameters that are all zero, for you to write some numbers into."""
    return {key: np.zeros(size) for key, size in LENET_SHAPES.items()}


# %% test="lenet_forward"
quiet = silent_lenet()
for key in ("c1.bias", "c3.bias", "c5.bias", "f6.bias", "output.bias"):
    quiet[key] += np.arange(len(quiet[key])) / 10
seen = lenet_forward(np.ones((1, 28, 28)), quiet)
assert isinstance(seen, dict), f"A dict should come back; yours is a {type(seen).__name__}."
wanted = {"c1": (6, 28, 28), "s2": (6, 14, 14), "c3": (16, 10, 10), "s4": (16, 5, 5)}
wanted |= {"c5": (120,), "f6": (84,)} | {"logits": (10,)}
for key, size in wanted.items():
    assert key in seen, f"The key {key!r} is missing; your keys are {sorted(seen)}."
    assert np.shape(seen[key]) == size, (
        f"{key} should have the shape {size}; yours has {np.shape(seen[key])}."
    )
assert set(seen) == set(wanted), f"Nobody has asked for {sorted(set(seen) - set(wanted))}."
assert np.allclose(seen["c1"][3], np.tanh(0.3)), (
    "All weights are 0, so C1 should hold nothing but tanh of its biases: tanh(0.3) = 0.2913 all"
    f" over map 3. Yours begins with {seen['c1'][3, 0, 0]:.4f}. Whose bias is it? Is tanh there?"
)
assert np.allclose(seen["s2"][3], np.tanh(0.3)), (
    "The mean of equal numbers is that number. Does anything else happen on the way to S2?"
)
assert np.allclose(seen["c5"][7], np.tanh(0.7)), (
    f"C5, unit 7: only its bias 0.7 is left, and tanh(0.7) = 0.6044; yours is {seen['c5'][7]:.4f}."
)
assert np.allclose(seen["logits"], np.arange(10) / 10), (
    "With zero weights the logits are the biases of the output, 0, 0.1, ..., 0.9; yours are"
    f" {np.round(seen['logits'], 3).tolist()}. Nothing follows the output layer."
)

dot = np.zeros((1, 28, 28))
dot[0, 0, 10] = 2.0  # one bright pixel in the uppermost row
loud = silent_lenet()
loud["c1.weight"][2, 0, 1, 0] = 3.0  # map 2 looks one row up and two columns to the left
loud["c3.weight"][5, 2, 0, 0] = 4.0  # map 5 of C3 reads map 2 of S2
loud["c5.weight"][1, 5 * 25 + 3] = 5.0  # unit 1 of C5 reads map 5 of S4, row 0, column 3
seen = lenet_forward(dot, loud)
lit = np.argwhere(np.abs(seen["c1"][2]) > 1e-9).tolist()
assert lit == [[1, 12]], (
    "The bright pixel lies in row 0, column 10. A kernel with a single weight, one row above its"
    " centre and two columns to the left of it, should light up row 1, column 12 of map 2;"
    f" yours lights up {lit}. Is there a frame of two zeros on all sides? Is the kernel flipped?"
)
assert np.isclose(seen["s2"][2, 0, 6], np.tanh(6) / 4), (
    "tanh(6) and three zeros have the mean 0.25, in S2 at row 0, column 6 of map 2;"
    f" yours is {seen['s2'][2, 0, 6]:.4f}."
)
assert np.isclose(seen["c3"][5, 0, 6], np.tanh(np.tanh(6))), (
    "Map 5 of C3 is tanh of 4 times map 2 of S2, where its corner lies. At row 0, column 6 that is"
    f" tanh(1) = 0.7616; yours is {seen['c3'][5, 0, 6]:.4f}."
)
assert np.isclose(seen["c5"][1], np.tanh(5 * np.tanh(1) / 4), atol=1e-3), (
    "Unit 1 of C5 reads number 128 of the row: map 5, row 0, column 3. It should be 0.741;"
    f" yours is {seen['c5'][1]:.3f}. In which order do you lay out the 400 numbers?"
)
assert dot.sum() == 2 and loud["c1.weight"].sum() == 3, "Your function has changed its arguments."
print("lenet_forward: all visible checks passed.")

# %% [markdown]
# Now let it run. The weights below are not learned: C1 got six kernels that somebody has drawn, an
# edge in each direction, a line, a dot; all the rest was drawn at random. Even so you see how
# pictures become something more and more abstract. In C1 you recognise the digit, in C3 with some
# good will, in C5 no more. And nothing is lost by chance: each number says how well something fits.


# %% show=true
def hand_made_lenet():
    """Six drawn kernels in C1, and random weights everywhere else."""
    rng = np.random.default_rng(8)
    made = {key: rng.normal(0, 1.6 / np.sqrt(np.prod(size[1:])), size) if len(size) > 1
            else np.zeros(size) for key, size in LENET_SHAPES.items()}  # fmt: skip
    v, u = np.mgrid[-2:3, -2:3]
    dome = np.exp(-(u**2 + v**2) / 2.5)
    made["c3.weight"] = 0.8 * rng.normal(0, 1, (16, 6, 1, 1)) * dome / dome.sum() * 3
    drawn = [u * dome, v * dome, (u + v) * dome, (u - v) * dome,
             (1 - 1.25 * np.abs(u)) * dome, (u**2 + v**2 < 2) * 1.0 - 9 / 25]  # fmt: skip
    for number, kernel in enumerate(drawn):
        made["c1.weight"][number, 0] = 2.2 * (kernel - kernel.mean()) / np.abs(kernel).sum()
    return made


@figure("lenet_forward")
def through_all_layers():
    made, digit = hand_made_lenet(), written(3)
    layers = lenet_forward(digit[None], made)
    paper = plt.figure(figsize=(12, 7.2))
    rows = paper.subfigures(3, 1, height_ratios=[2.0, 2.0, 1.6])
    top = rows[0].subplots(2, 7, width_ratios=[1.6] + [1] * 6)
    for ax in top[:, 0]:
        ax.axis("off")
    ax = rows[0].add_subplot(top[0, 0].get_gridspec()[:, 0])
    ax.imshow(digit)
    ax.set(title="picture", xticks=[], yticks=[])
    for number in range(6):
        kernel = made["c1.weight"][number, 0]
        show_map(top[0, number + 1], kernel, "kernel" if number == 0 else "", np.abs(kernel).max())
        show_map(top[1, number + 1], layers["c1"][number], f"C1, map {number}")
    middle = rows[1].subplots(2, 16)
    for number in range(16):
        show_map(middle[0, number], layers["c3"][number], number or "C3, 0")
        show_map(middle[1, number], layers["s4"][number], number or "S4, 0")
    bottom = rows[2].subplots(1, 3, width_ratios=[120, 84, 30])
    for ax, key in zip(bottom, ["c5", "f6", "logits"], strict=True):
        ax.bar(range(len(layers[key])), layers[key], color=ORANGE if key == "logits" else GREEN)
        ax.axhline(0, color=INK, lw=0.6)
        ax.set(title="C5" if key == "c5" else "F6" if key == "f6" else "logits",
               xticks=range(10) if key == "logits" else [])  # fmt: skip


# %% [markdown]
# A question to think about: shift the digit by two pixels to the right. Which of the maps change,
# and how? What about S4, and what about C5? (Try it: `np.roll(written(3), 2, axis=1)`.)

# %% [markdown]
# ## 5. The same in torch
#
# In torch a network is a **module**: a class that is derived from `nn.Module`. It has two parts.
#
# * `__init__` makes the layers, once, and keeps each as an attribute. Because they are attributes,
#   torch finds their weights: `model.parameters()` gives all of them, and an optimizer will be able
#   to change them. Layers in an ordinary Python list would not be found, and layers that are made
#   anew in every forward pass would forget whatever they have learned.
# * `forward` says what happens to an input. You never call it by its name: `model(x)` does that.
#
# Here is a module with two layers, for pictures with three colours. Read it, and its shapes, before
# you go on.
#
# ```python
# class Small(nn.Module):
#     def __init__(self):
#         super().__init__()                      # must come first
#         self.eyes = nn.Conv2d(3, 8, 3)          # 3 channels in, 8 kernels of 3 x 3
#         self.head = nn.Linear(8 * 30 * 30, 4)   # 7200 numbers in, 4 out
#
#     def forward(self, images):                  # (N, 3, 32, 32)
#         maps = torch.relu(self.eyes(images))    # (N, 8, 30, 30)
#         rows = maps.flatten(1)                  # (N, 7200): everything but the axis of the batch
#         return self.head(rows)                  # (N, 4)
# ```
#
# The first axis is new: torch works on **batches** of N pictures at once. All N go through the same
# layers, and none of them knows of the others. So the axis of the batch must stay as it is from the
# first line to the last.
#
# **By hand.** How many weights and biases has `Small`? What goes wrong with `maps.flatten()`?
#
# <details><summary>Compare</summary>
#
# 8 · 3 · 3 · 3 + 8 = 224 and 7200 · 4 + 4 = 28,804, in all 29,028. `maps.flatten()` lays all N
# pictures into one row, which the dense layer cannot read, unless N is 1.
#
# </details>
#
# ### Question `class LeNet(nn.Module)`
#
# Write LeNet as a module: layers `c1`, `c3` (`nn.Conv2d`) and `c5`, `f6`, `output` (`nn.Linear`).
# It returns the logits as they are. That they become probabilities is a matter of the loss, in the
# next assignment.

# %% solution="LeNet"

# %% test="LeNet"
torch.manual_seed(1)
net = LeNet()
for key, kind in {"c1": nn.Conv2d, "c3": nn.Conv2d, "c5": nn.Linear, "f6": nn.Linear,
                  "output": nn.Linear}.items():  # fmt: skip
    part = getattr(net, key, None)
    assert part is not None, (
        f"Your network has no attribute {key!r}. What is it called in __init__?"
    )
    assert isinstance(part, kind), f"net.{key} should be an nn.{kind.__name__}; it is {part!r}."
    for end in ("weight", "bias"):
        assert getattr(part, end) is not None, f"{key} has no {end}. What does LeNet have there?"
        size = tuple(getattr(part, end).shape)
        assert size == LENET_SHAPES[f"{key}.{end}"], (
            f"The {end} of {key} should have the shape {LENET_SHAPES[f'{key}.{end}']}, not {size}."
        )
count = sum(w.numel() for w in net.parameters())
assert count == 61706, f"LeNet has 61,706 weights and biases; torch finds {count:,} in yours."
for number in (1, 4):
    size = tuple(net(torch.zeros(number, 1, 28, 28)).shape)
    assert size == (number, 10), (
        f"A batch of {number} should give the shape ({number}, 10); yours is {size}."
        " What becomes of the axis of the batch?"
    )
with torch.no_grad():
    for w in net.parameters():
        w.zero_()
    net.output.bias.copy_(torch.arange(10) - 4.0)
    seen = net(torch.ones(2, 1, 28, 28))[1].tolist()
assert np.allclose(seen, np.arange(10) - 4.0), (
    "With all weights at zero the logits are the biases of the output, -4, -3, ..., 5; yours are"
    f" {np.round(seen, 3).tolist()}. Nothing follows the output layer."
)
with torch.no_grad():
    net.c1.bias.fill_(1.0)
    net.c3.weight[0, 0, 0, 0] = 1.0
    net.c5.weight[0, 0] = net.f6.weight[0, 0] = net.output.weight[9, 0] = 1.0
    seen = net(torch.zeros(1, 1, 28, 28))[0, 9].item()
assert np.isclose(seen, 5 + np.tanh(np.tanh(np.tanh(np.tanh(1)))), atol=1e-4), (
    "A single path of ones leads through all the layers, with four tanh on it: the last logit"
    f" should be 5.5365; yours is {seen:.4f}. Is there a tanh after C1, C3, C5 and F6?"
)
print("LeNet: all visible checks passed.")

# %% [markdown]
# Have a look at what torch knows about your network, and at how the 61,706 are shared out.


# %% show=true
@figure("LeNet")
def where_the_weights_are():
    model = LeNet()
    print(model)
    sizes = {key: sum(w.numel() for w in part.parameters()) for key, part in model.named_children()}
    sizes = {key: size for key, size in sizes.items() if size}
    _, ax = plt.subplots(figsize=(9, 1.5))
    start = 0
    for (key, size), tint in zip(sizes.items(), [SAND, ORANGE, LEAF, GREEN, SKY], strict=False):
        ax.barh(0, size, left=start, color=tint, edgecolor="white")
        if size > 2000:
            ax.text(start + size / 2, 0, f"{key}\n{size:,}", ha="center", va="center", fontsize=8)
        start += size
    told = "weights and biases (at the left end c1 with 156, at the right end the output with 850)"
    ax.set(yticks=[], xlabel=told, xlim=(0, start))
    ax.spines["left"].set_visible(False)


# %% [markdown]
# ## 6. From torch back to NumPy
#
# Two programs, written in two styles, for the same network. Do they agree? To find out, both need
# the same weights. torch has drawn some at random when the model was made; take those, and hand
# them to `lenet_forward`.
#
# A weight in torch is more than an array: torch keeps track of what was computed with it, to find
# gradients later. `.detach()` gives the plain numbers, and `.numpy()` makes them an array. That
# costs nothing: tensor and array share the same memory. So be careful not to write into it.
#
# ### Question `export_parameters(model)`
#
# Collect the ten arrays, under the names that `lenet_forward` knows.

# %% solution="export_parameters"

# %% test="export_parameters"
torch.manual_seed(2)
net = LeNet()
seen = export_parameters(net)
assert isinstance(seen, dict), f"A dict should come back; yours is a {type(seen).__name__}."
missing, extra = sorted(set(LENET_SHAPES) - set(seen)), sorted(set(seen) - set(LENET_SHAPES))
assert not missing and not extra, f"These keys are missing: {missing}; these too many: {extra}."
for key, size in LENET_SHAPES.items():
    assert isinstance(seen[key], np.ndarray), (
        f"{key} should be a NumPy array; yours is a {type(seen[key]).__name__}."
    )
    assert seen[key].shape == size, f"{key} should have the shape {size}, not {seen[key].shape}."
assert np.isclose(seen["c3.weight"][4, 1, 0, 2], net.c3.weight[4, 1, 0, 2].item()), (
    "c3.weight[4, 1, 0, 2] is not what it is in the model. Whose weights are these?"
)
assert net.c1.weight.requires_grad, "Your function has told the model's weights to stop learning."
digit = written(2)[None]
torch_says = net(torch.tensor(digit[None], dtype=torch.float32))[0].detach().numpy()
numpy_says = lenet_forward(digit, seen)["logits"]
assert np.allclose(torch_says, numpy_says, atol=1e-4), (
    "Your two networks do not agree. For a 2, torch says\n"
    f"{np.round(torch_says, 4)}\nand NumPy says\n{np.round(numpy_says, 4)}\n"
    "Go through the layers: which one is different?"
)
print("export_parameters: all visible checks passed.")

# %% [markdown]
# Ten numbers that agree are a good sign. Here are a few thousand: on the left all the logits of 400
# random pictures, on the right how far apart the two are. torch computes with about 7 digits
# (float32), NumPy with about 16 (float64), so a difference in the seventh digit is what we expect,
# and anything larger would be a mistake.


# %% show=true
@figure("lenet_forward", "LeNet", "export_parameters")
def two_networks_agree():
    torch.manual_seed(3)
    model, rng = LeNet().eval(), np.random.default_rng(0)
    pictures = rng.normal(0, 1, (400, 1, 28, 28))
    weights = export_parameters(model)
    slow = np.array([lenet_forward(picture, weights)["logits"] for picture in pictures])
    fast = model(torch.tensor(pictures, dtype=torch.float32)).detach().numpy()
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.4), width_ratios=[1, 1.3])
    left.plot([slow.min(), slow.max()], [slow.min(), slow.max()], color=PALE, lw=4, zorder=0)
    left.scatter(slow, fast, s=2, color=BLUE)
    left.set(title="4,000 logits", xlabel="your lenet_forward", ylabel="your LeNet", aspect="equal")
    gap = np.abs(slow - fast).ravel()
    right.hist(np.log10(np.maximum(gap, 1e-10)), bins=40, color=ORANGE)
    right.set(title=f"the difference; the largest is {gap.max():.0e}",
              xlabel="power of ten", ylabel="how many logits")  # fmt: skip


# %% [markdown]
# And what does your LeNet say about digits? Nothing of interest: it has not learned anything yet.
# Its ten logits are nearly the same whatever you show it. There are 61,706 numbers to be set, and
# nobody could do it by hand. How the network finds them by itself is the story of the next
# assignment.


# %% show=true
@figure("lenet_forward", "LeNet", "export_parameters")
def before_learning():
    torch.manual_seed(4)
    weights = export_parameters(LeNet())
    _, axes = plt.subplots(2, 5, figsize=(11, 3.6), height_ratios=[1, 1.1])
    for (top, bottom), digit in zip(axes.T, PEN, strict=True):
        top.imshow(written(digit))
        top.axis("off")
        logits = lenet_forward(written(digit)[None], weights)["logits"]
        colours = [ORANGE if n == np.argmax(logits) else SKY for n in range(10)]
        bottom.bar(range(10), logits, color=colours)
        bottom.axhline(0, color=INK, lw=0.6)
        bottom.set(title=f"it guesses {np.argmax(logits)}", xticks=range(10), ylim=(-0.25, 0.25))
        if bottom is not axes[1, 0]:
            bottom.set(yticks=[])


# %% [markdown]
# ## What you should be able to explain
#
# Close the notebook, take a sheet of paper, and explain, as if to someone who has missed the
# lecture:
#
# * Draw LeNet-5 from memory, with the shape of every layer. Where do 28, 14, 10 and 5 come from?
# * What does one kernel of C3 read, and how many weights does it have? What does one number of S4
#   depend on, in the picture?
# * Why is there a tanh between the layers? What would LeNet be without?
# * Why does it matter whether tanh or the mean comes first?
# * In which order do 16 maps become 400 numbers? What would go wrong with another order, and when
#   would nobody notice?
# * In what sense is C5 a convolution, and in what sense is it dense?
# * What are logits, and why is there no softmax at the end?
# * What happens in `__init__` and what in `forward`? Why must layers be attributes?
# * How can you be sure that two implementations of a network are the same?
#
# **Before you hand in:** restart the kernel, run all cells, and check that every visible check
# prints its last line.
