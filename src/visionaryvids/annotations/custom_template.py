"""A small valid file of your own data, with comments that say how to make one of yours."""

from __future__ import annotations

TEMPLATE = """\
# Your own data for visionaryvids: one JSON object a line, a line for each thing that can be asked about a video.
# Lines that start with # are comments. Everything else that you need to know is in docs/custom-data.md.
#
#   video       the video's file name, with or without .mp4
#   query       what is asked, in words; null (on every line) for a model that finds what is interesting, unasked
#   windows     the moments that match, [start, end] in seconds each; [] = this video does not show it
#   saliency    optional: how interesting stretches are, [start, end, score from 0 to 1] each, and 0 elsewhere;
#               or one number for each clip of the features
#   duration_s  optional: length of the video in seconds, to have the windows checked against it
#   id          optional: a name for this line
#   split       optional: train, val or test, all lines of a video the same; without it every fifth video or so is for
#               testing, chosen by a hash of its name
#
# 1. Replace the lines below by yours: a few hundred lines on a few dozen videos, at the least, to be of use.
# 2. visionaryvids data check custom --annotations THIS_FILE --videos FOLDER_OF_VIDEOS
# 3. visionaryvids train custom --annotations THIS_FILE --videos FOLDER_OF_VIDEOS --out runs/mine
# 4. visionaryvids find holiday.mp4 "a dog runs into the sea" --model runs/mine/model.safetensors
{"video": "beach.mp4", "query": "a dog runs into the sea", "windows": [[12.5, 17]], "saliency": [[13, 16, 0.9]]}
{"video": "beach.mp4", "query": "children build a castle", "windows": [[30, 41], [55, 60]], "saliency": [[30, 60, 0.5]]}
{"video": "party.mov", "query": "somebody blows out candles", "windows": [[4, 9.5]], "saliency": [[4, 9.5, 1]]}
{"video": "party.mov", "query": "a dog runs into the sea", "windows": [], "saliency": []}
"""
