"""What the benchmark measures the project by: other ways to the same leads."""
