"""Game records that come with the package, for the demo on a fresh machine."""
