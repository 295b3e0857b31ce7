"""What would refute the claims about real data."""

from tampering import change, once

DIGITS = "more-digits-make-more-errors-without-decay"
LOSS = "real_path.loss_on_others"


def decayed(factor):
    """Multiply the losses with decay, (seeds, λ)."""

    def made(old):
        old[:, 1:] *= factor
        return old

    return made


def bare(factor, every=1):
    """Multiply those without, of every so many seeds."""

    def made(old):
        old[::every, 0] *= factor
        return old

    return made


def diabetes(name, how, n):
    return change("real_diabetes", name, how, n_train=n)


def random(name, how, count):
    return change("real_random", name, how, random_features=count)


def digits(name, how, n):
    return change("real_digits", name, how, n_train=n)


REFUTATIONS = {
    "peak-stands-where-the-rank-stops": {
        "least": [diabetes("least_eigenvalue", once(1e-12), 80)],
        "place": [diabetes(LOSS, bare(1e6, every=2), 20)],
        "height": [diabetes("constant_loss", 100, 65)],
        "step": [diabetes(LOSS, decayed(1.2), 80)],
        "worth": [diabetes(LOSS, bare(0.6), 240)],
    },
    "more-features-do-not-make-up-for-decay": {
        "place": [random(LOSS, bare(1e6, every=2), 60)],
        "valley": [random(LOSS, bare(1.6), count) for count in (10, 20, 40)],
        "constant": [random("constant_loss", 1.5, 1000)],
        "tuned": [
            *(random(LOSS, bare(0.9), count) for count in (10, 20)),
            random(LOSS, bare(0.75), 1000),
            random("constant_loss", 0.75, 1000),
        ],
        "step": [random(LOSS, decayed(1.1), 99)],
    },
    DIGITS: {
        "rises": [digits(LOSS, bare(1.5), 20)],
        "cured": [digits(LOSS, decayed(1.5), 53)],
        "adds": [digits("rank", lambda old: old + 8, 63)],
        "spare": [digits("rank", lambda old: old - 5, n) for n in (51, 53, 55, 63)],
    },
}
