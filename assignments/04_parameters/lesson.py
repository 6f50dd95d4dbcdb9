# %% [markdown]
# # Parameters: why not fully connected?
#
# A fully connected network can compute whatever a convolutional one can. It only has to learn the
# right weights. So why bother with convolutions?
#
# Because of a number. This assignment is about counting: how much a network has to learn, how much
# room that takes, how much there is to multiply. The arithmetic is easy. What it says is not what
# most people expect.
#
# The road we take:
#
# 1. the parameters of a dense network, weights and biases,
# 2. the network of the lecture, and a slide that seems to be wrong,
# 3. parameters as bytes,
# 4. two ideas that save almost everything: few lines, and shared weights,
# 5. the parameters of a convolution layer,
# 6. its multiplications, compared with a dense layer,
# 7. LeNet's table of parameters,
# 8. what is gained besides memory, and at what price: a question to answer in words.
#
# You will write five short functions. One or two lines are enough for some of them; the thinking is
# done on paper.

# %% [markdown]
# ## How to work with this notebook
#
# * **Fill in the stubs.** Replace `# YOUR CODE HERE` and `raise NotImplementedError()` by your
#   code. Keep the function's name and its parameters. The docstring says what goes in and what must
#   come out.
# * **Go from top to bottom** and run each cell (Shift + Enter). Below each stub stands a visible
#   check: run it, read its message, repair, run again. Until you have filled in a stub, its check
#   stops with `NotImplementedError`, and figures that need it show a grey card.
# * **Don't delete, copy or move cells**, and don't edit the given ones. Add cells of your own
#   wherever you like.
# * **How the points work.** After you hand in, each function is called with other numbers: oblong
#   kernels, deep networks, strides that do not come out even. Each such test earns its own points.
#   The visible checks are a guide, not the whole story. The written answer is read and marked by a
#   person.
# * **Counts are whole numbers**: return an `int`, not a float. Lists you are given stay as they
#   are.
# * **Before you hand in**: restart the kernel and run all cells.

# %%
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# The next cell holds the drawing tools. You need not read it, but run it.

# %%
BLUE, ORANGE, GREEN, INK, PALE = "#2c6da4", "#d8772a", "#3c8d5a", "#333333", "#e9e9e6"
COLOURS = [BLUE, ORANGE, GREEN, "#8a5ba6", "#b0413e"]  # one colour for each weight or layer

plt.rcParams.update(
    {
        "figure.facecolor": "white",
        "figure.dpi": 90,
        "figure.constrained_layout.use": True,
        "font.size": 10,
        "axes.titlesize": 11,
        "axes.titlecolor": INK,
        "axes.edgecolor": "#888888",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "image.cmap": "gray",
        "legend.frameon": False,
        "lines.linewidth": 1.8,
    }
)


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
            ax.text(
                0.5,
                0.5,
                "This figure waits for " + ", ".join(needed),
                ha="center",
                va="center",
                color="#777777",
                transform=ax.transAxes,
            )
        plt.show()

    return draw


def in_words(count):
    """Write a large number so that it can be read at a glance."""
    for unit, name in [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")]:
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count:,}"


def dots(ax, x, count, gap=1.0, colour="white", size=300):
    """Draw a column of dots at `x`, centred; returns their heights from top to bottom."""
    heights = (np.arange(count)[::-1] - (count - 1) / 2) * gap
    ax.scatter([x] * count, heights, s=size, color=colour, edgecolor=INK, zorder=3)
    return heights


def sheets(ax, left, middle, shape, colour, scale=1.0, most=8):
    """Draw maps of `shape` (C, H, W) as sheets one behind the other; returns the right end."""
    count, height, width = min(shape[0], most), shape[1] * scale, shape[2] * scale
    for sheet in range(count):
        back = (count - 1 - sheet) * 1.6
        ax.add_patch(
            plt.Rectangle(
                (left + back, middle - height / 2 - back),
                width,
                height,
                facecolor=colour,
                edgecolor="white",
                lw=0.8,
            )
        )
    return left + width + (count - 1) * 1.6


# %% [markdown]
# ## 1. What a dense network has to learn
#
# A neuron takes all values of the layer before it, multiplies each by a *weight*, adds the products
# up, adds one number of its own, the *bias*, and passes the result on through an activation
# function. Weights and biases are what training changes. Together they are the **parameters** of
# the network.


