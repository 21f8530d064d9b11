"""A made-up world of leads with a hidden truth: what they do, and what comes of ours."""
