"""visionaryvids: describe a moment in words and get it back from any video."""

__version__ = "0.1.0"