# %% show=true
@figure()
def a_small_network():
    _, ax = plt.subplots(figsize=(7.5, 3.6))
    columns = [dots(ax, 2.2 * x, count, 1.1) for x, count in enumerate([3, 4, 2])]
    for x, after in enumerate(columns[1:]):
        for a in columns[x]:
            for b in after:
                ax.plot([2.2 * x, 2.2 * x + 2.2], [a, b], color=[BLUE, ORANGE][x], lw=1.2, zorder=1)
        for b in after:
            place = 2.2 * x + 2.2
            ax.plot([place, place], [b, b + 0.46], color=GREEN, lw=1.6, zorder=1)
            ax.scatter([place], [b + 0.46], marker="s", s=42, color=GREEN, zorder=4)
    for x, text in enumerate(["3 inputs", "4 neurons", "2 neurons"]):
        ax.text(2.2 * x, -2.35, text, ha="center", va="center")
    ax.plot([], [], color=BLUE, label="weights of the first layer")
    ax.plot([], [], color=ORANGE, label="weights of the second layer")
    ax.plot([], [], "s", color=GREEN, label="biases")
    ax.legend(loc="center left", bbox_to_anchor=(0.98, 0.5))
    ax.set(xlim=(-0.7, 5.0), ylim=(-2.7, 2.4))
    ax.axis("off")


# %% [markdown]
# **By hand.** How many blue lines are there, how many orange ones, how many green squares? How many
# parameters does this network have? And why do the dots on the left have no square?
#
# <details><summary>Compare</summary>
#
# 3 · 4 = 12 blue lines, 4 · 2 = 8 orange ones, 4 + 2 = 6 squares: 26 parameters.
#
# The dots on the left stand for the numbers that go in. Nothing is computed there, so there is no
# sum to which a bias could be added.
#
# </details>
#
# ### Question `count_dense_parameters(sizes)`
#
# Count the parameters of a fully connected network. `sizes` lists how many values go in and then
# how many neurons each layer has: the network above is `[3, 4, 2]`.

# %% solution="count_dense_parameters"

# %% test="count_dense_parameters"
seen = count_dense_parameters([3, 4])
assert isinstance(seen, (int, np.integer)), (
    f"A count is a whole number (int); yours is a {type(seen).__name__}."
)
assert seen != 12, "You have counted the 12 lines. What belongs to each of the four neurons, too?"
assert seen != 19, (
    "19 is 12 lines and 4 + 3 biases. But the three values on the left are given, not computed."
)
assert seen == 16, f"Three inputs and four neurons: 12 weights and 4 biases, 16; yours is {seen}."
seen = count_dense_parameters([3, 4, 2])
assert seen == 26, (
    f"The network of the drawing has 26 parameters; yours has {seen}. Count each bundle of lines"
    " and its biases by itself, then add up."
)
print("count_dense_parameters: all visible checks passed.")

# %% [markdown]
# ## 2. The network of the lecture
#
# A small colour picture, 128 × 128 pixels with three channels, is 49,152 numbers. The lecture
# connects them with a hidden layer of 4,096 neurons, and these with 10 outputs, one for each class:
# `[49152, 4096, 10]`. By the standards of image networks this is tiny. How many parameters does it
# have? Make a guess before you run the next cell.


# %% show=true
@figure("count_dense_parameters")
def the_network_of_the_lecture():
    sizes = [128 * 128 * 3, 4096, 10]
    yours = count_dense_parameters(sizes)
    _, ax = plt.subplots(figsize=(9, 3.2))
    columns = [dots(ax, 3 * x, count, 0.5, size=70) for x, count in enumerate([11, 8, 5])]
    for x, name in enumerate(["inputs", "neurons", "outputs"]):
        ax.text(3 * x, -3.15, f"{sizes[x]:,} {name}", ha="center", va="center")
    for x, after in enumerate(columns[1:]):
        for a in columns[x]:
            for b in after:
                ax.plot([3 * x, 3 * x + 3], [a, b], color="#c4c4c0", lw=0.6, zorder=1)
    ax.text(8.2, 0.7, f"your function counts\n{yours:,}", fontsize=12, va="center", color=BLUE)
    ax.text(
        8.2, -0.7, "the lecture's slide says\n201,420,810", fontsize=12, va="center", color=ORANGE
    )
    ax.set(xlim=(-1.2, 12), ylim=(-3.5, 3))
    ax.axis("off")


