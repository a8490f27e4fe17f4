"""Small invented data sets in exactly the released layouts, for tests and for machines without the real ones.

What is to be learnt is planted, so that a model that works gets far above chance within a minute:

- TVSum, YouTube: each clip has an interest that changes slowly; features are noise plus interest × a direction that is
  the same in every video; ratings are interest plus each person's own error.
- QVHighlights: each video is a chain of segments with a topic each, and the query names one topic. A topic has a fixed
  vector in each kind of features and in the query's tokens. So features alone do not say what matches: a model has to
  compare them with the query. What is said in videos, for pre-training, has the same topics.
- Charades-STA: the same with short clips, and the topic's vector is that of its word in the GloVe file.

The same arguments give the same bytes of numbers. Arrays are float16.
"""

from visionaryvids.data.synthetic.charades import write_charades
from visionaryvids.data.synthetic.highlights import write_tvsum, write_youtube
from visionaryvids.data.synthetic.moments import write_qvhighlights, write_speech

__all__ = ["write_charades", "write_qvhighlights", "write_speech", "write_tvsum", "write_youtube"]
