"""The local page: the optimizer in a browser of the same machine, for one person at a time and nobody else.

What it shows and decides comes from the library; here it is only put onto a page, kept from others, and run in
processes that can be stopped.
"""