# %% [markdown]
# Two hundred million, for a picture the size of a stamp. But the two numbers are not the same.
#
# **Find out why.** Subtract one from the other in a cell of your own, and look at what is left:
# have you seen that number before? Then say what the author of the slide must have counted, and
# whether it exists. (Everybody miscounts. It is good to be able to tell *how*.)
#
# <details><summary>Compare, when you have an idea</summary>
#
# The slide has 49,152 more, exactly as many as there are inputs. Somebody has given a bias to every
# layer of dots, the inputs included: 49152 · 4096 + 4096 · 10 weights, and 49152 + 4096 + 10
# biases.
#
# But inputs are not neurons. They are given, nothing is added up there, so they have no bias. The
# right number is smaller, by about a fortieth of a percent. The message of the slide stands.
#
# </details>

# %% [markdown]
# ## 3. How much room is that?
#
# A parameter is a number, and a number takes room. Networks mostly use `float32`: 32 bits, that is
# four **bytes**. There is also `float64` (eight bytes), `float16` (two) and, when a finished
# network has to fit on a phone, `int8` (one).
#
# **By hand.** How many megabytes does the network of the lecture need, roughly, in `float32`? (A
# megabyte is a million bytes.)
#
# <details><summary>Compare</summary>
#
# 201 million times 4 is about 805 million bytes: 805 MB, or 0.8 GB.
#
# You may also meet 768: some programs count in MiB, that is 1024 · 1024 bytes.
#
# </details>
#
# ### Question `memory_bytes(parameters, bytes_per_parameter=4)`
#
# Return how many bytes that many parameters take.

# %% solution="memory_bytes"

# %% test="memory_bytes"
seen = memory_bytes(26)
assert isinstance(seen, (int, np.integer)), (
    f"A number of bytes is a whole number (int); yours is a {type(seen).__name__}."
)
assert seen == 104, f"26 numbers of four bytes take 104 bytes; yours is {seen}."
print("memory_bytes: all visible checks passed.")

# %% [markdown]
# Storing a network is the smaller part. While it is *trained*, each parameter has a number beside
# it that says how the loss changes with it (its entry in the gradient), and the popular optimizer
# Adam keeps two more numbers for each. So training needs at least four times as much, before the
# first picture has been loaded. Below, the network of the lecture for pictures of other sizes.


# %% show=true
@figure("count_dense_parameters", "memory_bytes")
def memory_by_picture():
    sides = [32, 64, 128, 256, 512]
    stored = [memory_bytes(count_dense_parameters([3 * n * n, 4096, 10])) / 1e9 for n in sides]
    _, ax = plt.subplots(figsize=(8.5, 2.9))
    rows = np.arange(len(sides))[::-1]
    ax.barh(rows, 4 * np.array(stored), color="#b9cfe2", label="while it is trained")
    ax.barh(rows, stored, color=BLUE, label="to store it")
    for row, gigabytes in zip(rows, stored, strict=True):
        ax.text(
            4 * gigabytes + 0.5,
            row,
            f"{gigabytes:.2g} GB, trained {4 * gigabytes:.2g} GB",
            va="center",
            fontsize=9,
            bbox={"facecolor": "white", "lw": 0, "pad": 1},
        )
    ax.axvline(24, color=ORANGE, lw=1, ls="--", zorder=0)
    ax.text(24.4, 4.62, "a large graphics card: 24 GB", color=ORANGE, fontsize=9, va="bottom")
    ax.set(
        yticks=rows, yticklabels=[f"{n} × {n}" for n in sides], xlim=(0, 70), xlabel="GB in float32"
    )
    ax.legend(loc="center right")


# %% [markdown]
# Twice the side, four times the pixels, four times the memory. And a picture of 512 × 512 is still
# less than a phone takes. There must be another way.

# %% [markdown]
# ## 4. Two ideas
#
# Here is a layer with seven inputs and five outputs, three times. Lines of the same colour *are the
# same number*; grey lines have a weight of their own each.


# %% show=true
@figure()
def three_layers():
    n, k = 7, 3
    _, axes = plt.subplots(1, 3, figsize=(11, 3.2))
    titles = ["fully connected", "connected to neighbours", "convolution"]
    for ax, title in zip(axes, titles, strict=True):
        lines, weights = 0, set()
        for out in range(n - k + 1):
            for into in range(n):
                if title != titles[0] and not 0 <= into - out < k:
                    continue
                shared = title == titles[2]
                ax.plot(
                    [into, out + 1],
                    [0, 1],
                    zorder=1,
                    lw=2.2 if shared else 1.1,
                    color=COLOURS[into - out] if shared else "#a9a9a5",
                )
                lines += 1
                weights.add(into - out if shared else (into, out))
        ax.scatter(np.arange(n), [0] * n, s=260, color="white", edgecolor=INK, zorder=3)
        ax.scatter(
            np.arange(1, n - k + 2),
            [1] * (n - k + 1),
            s=260,
            color="white",
            edgecolor=INK,
            zorder=3,
        )
        ax.set(xlim=(-0.5, n - 0.5), ylim=(-0.45, 1.2), title=title)
        ax.text(3, -0.38, f"{lines} lines, {len(weights)} weights", ha="center", fontsize=12)
        ax.axis("off")
    axes[0].text(-0.45, 1, "outputs", ha="left", va="center", color="#777777", fontsize=9)
    axes[0].text(-0.45, -0.2, "inputs", ha="left", va="center", color="#777777", fontsize=9)


