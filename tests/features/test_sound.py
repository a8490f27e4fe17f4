"""A waveform cut into clips."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from visionaryvids.features.sound import cut


@given(st.lists(st.integers(0, 50), max_size=8), st.floats(1, 30))
def test_clip_t_starts_at_t_times_its_length_rounded(lengths, clip_samples):
    sound = np.arange(sum(lengths), dtype=np.float32)
    clips = list(cut(np.split(sound, np.cumsum(lengths)[:-1]) if lengths else [], clip_samples))
    assert [clip[0] for clip in clips if len(clip)] == [round(t * clip_samples) for t in range(len(clips))]
    np.testing.assert_array_equal(np.concatenate([*clips, []]), sound)
