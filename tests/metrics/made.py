"""Splits made up from a seed: annotations and predictions that fit them."""

import numpy as np

from visionaryvids.types import Annotation, Prediction


def tvsum_split(videos=1, people=20, low=1, high=5, seed=0):
    """Videos of 12 to 30 clips with whole-number ratings, and random scores, some of them tied."""
    rng = np.random.default_rng(seed)
    annotations, predictions = [], []
    for index in range(videos):
        clips = int(rng.integers(12, 30))
        name, ratings = f"v{index}", rng.integers(low, high + 1, (clips, people))
        annotations.append(Annotation(name, name, "a title", 2.0 * clips, 2.0, None, ratings))
        predictions.append(Prediction(name, name, None, rng.random(clips).round(1)))
    return predictions, annotations


def qvhighlights_split(queries=20, seed=0):
    """Queries with one to four true windows; predictions near some, out of order, with ties; lists of T ± 1 scores."""
    rng = np.random.default_rng(seed)
    annotations, predictions = [], []
    for index in range(queries):
        truth = np.sort(rng.choice(76, 2 * int(rng.integers(1, 5)), replace=False)).reshape(-1, 2) * 2.0
        ratings = np.zeros((75, 3))
        for start, end in (truth / 2).astype(int):
            ratings[start:end] = rng.integers(0, 5, (end - start, 3))
        near = truth[rng.integers(0, len(truth), 6)] + rng.normal(0, 4, (6, 2))
        windows = np.concatenate([np.sort(near, axis=1), rng.random((6, 1)).round(1)], axis=1)
        scores = rng.normal(size=75 + int(rng.integers(-1, 2))).round(1)
        name = str(index)
        annotations.append(Annotation(f"v{index}", name, f"query {index}", 150.0, 2.0, truth, ratings))
        predictions.append(Prediction(f"v{index}", name, windows, scores))
    return predictions, annotations


def charades_pair(queries=20, seed=0):
    """One true window a query, and twelve scored windows of which some are near it."""
    rng = np.random.default_rng(seed)
    annotations, predictions = [], []
    for index in range(queries):
        truth = np.sort(rng.random((1, 2)) * 30, axis=1)
        ends = np.concatenate([truth + rng.normal(0, 1, (6, 2)), rng.random((6, 2)) * 30])
        windows = np.concatenate([np.sort(ends, axis=1), rng.random((12, 1))], axis=1)
        annotations.append(Annotation(f"v{index}", f"v{index}#1", f"query {index}", None, 1 / 6, truth))
        predictions.append(Prediction(f"v{index}", f"v{index}#1", windows))
    return predictions, annotations


def qvhighlights_record(annotation):
    """The line of the released format that says what an annotation says."""
    windows, ratings = annotation.windows_s, annotation.ratings_TR
    ids = np.flatnonzero(ratings.any(axis=1))
    record = {"qid": int(annotation.query_id), "vid": annotation.video_id, "query": annotation.query, "duration": 150}
    return record | {
        "relevant_windows": windows.tolist(),
        "relevant_clip_ids": ids.tolist(),
        "saliency_scores": ratings[ids].tolist(),
    }
