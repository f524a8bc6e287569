"""What content/check.py asks of the content files, a module for each kind of question."""
