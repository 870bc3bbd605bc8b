"""How fast this machine is: `golois benchmark`. The packages above add their own measurements to the table."""
