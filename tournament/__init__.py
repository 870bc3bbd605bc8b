"""Submitted networks, their matches, ratings and reports.

How a tournament goes, and where to read on:

- submission.py checks a file and keeps it; folder.py, settings.py and database.py are where it is kept;
- pairing.py says who meets whom, openings.py how their games begin;
- runner.py plays: it plans, lets the pool of match.py play the games, and records each as it ends;
- a player is a network in a process of its own (network.py and worker.py) or a GTP program (program.py);
- ratings.py and standings.py say who is ahead and how sure that is, and report/ shows it;
- web/ is all of this as a site: its README says how.

From Python: `submission.submit`, `folder.Tournament.create`, `runner.run`, `standings.standings` and
`report.write_report`.
"""