# %% [markdown]
# **From left to the middle: sparse connections.** What belongs together in a picture mostly lies
# together: an edge, an eye, a letter. So let each output look at its neighbours only. The number of
# *lines* goes from 35 to 15. Each line is a multiplication, so there is less to compute.
#
# **From the middle to the right: parameter sharing.** What is worth looking for in one place is
# worth looking for in every other. So let all outputs use the same weights. Not one line fewer: it
# is still 15 multiplications. But the number of *weights* goes from 15 to 3, and it stays at 3,
# however large the picture.
#
# Two ideas, two savings. Keep them apart: **sparse connections save multiplications, sharing saves
# parameters.**
#
# **By hand.** The same three layers for 100 inputs and windows of 5, so 96 outputs. How many lines
# and how many weights does each of them have?
#
# <details><summary>Compare</summary>
#
# Fully connected: 9,600 lines, 9,600 weights. Neighbours: 96 · 5 = 480 lines, 480 weights.
#
# Convolution: 480 lines, 5 weights.
#
# </details>

# %% [markdown]
# ## 5. The parameters of a convolution layer
#
# On pictures, a filter covers a window of $k_h \times k_w$ pixels *in all channels at once*. It
# multiplies, adds everything up, adds its bias, and the sum is one value of its feature map.


# %% show=true
@figure()
def anatomy_of_a_layer():
    _, ax = plt.subplots(figsize=(10, 3.5))
    for channel in range(2):
        back = 0.55 * (1 - channel)
        ax.add_patch(plt.Rectangle((back, -back - 0.1), 5, 4, facecolor=PALE, edgecolor="white"))
        for i, j in np.ndindex(2, 3):
            ax.add_patch(
                plt.Rectangle(
                    (back + 1 + j * 0.8, 0.9 - back + i * 0.8),
                    0.8,
                    0.8,
                    facecolor="#c9c9c4",
                    edgecolor="white",
                )
            )
    ax.text(2.5, 4.6, "2 channels", ha="center", va="center")
    for index, colour in enumerate([BLUE, ORANGE, GREEN]):
        top = -0.4 + 1.9 * index
        for channel in range(2):
            left, up = 7.4 + 0.35 * (1 - channel), top - 0.35 * (1 - channel)
            for i, j in np.ndindex(2, 3):
                ax.add_patch(
                    plt.Rectangle(
                        (left + j * 0.55, up + i * 0.55),
                        0.55,
                        0.55,
                        facecolor=colour,
                        edgecolor="white",
                        lw=0.8,
                    )
                )
        ax.text(10.0, top + 0.5, "+", ha="center", va="center", fontsize=13)
        ax.add_patch(plt.Rectangle((10.4, top + 0.25), 0.55, 0.55, facecolor=colour, lw=0))
        ax.annotate(
            "",
            (12.9, top + 0.5),
            (11.3, top + 0.5),
            arrowprops={"arrowstyle": "->", "color": "#777777"},
        )
        ax.add_patch(
            plt.Rectangle((13.2, top - 0.15), 1.95, 1.35, facecolor=colour, alpha=0.35, lw=0)
        )
        ax.add_patch(plt.Rectangle((13.85, top + 0.3), 0.4, 0.4, facecolor=colour, lw=0))
    ax.text(8.4, 5.0, "3 filters of 2 × 3,\ntwo slices each", ha="center", va="center")
    ax.text(10.65, 5.0, "their\nbiases", ha="center", va="center")
    ax.text(14.15, 5.0, "3 feature\nmaps", ha="center", va="center")
    ax.set(xlim=(-0.2, 15.6), ylim=(5.5, -1.1), aspect="equal")
    ax.axis("off")


