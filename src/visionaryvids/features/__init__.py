"""From frames, sound and sentences to rows of numbers on one clip grid."""
