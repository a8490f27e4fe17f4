"""One function for each published number: data, model and settings that make it. `reproduce.py` runs them."""
