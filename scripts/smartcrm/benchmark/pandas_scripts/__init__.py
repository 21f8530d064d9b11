"""The way of scripts: pandas, row by row, with a CSV between one and the next."""
