"""The rules of the decisions: what they ask, and what a candidate for them moves."""
