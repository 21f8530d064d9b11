"""A model that is asked prompts, and the answers that are kept."""
