"""What students do instead: known wrong solutions of assignment 06, each with a name and a hint.

A docstring says in one sentence what was done, a hint what to think about, never the answer.
The names appear in reports to instructors; the hints are read by students.
"""

import numpy as np
import torch
import torch.nn.functional as F

from autograder.check import mistake
from reference.mnist import (
    evaluate,
    learned_kernels,
    normalize,
    predict,
    train,
    train_epoch,
)

# --- normalize -----------------------------------------------------------------------------------


@mistake(
    of=normalize,
    hint="How large is the largest value of your result? And what is 255 after the formula?",
)
def forgets_to_scale(images):
    """The pixels stay 0 … 255 before the mean is taken off."""
    pixels = torch.tensor(images, dtype=torch.float32)
    return ((pixels - 0.1307) / 0.3081)[:, None]


@mistake(
    of=normalize,
    hint="Which number does a white pixel hold?",
)
def divides_by_256(images):
    """The pixels are divided by 256."""
    pixels = torch.tensor(images, dtype=torch.float32)
    return ((pixels / 256 - 0.1307) / 0.3081)[:, None]


@mistake(
    of=normalize,
    hint="What should become of a black pixel?",
)
def forgets_the_mean(images):
    """The mean is not taken off."""
    pixels = torch.tensor(images, dtype=torch.float32)
    return ((pixels / 255) / 0.3081)[:, None]


@mistake(
    of=normalize,
    hint="What should become of a white pixel?",
)
def forgets_the_deviation(images):
    """The result is not divided by the standard deviation."""
    pixels = torch.tensor(images, dtype=torch.float32)
    return (pixels / 255 - 0.1307)[:, None]


@mistake(
    of=normalize,
    hint="Should the values become more or less spread out?",
)
def multiplies_by_the_deviation(images):
    """The values are multiplied by the standard deviation."""
    pixels = torch.tensor(images, dtype=torch.float32)
    return ((pixels / 255 - 0.1307) * 0.3081)[:, None]


@mistake(
    of=normalize,
    hint="Which comes first? Where do the brackets stand?",
)
def subtracts_after_dividing(images):
    """The mean is taken off after the division by the standard deviation."""
    pixels = torch.tensor(images, dtype=torch.float32)
    return (pixels / 255 / 0.3081 - 0.1307)[:, None]


@mistake(
    of=normalize,
    hint="Would the same picture look the same among other pictures?",
)
def takes_the_mean_of_the_batch(images):
    """Mean and deviation are those of the pictures that came in."""
    pixels = torch.tensor(images, dtype=torch.float32) / 255
    return ((pixels - pixels.mean()) / (pixels.std() + 1e-8))[:, None]


@mistake(
    of=normalize,
    hint="Would a dark and a bright drawing of the same digit still differ?",
)
def takes_the_mean_of_each_picture(images):
    """Mean and deviation are those of each picture by itself."""
    pixels = torch.tensor(images, dtype=torch.float32) / 255
    mean = pixels.mean(dim=(1, 2), keepdim=True)
    return ((pixels - mean) / (pixels.std(dim=(1, 2), keepdim=True) + 1e-8))[:, None]


