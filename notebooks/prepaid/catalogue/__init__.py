"""What is known: content files in, checked and typed rows out."""
