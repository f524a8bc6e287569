"""A folder for each step of the tutorial: ``model.py`` has no widgets, ``view.py`` no sums."""
