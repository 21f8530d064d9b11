"""HTML pages made from templates, and the browser that prints them."""
