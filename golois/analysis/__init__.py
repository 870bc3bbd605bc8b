"""KataGo's analysis protocol: one JSON object a line, many positions analysed at the same time.

`queries` reads and checks a request, `answers` words the results, `loop` schedules the searches.
"""
