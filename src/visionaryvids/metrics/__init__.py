"""How good is a prediction? The field's measures, exactly, with NumPy alone.

Each module opens like a page of a handbook: conventions (what is a hit, what happens to ties and to empty lists),
metrics, references.

    files        prediction files (the field's JSON Lines) ↔ `Prediction`
    matching     which prediction answers which query
    ranking      average precision, Kendall's tau-b, Spearman's rho
    highlights   TVSum, YouTube Highlights and QVHighlights' saliency, one video or query at a time
    moments      recall and average precision of windows
    qvhighlights the official suite
    benchmarks   the four benchmarks: `score_tvsum`, `score_youtube`, `score_charades`, `score_qvhighlights`
    chance       what a random prediction scores: closed forms and the best of n
    ceilings     what no prediction can exceed
    baselines    both, beside each other, for each benchmark
    presence     does `present` know whether anything matches?
    padding      lists of different lengths as one array
    scoreboard   scores as a table, with chance and ceiling beside them
    evaluation   files in, numbers and a table out: what `visionaryvids evaluate` prints

Import from the modules: `from visionaryvids.metrics.benchmarks import score_tvsum`.
"""
