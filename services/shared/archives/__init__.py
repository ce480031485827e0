"""Archives of contests, as whoever writes one and whoever checks one know them."""
