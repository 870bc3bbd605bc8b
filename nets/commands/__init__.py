"""The console commands that train, inspect and run networks."""
