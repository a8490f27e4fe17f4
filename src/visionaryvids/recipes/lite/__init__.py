"""The head for `lite`: from captioned clips to the weights that the package ships. Start with `recipe.py`."""
