"""Shows that estimates find what was planted: made-up worlds whose truth is known."""
