"""KataGo's analysis protocol: one JSON object a line, many positions analysed at the same time.

`fields` reads the fields of a request and words what is wrong with them; `rules` and `overrides` understand KataGo's
rules and parameters; `queries` makes a query for each turn of a request; `loop` schedules the searches; `answers`
words the results.
"""
