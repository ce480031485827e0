"""`python -m services.cli`, which is what ./livecup runs."""

from services.cli.main import main

main()
