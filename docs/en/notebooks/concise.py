# %% [markdown]
# # Concise
#
# You will run the experiment once more, this time with the parts that PyTorch brings along:
# its linear layer, its loss and its optimiser, which has weight decay built in.
# The program gets shorter, and the experiment changes in three places;
# each is pointed out where it happens, so that you know what you compare.
# What you see below a cell is what it printed or drew when this site was built.

# %%
import math

import matplotlib.pyplot as plt
import torch
from torch import nn

# %% [markdown]
# ## The settings
#
# All of them are those of [From scratch](../scratch/).

# %%
SEED = 0  # decides all that is left to chance

n_train = 20  # training examples, n
n_test = 100  # test examples
n_features = 200  # features of an example, d
noise_std = 0.01  # standard deviation of the noise in y
true_w = 0.01  # every coordinate of the true weights
true_b = 0.05  # the true bias
init_std = 1.0  # standard deviation of the initial w and b
lr = 0.003  # learning rate
batch_size = 5  # examples per step, B
epochs = 100  # passes over the training set
curves_every = 5  # epochs between two points of the figures

# %% [markdown]
# ## Chance
#
# `normals(SEED, stream, …)` gives standard normal numbers: the same ones for the same seed.
# How it does that is no part of the lesson.

# %% fold="Show how the random numbers are drawn"
STREAMS = ("x", "noise", "x_test", "noise_test", "w", "b", "order")


