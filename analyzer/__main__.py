"""``python -m analyzer`` is the console script."""

from analyzer.cli import main

main()