# %% [markdown]
# **By hand.** How many small coloured squares are there in the middle, weights and biases together?
# And if the picture were ten times as large?
#
# <details><summary>Compare</summary>
#
# Each filter has two slices of 2 · 3 weights, 12, and one bias: 13. Three filters: 39.
#
# The size of the picture does not come into it.
#
# </details>
#
# ### Question `count_conv_parameters(in_channels, filters, kernel_h, kernel_w, bias=True)`
#
# Count the parameters of a convolution layer. Layers are sometimes built without biases (for
# example, when the next layer adds numbers of its own anyway): then `bias` is `False`.

# %% solution="count_conv_parameters"

# %% test="count_conv_parameters"
seen = count_conv_parameters(2, 3, 2, 3)
assert isinstance(seen, (int, np.integer)), (
    f"A count is a whole number (int); yours is a {type(seen).__name__}."
)
assert seen != 21, "21 is three filters with one slice and a bias. How many slices has each filter?"
assert seen != 36, "36 are the weights of the drawing. What else is learnt?"
assert seen != 37, "37 is all weights and a single bias. How many filters have one?"
assert seen == 39, f"The drawing shows 3 * (2 * 2 * 3 + 1) = 39 parameters; yours is {seen}."
print("count_conv_parameters: all visible checks passed.")

# %% [markdown]
# Now the race. A convolution layer with 16 filters of 5 × 5 on a colour picture, against a dense
# layer that computes as many values from the same picture. Both axes are logarithmic: each step up
# is a *hundred* times as much.


# %% show=true
@figure("count_dense_parameters", "count_conv_parameters")
def the_race():
    sides = np.array([8, 16, 32, 64, 128, 256, 512])
    dense = [count_dense_parameters([3 * n * n, 16 * (n - 4) ** 2]) for n in sides.tolist()]
    conv = [count_conv_parameters(3, 16, 5, 5) for _ in sides]
    _, ax = plt.subplots(figsize=(8.5, 3.6))
    ax.loglog(sides, dense, "o-", color=ORANGE, label="dense")
    ax.loglog(sides, conv, "o-", color=BLUE, label="convolution")
    ax.annotate(
        in_words(dense[-1]),
        (sides[-1], dense[-1]),
        (0, 9),
        ha="right",
        va="bottom",
        textcoords="offset points",
        color=ORANGE,
    )
    ax.annotate(
        in_words(conv[-1]),
        (sides[-1], conv[-1]),
        (0, 8),
        ha="right",
        va="bottom",
        textcoords="offset points",
        color=BLUE,
    )
    ax.set(
        xticks=sides,
        xticklabels=sides,
        yticks=10.0 ** np.arange(2, 15, 2),
        ylim=(1e2, 1e14),
        xlabel="side of the picture (pixels)",
        ylabel="parameters",
    )
    ax.minorticks_off()
    ax.legend(loc="upper left")


# %% [markdown]
# ## 6. How much there is to multiply
#
# Sharing saves parameters, not work: the same weight has to be multiplied anew in every window. So
# let us count the **connections**, the lines of the graph, which are multiplications. (Biases are
# added; they do not count here.)
#
# The layer below has a picture of 1 × 4 × 4 and a kernel of 3 × 3, and it computes four values.


