"""What people said: readers of annotation files, the static splits, and checks that name file and line."""
