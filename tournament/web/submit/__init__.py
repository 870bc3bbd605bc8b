"""Teams submit their networks: a form, and the same for scripts.

receiving.py streams a file to the disk, uploads.py keeps the queue and lets each file be checked as `golois submit`
does, api.py and page.py answer scripts and browsers.
"""
