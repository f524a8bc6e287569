"""What content/site.py builds: pages to read, lessons that run in the browser, a pocket guide."""
