"""`python -m conformance`: the same as the `conformance` script."""

from conformance.cli import main

main()
