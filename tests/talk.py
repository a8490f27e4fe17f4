"""A talk of twenty minutes that nobody gave: its sentences, when they are said, and what somebody may ask of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from visionaryvids.media.cues import Cue

SENTENCES = (
    "Good morning everybody, and thank you for coming so early on a Monday.",
    "The telescope has to be kept extremely cold, or its own heat would drown out the faint light of distant galaxies.",
    "My grandmother baked sourdough bread every Saturday in an oven that was older than she was.",
    "Let the dough rest under a damp towel until it has doubled in size.",
    "The stock market fell by seven percent after the central bank raised interest rates.",
    "We lost the match in the last minute because the goalkeeper slipped on the wet grass.",
    "Her first novel was rejected by twelve publishers before it won a prize.",
    "Bees dance to tell one another where the flowers are.",
    "You should never plug two heaters into the same socket.",
    "The glacier has retreated by almost two kilometres since nineteen eighty.",
    "In those days it took a ship six weeks to cross the Atlantic.",
    "He proposed to her on a bridge in Prague while it was snowing.",
    "The surgeon removed the tumour without damaging the nerve.",
    "Our dog is afraid of thunder and hides under the bed.",
    "A guide dog learns to refuse a command that would put its owner in danger.",
    "The parliament voted to abolish the tax on diesel.",
    "Violins from Cremona are worth millions, but in blind tests musicians prefer new ones.",
    "Turn left at the petrol station and follow the river until you see the old mill.",
    "The reactor was shut down automatically when the earthquake struck.",
    "Children who are read to at bedtime know more words when they start school.",
    "We grow tomatoes on the balcony, though the pigeons eat half of them.",
    "The password was written on a yellow note stuck to the monitor.",
    "Octopuses have three hearts and blue blood.",
    "The train to Vienna was cancelled because a tree had fallen onto the tracks.",
    "He practised the piano for six hours a day, even on his birthday.",
    "Salt was once so valuable that soldiers were paid with it.",
    "The judge sentenced the banker to four years in prison for fraud.",
    "When the astronauts came back, they could hardly walk because their muscles had shrunk.",
    "You can sharpen a knife on the unglazed ring at the bottom of a coffee mug.",
    "The company sold more electric cars last year than in the five years before.",
    "My little brother broke his arm when he jumped off the garage roof.",
    "This vaccine protects nine out of ten people for at least ten years.",
    "The painting had hung upside down in the museum for forty years before anyone noticed.",
    "Wolves have returned to the forests near Berlin.",
    "To calm down, breathe in through your nose and count to four.",
    "The bridge was designed to sway in strong wind.",
    "She swam across the English Channel at the age of sixty-four.",
    "Coffee spread through Europe from the harbour of Venice.",
    "The teacher asked us to hand in our phones before the exam.",
    "A drop of oil makes a rusty hinge quiet again.",
    "Half of the villagers left after the mine was closed.",
    "The camera on the satellite can tell a car from a truck.",
    "They danced tango in the market square until the sun rose.",
    "A heavy cargo ship blocked the canal for six days.",
    "Most of the rain forest that burned last summer had been cleared for cattle.",
    "The baby said her first word, and it was the name of the cat.",
    "If the alarm rings, leave your bags behind and walk to the nearest exit.",
    "That is all I wanted to tell you today; are there any questions?",
)

ASKED = (
    ("why must the observatory stay at a low temperature", 1),
    ("an old relative makes loaves at the weekend", 2),
    ("how long to wait for the bread mixture to rise", 3),
    ("share prices drop", 4),
    ("a football team is beaten shortly before the end", 5),
    ("a writer whose manuscript nobody wanted to print at first", 6),
    ("how insects communicate the location of food", 7),
    ("advice on avoiding an electrical overload", 8),
    ("ice in the mountains is melting away", 9),
    ("sailing from Europe to America long ago", 10),
    ("a marriage proposal in winter", 11),
    ("an operation to take out a cancer", 12),
    ("a pet that is scared of storms", 13),
    ("training animals that help blind people", 14),
    ("politicians get rid of a fuel levy", 15),
    ("famous old string instruments are not better than modern ones", 16),
    ("directions for driving to a historic building by the water", 17),
    ("a nuclear power plant stops during a quake", 18),
    ("reading stories to kids improves their vocabulary", 19),
    ("birds steal vegetables from our terrace", 20),
    ("someone left login credentials visible on a desk", 21),
    ("anatomy of an animal with eight arms", 22),
    ("rail service disrupted by a fallen tree", 23),
    ("a musician trains very hard every day", 24),
    ("a financier goes to jail", 26),
    ("weightlessness makes the body weak", 27),
    ("a trick to make a blade keen using crockery", 28),
    ("sales of battery powered vehicles are growing", 29),
    ("a child is injured after leaping from a building", 30),
    ("how well an immunisation works", 31),
    ("an artwork was displayed the wrong way round", 32),
    ("predators come back to the woods close to the German capital", 33),
    ("a relaxation exercise", 34),
    ("an elderly woman swims from England to France", 36),
    ("students must give up their mobiles for a test", 38),
    ("how to stop a door from squeaking", 39),
    ("a waterway is obstructed by a vessel", 43),
    ("an infant speaks for the first time", 45),
    ("what to do in case of a fire", 46),
)
"""What is asked, and the number of the sentence that it means; no content word of the question is one of the sentence's
unless there is hardly another one."""

ABSENT = (
    "a recipe for chocolate cake",
    "the rules of chess",
    "how volcanoes erupt",
    "a wedding dress made of silk",
    "the king gives a speech to his army",
    "a robot vacuums the living room",
    "dinosaurs died out",
    "repairing a bicycle tyre",
    "penguins on the beach",
    "the history of the printing press",
)
"""Nothing in the talk is about these."""

LENGTH_S = 1200.0
WIDTH = 42
"""Letters of a cue: longer sentences are cut, as for a screen."""


def spoken(seed: int = 0) -> tuple[Cue, ...]:
    """The sentences with their times: a second for 14 letters, pauses of 1.6 s to 30 s."""
    lengths_s = np.array([max(1.2, len(text) / 14) for text in SENTENCES])
    pauses_s = np.random.default_rng(seed).exponential(1.0, len(SENTENCES))
    pauses_s = 1.6 + pauses_s / pauses_s.sum() * (LENGTH_S - 1.6 * len(SENTENCES) - lengths_s.sum())
    ends_s = np.cumsum(pauses_s + lengths_s)
    rows = zip(SENTENCES, (ends_s - lengths_s).tolist(), ends_s.tolist(), strict=True)
    return tuple(Cue(start_s, end_s, text) for text, start_s, end_s in rows)


def cut(cue: Cue) -> list[Cue]:
    """A sentence as subtitles show it: in cues of about `WIDTH` letters."""
    words, lines = cue.text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > WIDTH:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    edges_s = cue.start_s + (cue.end_s - cue.start_s) * np.cumsum([0, *map(len, lines)]) / sum(map(len, lines))
    times = zip(edges_s[:-1].tolist(), edges_s[1:].tolist(), lines, strict=True)
    return [Cue(start_s, end_s, line) for start_s, end_s, line in times]


def srt(cues: Sequence[Cue]) -> str:
    """SubRip."""
    blocks = (f"{n}\n{_clock(c.start_s)} --> {_clock(c.end_s)}\n{c.text}\n" for n, c in enumerate(cues, start=1))
    return "\n".join(blocks)


def write_talk(path: Path) -> Path:
    """The talk as a file of subtitles."""
    path.write_text(srt([part for cue in spoken() for part in cut(cue)]), encoding="utf-8")
    return path


def _clock(second: float) -> str:
    whole, thousandths = divmod(round(second * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d},{thousandths:03d}"
