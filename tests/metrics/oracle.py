"""The published metrics once more, in plain Python loops: slow, short, and written from their definitions alone.

Tests compare the package with these functions; the benchmark measures how much faster the package is.
"""

import math

THRESHOLDS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]
LENGTHS = {"full": (-1, math.inf), "short": (0, 10), "middle": (10, 30), "long": (30, 150)}


def iou(a, b):
    shared = max(0.0, min(a[1], b[1]) - max(a[0], b[0]))
    union = (a[1] - a[0]) + (b[1] - b[0]) - shared
    return shared / union if union > 0 else 0.0


def trapezoid_ap(ranked):
    """Area under the polygon through (recall, precision) after each entry, from (0, 1) on."""
    total = sum(ranked)
    if not total:
        return 0.0
    area, recall, precision, hits = 0.0, 0.0, 1.0, 0
    for position, positive in enumerate(ranked, start=1):
        hits += positive
        area += (hits / total - recall) * (precision + hits / position) / 2
        recall, precision = hits / total, hits / position
    return area


def by_score(scores):
    return sorted(range(len(scores)), key=lambda index: -scores[index])


def tvsum_map(scores, ratings, k):
    """`scores` [T], `ratings` T lists of R."""
    aps = []
    for person in range(len(ratings[0])):
        column = [row[person] for row in ratings]
        median = sorted(column)[(len(column) - 1) // 2]
        order = [index for index in by_score(scores) if index < len(column)][:k]
        aps.append(trapezoid_ap([column[index] > median for index in order]))
    return sum(aps) / len(aps)


def interpolated_ap(labels, scores):
    """Mean over the recall levels reached, of the best precision at that recall or above; ties are taken together."""
    points = []
    for threshold in sorted(set(scores), reverse=True):
        taken = [label for label, score in zip(labels, scores, strict=True) if score >= threshold]
        points.append((sum(taken), sum(taken) / len(taken)))
    levels = sorted({found for found, _ in points if found})
    best = [max(precision for found, precision in points if found >= level) for level in levels]
    return sum(best) / len(best) if best else 0.0


def window_ap(windows, truths, threshold):
    """`windows` best first; each finds the free true window that it overlaps most, if by enough."""
    free, hits = set(range(len(truths))), []
    for window in windows:
        options = [(iou(window, truths[index]), index) for index in free]
        overlap, index = max(options, default=(0.0, -1))
        hits.append(overlap >= threshold)
        if hits[-1]:
            free.remove(index)
    precision = [sum(hits[: rank + 1]) / (rank + 1) for rank in range(len(hits))]
    return sum(max(precision[rank:]) for rank, hit in enumerate(hits) if hit) / len(truths)


def moments(queries, name):
    """mAP and R1 at each threshold in percent; `queries` are (ranked windows, true windows)."""
    low, high = LENGTHS[name]
    kept = []
    for windows, truths in queries:
        inside = [truth for truth in truths if low < truth[1] - truth[0] <= high]
        if inside:
            kept.append((windows, inside))
    ap = [100 * sum(window_ap(w[:10], t, level) for w, t in kept) / len(kept) for level in THRESHOLDS]
    first = [max(iou(w[0], truth) for truth in t) if len(w) else 0.0 for w, t in kept]
    r1 = [100 * sum(overlap >= level for overlap in first) / len(kept) for level in THRESHOLDS]
    return ap, r1


def highlights(queries, least):
    """mAP and HIT@1 in percent; `queries` are (scores [T], ratings [T][R])."""
    aps, hits = [], []
    for scores, ratings in queries:
        filled = (list(scores) + [0.0] * len(ratings))[: len(ratings)]
        for person in range(len(ratings[0])):
            aps.append(interpolated_ap([row[person] >= least for row in ratings], filled))
        best = by_score(scores)[0]
        hits.append(best < len(ratings) and max(ratings[best]) >= least)
    return 100 * sum(aps) / len(aps), 100 * sum(hits) / len(hits)


def qvhighlights_brief(windows, truths, scores, ratings):
    """The brief numbers, not rounded."""
    brief = {}
    for name in LENGTHS:
        ap, r1 = moments(list(zip(windows, truths, strict=True)), name)
        brief[f"MR-{name}-mAP"] = sum(ap) / len(ap)
        if name == "full":
            brief |= {"MR-full-mAP@0.5": ap[0], "MR-full-mAP@0.75": ap[5]}
            brief |= {"MR-full-R1@0.5": r1[0], "MR-full-R1@0.7": r1[4]}
    for name, least in {"Fair": 2, "Good": 3, "VeryGood": 4}.items():
        ap, hit = highlights(list(zip(scores, ratings, strict=True)), least)
        brief |= {f"HL-min-{name}-mAP": ap, f"HL-min-{name}-Hit1": hit}
    return brief


def soft_nms(windows, kind, threshold=0.3, sigma=0.5):
    """Windows in the order in which they are chosen, each time the best scored one, the others losing score to it."""
    left, chosen = [list(window) for window in windows], []
    while left:
        best = max(left, key=lambda window: window[2])
        left.remove(best)
        chosen.append(best)
        for window in left:
            overlap = iou(best, window)
            lost = {
                "normal": float(overlap < threshold),
                "linear": 1 - overlap,
                "gaussian": math.exp(-(overlap**2) / sigma),
            }
            window[2] *= lost[kind]
    return chosen
