"""A made-up world of leads whose truth is known: what they are, and what they do."""
