"""Scores of videos that nothing was chosen or learned on. A method is tried on every fold, with every seed.

folds.py      a fold: examples to learn from, examples to be tested on; the ways to make them
method.py     a method: any function from (train, test, seed) to predictions. Plug in new kinds of model here
network.py, ridge.py, chance.py     three of them
plus.py       the best that we found, on descriptors of clips (descriptors.py)
choosing.py   which method a name means
protocol.py   what is tested on what, as plain values that worker processes can be told of
trials.py     folds × seeds, resumable, in several processes
plan.py       which data, which methods, which seeds: from there to result.json
result.py     what stands in result.json
ablations.py  one change of the paper's network at a time
"""