# %% show=true
@figure()
def who_sees_what():
    _, axes = plt.subplots(2, 4, figsize=(7.6, 4.1))
    for column, (top, left) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
        for ax, dense in zip(axes[:, column], [False, True], strict=True):
            for i in range(4):
                for j in range(4):
                    inside = dense or (top <= i < top + 3 and left <= j < left + 3)
                    ax.add_patch(
                        plt.Rectangle(
                            (j, i),
                            0.92,
                            0.92,
                            lw=0,
                            facecolor=((ORANGE if dense else BLUE) if inside else PALE),
                        )
                    )
            ax.set(xlim=(-0.1, 4.1), ylim=(4.1, -0.1), aspect="equal", xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        axes[0, column].set_title(f"output {column + 1}")
    axes[0, 0].set_ylabel("convolution\nsees 9")
    axes[1, 0].set_ylabel("dense\nsees 16")


# %% [markdown]
# **By hand.**
#
# 1. How many multiplications does this layer need with *two* filters, as a convolution and as a
#    dense layer with as many outputs?
# 2. And with a padding of 1? (The kernel also multiplies the zeros of the frame: a computer does
#    not look before it multiplies. The dense layer has no use for a frame; it is connected to the
#    16 real pixels.)
#
# <details><summary>Compare</summary>
#
# 1. Two maps of 2 × 2, so 8 outputs. Convolution: 8 · 9 = 72. Dense: 8 · 16 = 128.
#
# 2. Two maps of 4 × 4, so 32 outputs. Convolution: 32 · 9 = 288. Dense: 32 · 16 = 512.
#
# </details>
#
# ### Question `count_connections(input_shape, filters, kernel, stride=1, padding=0)`
#
# Return both counts in a dict, `{"conv": ..., "dense": ...}`. Mind the channels: a window has
# kernel × kernel values in each of them.

# %% solution="count_connections"

# %% test="count_connections"
seen = count_connections((1, 4, 4), 2, 3)
assert isinstance(seen, dict), f"A dict should come back; yours is a {type(seen).__name__}."
assert sorted(seen) == ["conv", "dense"], f"The keys are conv and dense; yours are {list(seen)}."
assert all(isinstance(count, (int, np.integer)) for count in seen.values()), (
    f"Counts are whole numbers (int); yours are {seen}. Which division gives an int?"
)
assert seen["conv"] != 18, "18 is the number of weights. How many windows use each of them?"
assert seen["conv"] == 72, (
    f"Eight outputs with nine products each: 72; yours is {seen['conv']}. How many outputs do you"
    " count?"
)
assert seen["dense"] == 128, (
    f"Eight outputs, each connected to all 16 inputs: 128; yours is {seen['dense']}."
)

seen = count_connections((1, 4, 4), 2, 3, padding=1)
assert seen["conv"] == 288, (
    f"With padding 1 there are 32 outputs with nine products each: 288; yours is {seen['conv']}."
)
assert seen["dense"] == 512, (
    f"32 outputs, each connected to the 16 real inputs: 512; yours is {seen['dense']}."
)
print("count_connections: all visible checks passed.")

# %% [markdown]
# Once more a layer of 16 filters of 5 × 5, now on a picture of 3 × 32 × 32, in four bars.


# %% show=true
@figure("count_connections", "count_conv_parameters", "count_dense_parameters")
def two_savings():
    lines = count_connections((3, 32, 32), 16, 5)
    weights = {
        "dense": count_dense_parameters([3 * 32 * 32, 16 * 28 * 28]),
        "conv": count_conv_parameters(3, 16, 5, 5),
    }
    _, ax = plt.subplots(figsize=(9, 2.6))
    bars = [
        ("dense: multiplications", lines["dense"], ORANGE),
        ("dense: parameters", weights["dense"], ORANGE),
        ("convolution: multiplications", lines["conv"], BLUE),
        ("convolution: parameters", weights["conv"], BLUE),
    ]
    for row, (_, count, colour) in enumerate(bars):
        ax.barh(-row, count, color=colour, alpha=0.55 if row % 2 else 1)
        ax.text(count * 1.15, -row, f"{count:,}", va="center", fontsize=10)
    ax.set(
        xscale="log",
        xlim=(100, 1e9),
        yticks=[-row for row in range(4)],
        yticklabels=[name for name, _, _ in bars],
        xlabel="how many (logarithmic)",
    )
    ax.minorticks_off()


# %% [markdown]
# For the dense layer both numbers are nearly the same: each weight is used once. For the
# convolution they are far apart: there are 28 × 28 windows, so **each weight is used 784 times**.
# This has a second consequence. In training each of those 784 uses says how the weight should
# change. A shared weight learns from every window of every picture.

# %% [markdown]
# ## 7. LeNet's table
#
# LeNet-5 read the digits on bank cheques in the nineties (Yann LeCun, Léon Bottou, Yoshua Bengio
# and Patrick Haffner, *Gradient-based learning applied to document recognition*, 1998). You will
# build it in the next assignment. Today we take stock. (At most eight sheets of a stack are drawn.)


# %% show=true
@figure()
def lenet():
    _, ax = plt.subplots(figsize=(11, 3.0))
    stages = [
        ("input", (1, 28, 28), "1 × 28 × 28", INK),
        ("C1", (6, 28, 28), "6 × 28 × 28", BLUE),
        ("pool", (6, 14, 14), "6 × 14 × 14", "#9db8cf"),
        ("C3", (16, 10, 10), "16 × ? × ?", BLUE),
        ("pool", (16, 5, 5), "16 × ? × ?", "#9db8cf"),
        ("C5", 24, "120", ORANGE),
        ("F6", 18, "84", ORANGE),
        ("output", 8, "10", ORANGE),
    ]
    left = 0
    for name, shape, text, colour in stages:
        if isinstance(shape, tuple):
            end = sheets(ax, left, 0, shape, colour)
        else:
            ax.add_patch(plt.Rectangle((left + 2, -shape / 2), 3, shape, facecolor=colour, lw=0))
            end = left + 7
        ax.text((left + end) / 2, 22.5, name, ha="center", va="center", fontsize=11, color=INK)
        ax.text((left + end) / 2, 27.5, text, ha="center", va="center", fontsize=9, color="#777777")
        if name != "output":
            ax.annotate(
                "",
                (end + 9.5, 0),
                (end + 2.5, 0),
                arrowprops={"arrowstyle": "->", "color": "#777777"},
            )
        left = end + 12
    ax.set(xlim=(-3, left - 8), ylim=(31, -24), aspect="equal")
    ax.axis("off")


# %% [markdown]
# | key | layer | parameters |
# |---|---|---|
# | `c1` | convolution, 6 filters of 5 × 5 on one grey channel, padding 2 | ? |
# | | average pool of 2 | ? |
# | `c3` | convolution, 16 filters of 5 × 5 over all maps, no padding | ? |
# | | average pool of 2 | ? |
# | `c5` | dense, 120 neurons, connected to all values of all maps | ? |
# | `f6` | dense, 84 neurons | ? |
# | `output` | dense, 10 neurons | ? |
# | `total` | | ? |
#
# **By hand.** Fill in the table. The hardest entry is `c5`: follow the shapes to see how many
# values arrive there. What is there to learn in an average pool?
#
# (If you read the paper: in 1998 each filter of C3 saw only some of the six maps, to keep the
# number of connections small and the filters different, which makes 1,516 parameters; and each map
# of a pool had a factor and a bias to learn. We count the simpler network of the table, in which
# every filter of C3 sees all six maps.)
#
# ### Question `count_lenet_parameters()`
#
# Return the table as a dict with the six keys. You may use your functions from above, or write down
# what you have worked out.

# %% solution="count_lenet_parameters"

# %% test="count_lenet_parameters"
seen = count_lenet_parameters()
assert isinstance(seen, dict), f"A dict should come back; yours is a {type(seen).__name__}."
assert sorted(seen) == ["c1", "c3", "c5", "f6", "output", "total"], (
    f"The six keys of the table are asked for, no more and no less; yours are {list(seen)}."
)
for layer, count in seen.items():
    assert isinstance(count, (int, np.integer)), (
        f"Counts are whole numbers (int); under {layer} stands a {type(count).__name__}."
    )
assert seen["c1"] == 156, (
    f"C1: a filter has 25 weights and a bias, 26, and there are six: 156; yours is {seen['c1']}."
)
assert seen["total"] == sum(count for layer, count in seen.items() if layer != "total"), (
    f"Your total is {seen['total']}, but your five layers add up to something else."
)
print("count_lenet_parameters: all visible checks passed.")

# %% [markdown]
# Where do the parameters sit, and where is the work done?


# %% show=true
@figure("count_lenet_parameters", "count_connections")
def where_they_sit():
    table = count_lenet_parameters()
    names = ["c1", "c3", "c5", "f6", "output"]
    parameters = [table[name] for name in names]
    work = [
        count_connections((1, 28, 28), 6, 5, padding=2)["conv"],
        count_connections((6, 14, 14), 16, 5)["conv"],
    ]
    work += [table[name] - neurons for name, neurons in [("c5", 120), ("f6", 84), ("output", 10)]]
    _, ax = plt.subplots(figsize=(9.5, 2.3))
    for row, counts in enumerate([parameters, work]):
        left = 0
        for name, count, colour in zip(names, counts, COLOURS, strict=True):
            share = count / sum(counts)
            ax.barh(-row, share, left=left, color=colour, edgecolor="white", height=0.7)
            if share > 0.035:
                ax.text(
                    left + share / 2,
                    -row,
                    f"{name}\n{share:.0%}",
                    ha="center",
                    va="center",
                    color="white",
                    fontsize=9,
                )
            left += share
    ax.set(
        xlim=(0, 1),
        xticks=[],
        yticks=[0, -1],
        yticklabels=[f"{sum(parameters):,}\nparameters", f"{sum(work):,}\nmultiplications"],
    )
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


# %% [markdown]
# The convolutions do most of the work with a handful of parameters. The first dense layer does the
# opposite. In many later networks, too, most parameters sat there, until an average over whole maps
# was put in its place.

# %% [markdown]
# ## 8. What else sharing is good for
#
# Memory is cheap, you may say. But parameters cost something else: **examples**. Each number that
# has to be learnt has to be learnt *from* something.
#
# A little experiment. The truth is a convolution: signals of 24 values go in, 20 values come out,
# by one kernel of 5, with some noise. Two pupils see the same examples and minimise the same
# squared error (with the same small penalty for large weights, so that there is one best answer
# even for a single example). One has a dense layer (480 weights), the other shares its weights (5).
# Then both are tested on signals that they have not seen.


# %% show=true
@figure()
def learning_from_few_examples():
    rng = np.random.default_rng(6)
    n, truth = 24, np.array([1.0, -2.0, 0.5, 1.5, -1.0])
    places = np.arange(n - len(truth) + 1)[:, None] + np.arange(len(truth))  # (20, 5)

    def signals(count):
        x = rng.standard_normal((count, n))
        return x, x[:, places] @ truth + 0.5 * rng.standard_normal((count, len(places)))

    def fit(inputs, targets):
        square = inputs.T @ inputs + 0.5 * np.eye(inputs.shape[1])
        return np.linalg.solve(square, inputs.T @ targets)

    counts, errors, learnt = [1, 2, 3, 5, 8, 12, 20, 30, 50, 100, 200], [], {}
    unseen, _ = signals(300)
    wanted = unseen[:, places] @ truth
    for count in counts:
        runs = []
        for _ in range(8):
            x, y = signals(count)
            matrix, kernel = fit(x, y), fit(x[:, places].reshape(-1, len(truth)), y.ravel())
            runs.append(
                [
                    np.mean((unseen @ matrix - wanted) ** 2),
                    np.mean((unseen[:, places] @ kernel - wanted) ** 2),
                ]
            )
        errors.append(np.mean(runs, axis=0) / np.mean(wanted**2))
        band = np.zeros((n, len(places)))
        for out, window in enumerate(places):
            band[window, out] = kernel
        learnt[count] = matrix, band
    _, axes = plt.subplots(1, 3, figsize=(11, 3.3), width_ratios=[1.7, 1, 1])
    for series, name, colour in zip(
        np.array(errors).T, ["dense, 480 weights", "shared, 5 weights"], [ORANGE, BLUE], strict=True
    ):
        axes[0].loglog(counts, series, "o-", color=colour, label=name, markersize=4)
    axes[0].set(
        xlabel="number of examples",
        ylabel="error on unseen signals",
        xticks=[1, 10, 100],
        xticklabels=[1, 10, 100],
    )
    axes[0].minorticks_off()
    axes[0].legend(loc="lower left")
    for ax, weights, name in zip(axes[1:], learnt[12], ["dense", "shared"], strict=True):
        ax.imshow(weights.T, cmap="RdBu_r", vmin=-2, vmax=2)
        ax.set(
            title=f"{name}, after 12 examples",
            xticks=[],
            yticks=[],
            xlabel="input",
            ylabel="output",
        )
        ax.spines[:].set_visible(True)


# %% [markdown]
# The one who shares has understood the kernel after a few signals: each of them contains twenty
# windows, and every window teaches the same five numbers. The dense layer has to find the same
# pattern twenty times over, once for each place.
#
# But look at what the winner was given: the *assumption* that every place is treated alike. Here it
# was true, because we had made the data that way. When it is not, those who share cannot learn what
# they would need to know.
#
# ### Question `why_sharing` (written)
#
# **Why does it make sense to share weights across a picture, and where does it not?** Answer in
# your own words, in about 150 words. Say
#
# * what exactly is shared, and between whom,
# * what that saves; use at least one number from this notebook,
# * which assumption about pictures stands behind it,
# * and one kind of picture or data for which the assumption does not hold, with the reason. (For
#   which data do you know beforehand what stands where?)

# %% [markdown] written="why_sharing"
# *Your answer here.*

# %% [markdown]
# ## What you should be able to explain
#
# Close the notebook, take a sheet of paper, and explain, as if to someone who has missed the
# lecture:
#
# * How many parameters has a dense layer with $n$ inputs and $m$ neurons? Why does the input layer
#   have no biases?
# * The lecture's network has 201 million parameters. Where do nearly all of them sit? How much
#   memory is that, and why does training need several times as much?
# * What is the difference between a parameter and a connection? Which of the two does a sparse
#   connection save, which one sharing?
# * How many parameters has a convolution layer? Which of these change the number: the size of the
#   picture, the stride, the padding, the channels, the filters?
# * How often is a weight of a convolution used, and how often one of a dense layer?
# * In LeNet, which layer has the most parameters, and which one does the most work?
# * Why does a network with fewer parameters need fewer examples? What has it been told beforehand?
#
# **Before you hand in:** restart the kernel, run all cells, and check that every visible check
# prints its last line. Then read your written answer once more, aloud.
