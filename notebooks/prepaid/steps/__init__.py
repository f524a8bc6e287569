"""One ``HasTraits`` per step of the tutorial: what the reader chose, checked, and what follows."""
