"""What the documents say SmartCRM does, in plain Python, to check the SQL against.

Written from README, CONTRIBUTING, docs/ and the models' descriptions, not from the SQL.
Where these say nothing, a comment says where the answer was taken from.
"""
