"""What all pages have in common: how an operation becomes a page, how a form becomes a mutation, and one look."""
