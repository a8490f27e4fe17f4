"""Published files, brought here and checked: downloads that resume, archives that stay inside their folder."""