@mistake(
    of=normalize,
    hint="What is 128 // 255?",
)
def divides_whole_numbers(images):
    """The pixels are divided as whole numbers, which leaves black and white."""
    pixels = torch.tensor(images // 255, dtype=torch.float32)
    return ((pixels - 0.1307) / 0.3081)[:, None]


@mistake(
    of=normalize,
    hint="How many axes does a convolution of torch expect?",
)
def forgets_the_channel(images):
    """The axis of the channels is missing."""
    pixels = torch.tensor(images, dtype=torch.float32)
    return (pixels / 255 - 0.1307) / 0.3081


@mistake(
    of=normalize,
    hint="In which order come pictures, channels, rows, columns in torch?",
)
def puts_the_channel_last(images):
    """The axis of the channels is the last one."""
    pixels = torch.tensor(images, dtype=torch.float32)
    return ((pixels / 255 - 0.1307) / 0.3081)[..., None]


@mistake(
    of=normalize,
    hint="Which axis counts the pictures?",
)
def puts_the_channel_first(images):
    """The new axis stands before that of the pictures."""
    pixels = torch.tensor(images, dtype=torch.float32)
    return ((pixels / 255 - 0.1307) / 0.3081)[None]


@mistake(
    of=normalize,
    hint="Which number type do the weights of a network have? Print the dtype of both.",
)
def keeps_float64(images):
    """The result is of the type float64."""
    pixels = torch.from_numpy((images / 255 - 0.1307) / 0.3081)
    return pixels.unsqueeze(1)


@mistake(
    of=normalize,
    hint="What does type(...) say about your result?",
)
def returns_an_array(images):
    """The result is a NumPy array."""
    pixels = images.astype(np.float32)[:, np.newaxis]
    return (pixels / np.float32(255) - np.float32(0.1307)) / np.float32(0.3081)


# --- train_epoch ---------------------------------------------------------------------------------


@mistake(
    of=train_epoch,
    hint="What does backward() do with the gradients that are already there?",
)
def forgets_zero_grad(model, batches, optimizer):
    """The gradients are never cleared, so they pile up."""
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(images)
        count += len(images)
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="What does the optimizer find when it makes its step?",
)
def clears_gradients_before_the_step(model, batches, optimizer):
    """The gradients are cleared between backward and step, so nothing is learned."""
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        loss_sum += loss.item() * len(images)
        count += len(images)
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="Who changes the weights: backward() or somebody else?",
)
def forgets_the_step(model, batches, optimizer):
    """The optimizer never makes a step."""
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        loss_sum += loss.item() * len(images)
        count += len(images)
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="What does the cross-entropy of torch expect: logits or probabilities?",
)
def takes_the_softmax_twice(model, batches, optimizer):
    """A softmax is taken before the cross-entropy."""
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images).softmax(dim=1), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(images)
        count += len(images)
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="Which loss is asked for?",
)
def uses_squared_errors(model, batches, optimizer):
    """The squared difference to a one-hot label takes the place of the cross-entropy."""
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        wanted = F.one_hot(labels, 10).float()
        loss = F.mse_loss(model(images), wanted)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(images)
        count += len(images)
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="How many steps are made in one pass over 100 batches?",
)
def steps_once_at_the_end(model, batches, optimizer):
    """The gradients of all batches are added up, and a single step is made at the end."""
    model.train()
    optimizer.zero_grad()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        loss_sum += loss.item() * len(images)
        count += len(images)
    optimizer.step()
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="Whose learning rate do you use? What is the third argument for?",
)
def makes_an_optimizer_of_its_own(model, batches, optimizer):
    """The optimizer that was given is not used."""
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(images)
        count += len(images)
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="In which mode is the model if `evaluate` was called before?",
)
def forgets_the_training_mode(model, batches, optimizer):
    """The model is trained in whatever mode it comes."""
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(images)
        count += len(images)
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="What does dropout do in evaluation mode?",
)
def trains_in_evaluation_mode(model, batches, optimizer):
    """The model is trained in evaluation mode."""
    model.eval()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(images)
        count += len(images)
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="Print model.training after your function.",
)
def ends_in_evaluation_mode(model, batches, optimizer):
    """The model is left in evaluation mode."""
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(images)
        count += len(images)
    model.eval()
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="May a batch of three count as much as a batch of twelve?",
)
def averages_over_the_batches(model, batches, optimizer):
    """The result is the mean of the batches' means, however many pictures each batch has."""
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        count += 1
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="Does your result grow when there are more pictures?",
)
def sums_the_losses(model, batches, optimizer):
    """The losses of all pictures are added up and not divided."""
    model.train()
    loss_sum = 0.0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(images)
    return loss_sum


