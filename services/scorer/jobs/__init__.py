"""How the scorer takes work, keeps it, finishes it once, and finds what was lost."""
