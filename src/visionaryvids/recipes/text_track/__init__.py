"""The head of `text-track`: how it is made. Read `recipe.py` first."""
