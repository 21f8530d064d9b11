"""Leads that flow day by day, decided by the project's own rules, in made-up worlds."""
