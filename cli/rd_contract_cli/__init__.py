"""The command line of rd-contract: parse, one library call, render, exit."""
