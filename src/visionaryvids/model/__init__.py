"""The joint model: clip features and a sentence in, saliency and moments out. Read `network.py` first."""
