"""The mathematics as data: a problem's numbers, what can be done to all of them, and what (M1)-(M19) make of them."""
