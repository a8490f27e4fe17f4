"""From the files of a data set to examples on one clip grid, and the check that says whether the files are sound."""
