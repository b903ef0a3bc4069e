"""`python -m inspirenow`."""

from .commands import main

main()