def normals(seed, stream, *shape):
    """Draw independent standard normal numbers of one stream."""
    number = 16 * seed + STREAMS.index(stream)
    # An odd factor modulo 2**32 spreads the numbers apart.
    generator = torch.Generator().manual_seed(number * 2654435761 % 2**32)
    # PyTorch draws in blocks of 16.
    # With whole blocks, a longer draw begins like a shorter one.
    count = math.prod(shape)
    whole_blocks = -(-count // 16) * 16
    z = torch.randn(whole_blocks, generator=generator, dtype=torch.float64)
    return z[:count].reshape(shape)


# %% [markdown]
# ## The data
#
# The same seed gives the same examples as from scratch, visited in the same order:
#
# $$y = X w^\circ + b^\circ + \varepsilon .$$


# %%
def make_examples(count, x_stream, noise_stream):
    """Draw x, (count, n_features), and y, (count, 1)."""
    x = normals(SEED, x_stream, count, n_features)
    w = torch.full((n_features, 1), true_w, dtype=torch.float64)
    noise = noise_std * normals(SEED, noise_stream, count, 1)
    y = x @ w + true_b + noise
    return x.to(torch.float32), y.to(torch.float32)


x, y = make_examples(n_train, "x", "noise")
x_test, y_test = make_examples(n_test, "x_test", "noise_test")
order = normals(SEED, "order", epochs, n_train).argsort(dim=1)

# %% [markdown]
# ## The model and its initial values
#
# `nn.Linear` holds $w$, as a row, and $b$.
# *First difference:* every parameter starts at random here, the bias too;
# from scratch, the bias starts at zero.
# The weights start from the same values as from scratch.


# %%
def make_model():
    """Return a linear layer with random parameters."""
    # Made the usual way, nn.Linear would draw default values
    # from PyTorch's global random state; this leaves it alone.
    model = nn.utils.skip_init(nn.Linear, n_features, 1)
    with torch.no_grad():
        model.weight.copy_(init_std * normals(SEED, "w", 1, n_features))
        model.bias.copy_(init_std * normals(SEED, "b", 1))
    return model


w = make_model().weight
print(f"L2 norm of the initial w: {w.norm().item():.5g}")

# %% [markdown]
# ## The loss
#
# `nn.MSELoss` is the mean of $(\hat y_i - y_i)^2$ over the examples of a batch.
# *Second difference:* it lacks the factor $\frac{1}{2}$, so the data pulls twice as hard.

# %%
loss = nn.MSELoss()

# %% [markdown]
# ## The optimiser with weight decay
#
# `torch.optim.SGD` adds `weight_decay` times the parameter to the parameter's gradient.
# Parameters come in groups with settings of their own:
# the weights get the decay, and the bias, in a group by itself, is spared.


# %%
def make_optimizer(model, weight_decay):
    """Return gradient descent that decays the weights only."""
    weights = {"params": [model.weight], "weight_decay": weight_decay}
    bias = {"params": [model.bias]}
    return torch.optim.SGD([weights, bias], lr=lr)


# %% [markdown]
# Together, a step on a batch $\mathcal{B}$ of $m$ examples changes the weights by
#
# $$w \leftarrow (1 - \eta\lambda)\, w -
# \frac{2\eta}{m} \sum_{i \in \mathcal{B}} (\hat y_i - y_i)\, x_i ,$$
#
# where $\eta$ is `lr` and $\lambda$ is `weight_decay`.
# Put $2\eta$ and $\lambda/2$ in place of $\eta$ and $\lambda$ in the update from scratch,
# and with full batches you get exactly this one.
# So a `weight_decay` of 3 means something else in the two programs:
# here it is as strong, measured against the data, as half of 3 is there,
# with steps twice as long.
# [The update rule](../update-rule/) has the derivation.
#
# *Third difference:* the mean divides by the examples that are there.
# If the last batch of an epoch holds only $m$ of them, fewer than $B$,
# it still decays the weights by the whole $1 - \eta\lambda$.
# With the settings above all batches are full, and this difference stays asleep.

# %% [markdown]
# ## The training loop
#
# Every `curves_every` epochs the loop notes two losses for the figure, without the penalty.
# Like everywhere in this report they are half the mean squared error;
# the chapter draws what `nn.MSELoss` returns, so its curves for this program are twice as high.


# %%
def mean_loss(model, x, y):
    """Return ½ · mean squared error over all of x, no penalty."""
    with torch.no_grad():
        return loss(model(x), y).item() / 2


def train(weight_decay):
    """Return w, b and the curve: epoch, train loss, test loss."""
    model = make_model()
    optimizer = make_optimizer(model, weight_decay)
    curve = []
    for epoch, rows in enumerate(order, start=1):
        for batch in rows.split(batch_size):
            optimizer.zero_grad()
            loss(model(x[batch]), y[batch]).backward()
            optimizer.step()
        if epoch % curves_every == 0:
            train_loss = mean_loss(model, x, y)
            test_loss = mean_loss(model, x_test, y_test)
            curve.append((epoch, train_loss, test_loss))
    return model.weight.detach().T, model.bias.detach(), curve


# %% [markdown]
# ## The figure
#
# Losses are drawn on a logarithmic axis, because they can cover several powers of ten.


# %%
def draw_curve(curve, title):
    """Draw train and test loss over the epochs."""
    at_epoch, train_loss, test_loss = zip(*curve, strict=True)
    _, axes = plt.subplots(figsize=(4.8, 3), layout="constrained")
    axes.semilogy(at_epoch, train_loss, label="train loss")
    axes.semilogy(at_epoch, test_loss, linestyle="--", label="test loss")
    axes.set_title(title)
    axes.set(xlabel="epoch", ylabel="½ · mean squared error")
    axes.legend()
    plt.show()


# %% [markdown]
# ## Without weight decay
#
# With $\lambda = 0$ nothing but the training data moves the weights.
# Compare the norm with that of the initial weights, and the two losses with each other.

# %% alt="Train loss and test loss over the epochs on a logarithmic axis, without weight decay."
w, b, curve = train(weight_decay=0)
print(f"L2 norm of w: {w.norm().item():.5g}")
draw_curve(curve, "weight_decay = 0")

# %% [markdown]
# ## With weight decay
#
# The same data, the same initial values, the same order of examples: only $\lambda$ is different.

# %% alt="Train loss and test loss over the epochs on a logarithmic axis, with weight decay 3."
w, b, curve = train(weight_decay=3)
print(f"L2 norm of w: {w.norm().item():.5g}")
draw_curve(curve, "weight_decay = 3")

# %% [markdown]
# ## What the run shows, and what it doesn't
#
# As from scratch, the data can move $w$ only along the training inputs,
# which span at most $n$ of the $d$ dimensions.
# What lies in the others is a leftover of the initial weights:
# without decay it stays as it was, and with decay each step multiplies it by $1 - \eta\lambda$.
# The decay you have seen is real, but there it has nothing to shrink except the random start.
#
# The bias is never decayed, and here it starts at random as well.
# Print `b` beside `true_b`, for several seeds, before you read a lesson about sparing the bias
# into this run.
# [The matrix](../matrix/) compares both programs for many seeds and many values of $\lambda$.

# %% [markdown] fold="Try it"
# Change three things in this program, so that it prints the norms of
# [the program from scratch](../scratch/) for the same `SEED`.
# The differences are marked above; think of what the missing $\frac{1}{2}$ does to $\eta$ and to
# $\lambda$.
#
# **Solution.**
# Without the half the data pulls twice as hard: halve `lr`.
# That halves $\eta\lambda$ too, the decay of a step: double `weight_decay` in the calls of `train`.
# And in `make_model` write `model.bias.zero_()`, so that the bias starts at zero.
# Now both programs take the same steps and print the same digits.

# %% [markdown]
# ## Why the random numbers are drawn like this
#
# The chapter sets no seed, so each of its readers gets numbers of their own.
# Here every purpose draws from a stream of its own, which depends on `SEED` alone
# and neither reads nor changes PyTorch's global random state:
# that is why your numbers can be compared with those in this report.
# PyTorch draws normal numbers in blocks, so `normals` asks for whole blocks:
# then a longer draw begins like a shorter one, and more examples begin with the same examples.

# %% [markdown] listing="Show the whole program in one piece"
# ## The complete program
#
# - [concise.py](../concise.py): the cells of this page as one plain script.
# - [concise.ipynb](concise.ipynb): this page as a notebook, with its results.
#
# To run the script you need Python and two packages: `pip install torch matplotlib`.
# Then type `python concise.py`, or open the file in PyCharm, VS Code or another IDE and press Run.
# It prints the norms that you see on this page and shows the figures;
# if a figure has a window of its own, close it and the program goes on.
# To Python the lines that begin with `# %%` are comments;
# many editors take them as the borders of cells, which you can run one by one.
#
# Then change something: `SEED`, `n_train`, `lr`, or the argument of `train`.
