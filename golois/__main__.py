"""`python -m golois` is the same as `golois`."""

from golois.cli import main

main()
