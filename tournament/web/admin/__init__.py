"""The organiser's page: who may submit, whether submissions are open, rounds, withdrawals.

key.py knows the organiser, rounds.py keeps the tournament's own runner going, page.py shows both.
"""
