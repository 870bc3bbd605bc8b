"""Visitors play against the submitted networks on a board in the browser.

page.py and api.py answer the browser, boards.py keeps the games, pool.py the processes of the networks. A process
(worker.py, its other end is process.py) searches all positions that wait for its network in the same batches.
"""
