"""Small results as `result.json` holds them."""

import statistics


def summary(values):
    """One metric of a protocol, a value a seed."""
    std = statistics.stdev(values) if len(values) > 1 else None
    picks = [{"seed": seed, "lr": 1e-4, "epoch": 1, "score": value} for seed, value in enumerate(values, 1)]
    return {"mean": statistics.fmean(values), "std": std, "picks": picks}


def paper_result(domain="BK", best=(90.0,), last=(50.0,), *, dataset="tvsum", metric="mAP@5", more=(), **changes):
    """A result of the paper's protocol.

    Args:
        domain: None for a data set without domains.
        best, last: the metric under both protocols, a value a seed.
        dataset: its name.
        metric: the primary one.
        more: further metrics with the same values.
        changes: of any field.
    """
    metrics = (metric, *more)
    protocols = {
        name: {"rule": f"{name} epoch", "looks": 1500, "scores": {each: summary(values) for each in metrics}}
        for name, values in (("paper", best), ("heldout", last))
    }
    level = {"random": 40.0, "best_of_n": 91.0, "n": 1500, "ceiling": 97.0}
    return {
        "schema": "visionaryvids/result/1", "dataset": dataset, "domain": domain, "preset": "visionaryvids",
        "primary": metric, "seeds": list(range(1, len(best) + 1)), "rates": [1e-4, 5e-4, 1e-3], "published": {},
        "reruns": [], "protocols": protocols, "baselines": dict.fromkeys(metrics, level), "minutes": 9.0,
        "split": {"train": 4, "test": 1}, "command": "visionaryvids reproduce table3", "commit": "abc",
        "machine": {"torch": "2.13.0", "gpu": None}, **changes,
    }  # fmt: skip


def heldout_result(method="ridge", scores=None, *, change=None, protocol="rotation", dataset="tvsum", **changes):
    """A held-out result.

    Args:
        method: its name.
        scores: by domain a value a seed.
        change: (part, value) of an ablation.
        protocol: its name.
        dataset: its name.
        changes: of any field.
    """
    scores = {"VT": (50.0, 52.0), "BK": (60.0, 64.0)} if scores is None else scores
    metric = "mAP@5" if dataset == "tvsum" else "mAP"
    by_seed = list(zip(*scores.values(), strict=True))
    every = {**scores, "all": tuple(map(statistics.fmean, by_seed))}
    level = {metric: {"random": 41.0, "ceiling": 90.0}}
    plain = {name: {metric: {k: v for k, v in summary(s).items() if k != "picks"} | {"seeds": list(s)}}
             for name, s in every.items()}  # fmt: skip
    return {
        "schema": "visionaryvids/heldout/1", "dataset": dataset, "protocol": protocol, "rule": "each video once",
        "primary": metric, "videos": dict.fromkeys(scores, 5), "baselines": dict.fromkeys(every, level),
        "command": "visionaryvids reproduce --protocol heldout", "absent": {}, "method": method, "minutes": 1.0,
        "change": change and {"part": change[0], "value": change[1]}, "seeds": list(range(1, len(by_seed) + 1)),
        "settings": {}, "commit": "abc", "scores": plain, **changes,
    }  # fmt: skip