@mistake(
    of=train_epoch,
    hint="`cross_entropy` gives a mean already. By what may it be divided?",
)
def divides_the_means_by_the_pictures(model, batches, optimizer):
    """The means of the batches are added up and divided by the number of pictures."""
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        count += len(images)
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="Whose loss do you return, that of all pictures or that of the last batch?",
)
def returns_the_last_loss(model, batches, optimizer):
    """The loss of the last batch is returned."""
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
    return loss.item()


@mistake(
    of=train_epoch,
    hint="How often does your loop go round?",
)
def stops_after_the_first_batch(model, batches, optimizer):
    """Only the first batch is used."""
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(images)
        count += len(images)
        break
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="When is the loss of a batch taken, before or after the weights have moved?",
)
def takes_the_loss_after_the_step(model, batches, optimizer):
    """The loss is computed once more after the step."""
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += F.cross_entropy(model(images), labels).item() * len(images)
        count += len(images)
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="What does type(...) say about your result?",
)
def returns_a_tensor(model, batches, optimizer):
    """The result is a tensor, which keeps everything alive that led to it."""
    model.train()
    loss_sum, count = 0.0, 0
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss * len(images)
        count += len(images)
    return loss_sum / count


@mistake(
    of=train_epoch,
    hint="How long is a generator? Try `len(iter([1, 2]))`.",
)
def asks_for_the_length(model, batches, optimizer):
    """A table with one row for each batch is made beforehand, by len(batches)."""
    model.train()
    table = np.zeros((len(batches), 2))
    for row, (images, labels) in zip(table, batches, strict=True):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        row[:] = loss.item() * len(images), len(images)
    return float(table[:, 0].sum() / table[:, 1].sum())


@mistake(
    of=train_epoch,
    hint="What is left of a stream after you have read it to count its pictures?",
)
def reads_the_batches_twice(model, batches, optimizer):
    """The pictures are counted first, and the batches are read a second time for training."""
    model.train()
    loss_sum, count = 0.0, sum(len(labels) for _, labels in batches)
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(images)
    return loss_sum / count


# --- evaluate ------------------------------------------------------------------------------------


@mistake(
    of=evaluate,
    hint="In which mode is a model after `train_epoch`, and what does dropout do there?",
)
def forgets_evaluation_mode(model, batches):
    """The model is judged in whatever mode it comes."""
    hits, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits += int((guesses == labels).sum())
            count += len(labels)
    return hits / count


@mistake(
    of=evaluate,
    hint="What does dropout do in training mode?",
)
def judges_in_training_mode(model, batches):
    """The model is set to training mode."""
    model.train()
    hits, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits += int((guesses == labels).sum())
            count += len(labels)
    return hits / count


@mistake(
    of=evaluate,
    hint="May a batch of three count as much as a batch of sixteen?",
)
def averages_the_accuracies(model, batches):
    """The mean of the batches' accuracies is taken, however many pictures each batch has."""
    model.eval()
    hits, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits += (guesses == labels).float().mean().item()
            count += 1
    return hits / count


@mistake(
    of=evaluate,
    hint="May an accuracy be larger than 1?",
)
def returns_the_count(model, batches):
    """The number of right answers is returned."""
    model.eval()
    hits = 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits += int((guesses == labels).sum())
    return hits


@mistake(
    of=evaluate,
    hint="May an accuracy be larger than 1?",
)
def returns_percent(model, batches):
    """The accuracy is given in percent."""
    model.eval()
    hits, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits += int((guesses == labels).sum())
            count += len(labels)
    return 100 * hits / count


@mistake(
    of=evaluate,
    hint="Is a better model rewarded by a larger number?",
)
def returns_the_error_rate(model, batches):
    """The part of wrong answers is returned."""
    model.eval()
    hits, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits += int((guesses != labels).sum())
            count += len(labels)
    return hits / count


