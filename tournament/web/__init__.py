"""The site of a tournament: pages rendered on the server, a little JavaScript, nothing loaded from elsewhere.

app.py puts it together; site.py is what every page may ask for; each other module is one kind of page. README.md says
how a page is added.
"""
