"""`python -m standfirst` is the command `standfirst`."""

from standfirst.cli import main

main()