@mistake(
    of=evaluate,
    hint="What is the shape of the logits, and along which axis lie the ten of one picture?",
)
def looks_along_the_wrong_axis(model, batches):
    """The largest logit is looked for among the pictures of the batch."""
    model.eval()
    hits, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=0)
            hits += int((guesses == labels).sum())
            count += len(labels)
    return hits / count


@mistake(
    of=evaluate,
    hint="Does a large logit speak for a label, or against it?",
)
def looks_for_the_smallest(model, batches):
    """The place of the smallest logit is taken."""
    model.eval()
    hits, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmin(dim=1)
            hits += int((guesses == labels).sum())
            count += len(labels)
    return hits / count


@mistake(
    of=evaluate,
    hint="How often does your loop go round?",
)
def judges_the_first_batch(model, batches):
    """Only the first batch is used."""
    model.eval()
    hits, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits += int((guesses == labels).sum())
            count += len(labels)
            break
    return hits / count


@mistake(
    of=evaluate,
    hint="Where are your counters set to zero?",
)
def judges_the_last_batch(model, batches):
    """The counters begin anew with every batch."""
    model.eval()
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits = int((guesses == labels).sum())
            count = len(labels)
    return hits / count


@mistake(
    of=evaluate,
    hint="What is counted above the line, and what below?",
)
def divides_by_the_number_of_batches(model, batches):
    """The number of right answers is divided by the number of batches."""
    model.eval()
    hits, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits += int((guesses == labels).sum())
            count += 1
    return hits / count


@mistake(
    of=evaluate,
    hint="How long is a generator? And how large is the last batch?",
)
def assumes_equal_batches(model, batches):
    """All batches are taken to be as large as the last one."""
    model.eval()
    hits = 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits += int((guesses == labels).sum())
    return hits / (len(batches) * len(labels))


@mistake(
    of=evaluate,
    hint="What is 3 // 4?",
)
def divides_to_a_whole_number(model, batches):
    """The division is one of whole numbers."""
    model.eval()
    hits, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits += int((guesses == labels).sum())
            count += len(labels)
    return hits // count


@mistake(
    of=evaluate,
    hint="What does type(...) say about your result?",
)
def returns_the_accuracy_as_a_tensor(model, batches):
    """The result is a tensor."""
    model.eval()
    hits, count = 0, 0
    with torch.no_grad():
        for images, labels in batches:
            guesses = model(images).argmax(dim=1)
            hits += (guesses == labels).sum()
            count += len(labels)
    return hits / count


@mistake(
    of=evaluate,
    hint="What does torch keep for every layer, unless you tell it not to?",
)
def records_gradients(model, batches):
    """The model is evaluated while torch records gradients."""
    model.eval()
    hits, count = 0, 0
    for images, labels in batches:
        guesses = model(images).argmax(dim=1)
        hits += int((guesses == labels).sum())
        count += len(labels)
    return hits / count


@mistake(
    of=evaluate,
    hint="Can the model still learn after your function was called?",
)
def freezes_the_weights(model, batches):
    """All weights are told for good that they need no gradient."""
    model.eval()
    for weights in model.parameters():
        weights.requires_grad = False
    hits, count = 0, 0
    for images, labels in batches:
        guesses = model(images).argmax(dim=1)
        hits += int((guesses == labels).sum())
        count += len(labels)
    return hits / count


# --- train ---------------------------------------------------------------------------------------


