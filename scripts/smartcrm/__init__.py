"""What the commands in scripts/ share, a room for each trade."""