@mistake(
    of=train,
    hint="What does an optimizer with momentum remember? Where do you ask for it?",
)
def forgets_the_momentum(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The optimizer is SGD without momentum."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Which optimizer is asked for?",
)
def uses_adam(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The optimizer is Adam."""
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Where does `lr` occur in your function?",
)
def ignores_the_learning_rate(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The learning rate is always 0.05."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="What is `0 or 0.05`?",
)
def takes_zero_for_no_rate(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """A learning rate of 0 is taken for one that was not given."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr or 0.05, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Which settings of the optimizer has anybody asked for?",
)
def adds_weight_decay(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The optimizer pulls all weights towards zero."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9, weight_decay=0.01)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Where does the optimizer keep its momentum, and for how long?",
)
def begins_every_epoch_with_a_new_optimizer(
    model, images, labels, epochs, batch_size=64, lr=0.05, seed=0
):
    """A new optimizer is made for every epoch, so the momentum is lost."""
    torch.manual_seed(seed)
    history = []
    for _ in range(epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Which weights does your optimizer know about?",
)
def trains_the_last_layer_only(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The optimizer is given the weights of the last layer only."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(list(model.parameters())[-2:], lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Whose weights should be different after the call?",
)
def trains_a_copy(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """A copy of the model is trained, and the model stays as it was."""
    from copy import deepcopy

    torch.manual_seed(seed)
    model = deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Which label does a picture have after you have shuffled?",
)
def separates_pictures_from_labels(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The pictures are shuffled, the labels are not."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = zip(images[order].split(batch_size), labels.split(batch_size), strict=True)
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="How many numbers does range(1, 3) give?",
)
def makes_an_epoch_too_few(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """There is one epoch less than asked for."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(1, epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="How many losses should come out of five epochs?",
)
def returns_the_last_epoch(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The loss of the last epoch is returned, not the list."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history[-1]


@mistake(
    of=train,
    hint="Where does `batch_size` occur in your function?",
)
def ignores_the_batch_size(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The batches always hold 64 pictures."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(64)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="How many steps are made in one epoch?",
)
def makes_one_large_batch(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """All pictures are put into a single batch."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in [order]]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="What becomes of the pictures that do not fill a batch?",
)
def drops_the_last_batch(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """A last batch that is smaller than the others is left out."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [
            (images[some], labels[some])
            for some in order.split(batch_size)
            if len(some) == batch_size
        ]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Count how often each picture occurs in one of your epochs.",
)
def draws_with_replacement(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """Every place of an epoch gets any picture, so some are used twice and others not at all."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randint(len(labels), (len(labels),))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Look at the labels of the caller after the call.",
)
def writes_the_order_into_the_arguments(
    model, images, labels, epochs, batch_size=64, lr=0.05, seed=0
):
    """The pictures and labels of the caller are put into the new order."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        images[:], labels[:] = images[order], labels[order]
        pairs = zip(images.split(batch_size), labels.split(batch_size), strict=True)
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="In which order does your second epoch see the pictures?",
)
def never_shuffles(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The pictures are used in the order in which they come."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.arange(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="In which order does your second epoch see the pictures?",
)
def shuffles_once(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """One order is drawn and used in all epochs."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    order = torch.randperm(len(labels))
    for _ in range(epochs):
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Which pictures meet in one batch in the second epoch?",
)
def shuffles_the_batches_only(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The batches are cut once, and only their order changes."""
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        pairs = list(zip(images.split(batch_size), labels.split(batch_size), strict=True))
        pairs = [pairs[int(n)] for n in torch.randperm(len(pairs))]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Call your function twice with the same seed and a fresh model. Are the weights equal?",
)
def ignores_the_seed(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The random numbers are drawn from wherever the global generator stands."""
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="Where does `seed` occur in your function?",
)
def always_uses_the_same_seed(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The generator is set to 0, whatever seed is given."""
    torch.manual_seed(0)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


@mistake(
    of=train,
    hint="What else is drawn at random while a model with dropout is trained?",
)
def seeds_the_order_only(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    """The order comes from a generator of its own, while dropout draws from the global one."""
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
    history = []
    for _ in range(epochs):
        order = torch.randperm(len(labels), generator=generator)
        pairs = [(images[some], labels[some]) for some in order.split(batch_size)]
        history.append(train_epoch(model, pairs, optimizer))
    return history


# --- learned_kernels -----------------------------------------------------------------------------


@mistake(
    of=learned_kernels,
    hint="How dark is the darkest weight of the faintest kernel?",
)
def scales_all_kernels_together(model):
    """One minimum and one maximum are used for all kernels."""
    kernels = model.c1.weight.detach().numpy().squeeze(1)
    low, high = kernels.min(), kernels.max()
    return (kernels - low) / (high - low)


@mistake(
    of=learned_kernels,
    hint="How many numbers of a kernel are 0 in your result, and how many are 1?",
)
def scales_each_row(model):
    """Every row of a kernel is scaled by itself."""
    kernels = model.c1.weight.detach().numpy().squeeze(1)
    low, high = kernels.min(2, keepdims=True), kernels.max(2, keepdims=True)
    return (kernels - low) / (high - low)


@mistake(
    of=learned_kernels,
    hint="What becomes of negative weights?",
)
def divides_by_the_largest(model):
    """The weights are divided by the largest one, and nothing is taken off."""
    kernels = model.c1.weight.detach().numpy().squeeze(1)
    high = kernels.max((1, 2), keepdims=True)
    return kernels / high


@mistake(
    of=learned_kernels,
    hint="What is the smallest value of your result?",
)
def forgets_to_begin_at_zero(model):
    """The weights are divided by the distance from minimum to maximum, and nothing is taken off."""
    kernels = model.c1.weight.detach().numpy().squeeze(1)
    low, high = kernels.min((1, 2), keepdims=True), kernels.max((1, 2), keepdims=True)
    return kernels / (high - low)


@mistake(
    of=learned_kernels,
    hint="Should −2 and 2 look alike?",
)
def takes_absolute_values(model):
    """The signs of the weights are dropped first."""
    kernels = model.c1.weight.detach().numpy().squeeze(1)
    kernels = abs(kernels)
    low, high = kernels.min((1, 2), keepdims=True), kernels.max((1, 2), keepdims=True)
    return (kernels - low) / (high - low)


@mistake(
    of=learned_kernels,
    hint="Which colour does the smallest weight get?",
)
def swaps_black_and_white(model):
    """The largest weight becomes 0 and the smallest 1."""
    kernels = model.c1.weight.detach().numpy().squeeze(1)
    low, high = kernels.min((1, 2), keepdims=True), kernels.max((1, 2), keepdims=True)
    return (high - kernels) / (high - low)


@mistake(
    of=learned_kernels,
    hint="What are the smallest and the largest value of your result?",
)
def returns_the_weights_themselves(model):
    """The weights are returned as they are."""
    return model.c1.weight.detach().numpy().squeeze(1)


@mistake(
    of=learned_kernels,
    hint="How many axes does a grey picture have?",
)
def keeps_the_channel(model):
    """The axis of the one input channel is still there."""
    kernels = model.c1.weight.detach().numpy()
    low, high = kernels.min((2, 3), keepdims=True), kernels.max((2, 3), keepdims=True)
    return (kernels - low) / (high - low)


@mistake(
    of=learned_kernels,
    hint="What does type(...) say about your result?",
)
def returns_kernels_as_a_tensor(model):
    """The result is a tensor."""
    kernels = model.c1.weight.detach().squeeze(1)
    low, high = kernels.amin((1, 2), keepdim=True), kernels.amax((1, 2), keepdim=True)
    return (kernels - low) / (high - low)


@mistake(
    of=learned_kernels,
    hint="Does your array share memory with the model's weights?",
)
def scales_the_weights_in_place(model):
    """The scaling is done in the memory of the model, which has other weights afterwards."""
    kernels = model.c1.weight.detach().numpy().squeeze(1)
    kernels -= kernels.min((1, 2), keepdims=True)
    kernels /= kernels.max((1, 2), keepdims=True)
    return kernels


# --- predict -------------------------------------------------------------------------------------


@mistake(
    of=predict,
    hint="How many numbers should come out for one picture?",
)
def returns_the_logits(model, images):
    """The logits are returned."""
    model.eval()
    with torch.no_grad():
        return model(images)


@mistake(
    of=predict,
    hint="Which is asked: how large the largest logit is, or where it stands?",
)
def returns_the_largest_value(model, images):
    """The largest logit itself is returned."""
    model.eval()
    with torch.no_grad():
        return model(images).amax(dim=1)


@mistake(
    of=predict,
    hint="What is the shape of the logits, and along which axis lie the ten of one picture?",
)
def looks_along_the_batch(model, images):
    """The largest logit is looked for among the pictures."""
    model.eval()
    with torch.no_grad():
        return model(images).argmax(dim=0)


@mistake(
    of=predict,
    hint="How many labels should come out for five pictures?",
)
def looks_at_all_logits_at_once(model, images):
    """One place is returned for all the pictures together."""
    model.eval()
    with torch.no_grad():
        return model(images).argmax()


@mistake(
    of=predict,
    hint="Does a large logit speak for a label, or against it?",
)
def looks_for_the_smallest_logit(model, images):
    """The place of the smallest logit is returned."""
    model.eval()
    with torch.no_grad():
        return model(images).argmin(dim=1)


@mistake(
    of=predict,
    hint="Which label has the first of ten places?",
)
def counts_from_one(model, images):
    """The places are counted from 1."""
    model.eval()
    with torch.no_grad():
        return model(images).argmax(dim=1) + 1


@mistake(
    of=predict,
    hint="Print the shape of your result.",
)
def keeps_an_axis(model, images):
    """The result has an axis of length 1 too many."""
    model.eval()
    with torch.no_grad():
        return model(images).argmax(dim=1, keepdim=True)


@mistake(
    of=predict,
    hint="Put in a single picture. How many axes does the result have?",
)
def squeezes_the_batch_away(model, images):
    """All axes of length 1 are removed, that of a single picture included."""
    model.eval()
    with torch.no_grad():
        return model(images).argmax(dim=1).squeeze()


@mistake(
    of=predict,
    hint="Which number type do labels have?",
)
def returns_floats(model, images):
    """The labels are returned as floats."""
    model.eval()
    with torch.no_grad():
        return model(images).argmax(dim=1).float()


@mistake(
    of=predict,
    hint="What does type(...) say about your result?",
)
def returns_a_list(model, images):
    """The labels are returned as a list."""
    model.eval()
    with torch.no_grad():
        return model(images).argmax(dim=1).tolist()


@mistake(
    of=predict,
    hint="What becomes of the pictures that do not fill a portion?",
)
def drops_the_rest(model, images):
    """The pictures are taken in portions of 64, and an unfinished last one is left out."""
    model.eval()
    with torch.no_grad():
        whole = max(1, len(images) // 64)
        parts = [images[64 * n : 64 * (n + 1)] for n in range(whole)]
        return torch.cat([model(part).argmax(dim=1) for part in parts])


@mistake(
    of=predict,
    hint="In which mode is a model after it was trained? What does dropout do there?",
)
def predicts_in_the_mode_it_finds(model, images):
    """The model predicts in whatever mode it comes."""
    with torch.no_grad():
        return model(images).argmax(dim=1)


@mistake(
    of=predict,
    hint="What does dropout do in training mode?",
)
def predicts_in_training_mode(model, images):
    """The model is set to training mode."""
    model.train()
    with torch.no_grad():
        return model(images).argmax(dim=1)


@mistake(
    of=predict,
    hint="What does torch keep for every layer, unless you tell it not to?",
)
def predicts_with_gradients(model, images):
    """The model predicts while torch records gradients."""
    model.eval()
    return model(images).argmax(dim=1)


@mistake(
    of=predict,
    hint="Can the model still learn after your function was called?",
)
def changes_the_model_for_good(model, images):
    """All weights are told for good that they need no gradient."""
    model.eval()
    model.requires_grad_(False)
    return model(images).argmax(dim=1)
